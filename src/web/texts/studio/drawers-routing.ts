/** Sentences of the drawer of live agent routing, in English. */
export const routingTexts = {
  who: 'Who answers',
  builtIn: 'Built-in desk',
  builtInText: 'Live agents answer at /desk of this server. Nothing else to set up.',
  builtInMissing: 'This server runs without its built-in desk.',
  own: 'Your own desk',
  ownText: 'A connector to your contact centre, or your own code, takes the calls.',
  serverFailed: 'What this server offers could not be loaded.',

  endpoints: 'Endpoints',
  endpointsLead:
    'Baton calls these when something happens. Each call is signed, and tried again while your desk is down.',
  endpointsBuiltIn: 'Baton calls these of the built-in desk by itself.',
  endpoint: {
    start: {
      label: 'Start connection EP',
      hint: 'Is told that an end user waits, with the transcript and the parameters. Any answer of 2xx takes the conversation.',
    },
    inbound: {
      label: 'Inbound transfer EP',
      hint: 'Gets each message of the end user, in order.',
    },
    status: {
      label: 'Status delivery EP',
      hint: 'Gets what became of each message of the live agent: submitted, delivered, read.',
    },
    ended: {
      label: 'Ended EP',
      hint: 'Baton’s own: is told that the handoff is over and why, so that a ticket can be closed.',
    },
  },
  address: 'https://desk.example/…',
  test: 'Test',
  testOf: (label: string) => `Test: ${label}`,
  testAll: 'Test all',
  testing: 'Testing…',
  testHint: 'A test sends one signed sample, marked as a test, with a session that does not exist.',
  testNotForRole: 'Testing is for designers and owners.',
  outcomes: { accepted: 'Accepted', refused: 'Refused', unreachable: 'Unreachable' },
  failed: 'Not tested',
  status: (status: number) => `HTTP ${status}`,
  took: (ms: number) => `${ms} ms`,
  result: (label: string, message: string) => `${label}: ${message}`,
  answered: (type: string) => (type === '' ? 'Its answer' : `Its answer (${type})`),
  answeredNothing: 'Its answer was empty.',
  sent: 'What was sent',
  sentHeaders: 'Headers',
  sentBody: 'Body',
  summary: (accepted: number, all: number) =>
    accepted === all ? `All ${all} accepted the test.` : `${accepted} of ${all} accepted the test.`,

  calls: 'Calls of your desk',
  callsLead: 'Your desk calls these, with a key of the scope live-agent in the header X-Vgai-Key.',
  callsBuiltIn: 'The built-in desk makes these calls by itself.',
  outbound: 'Outbound transfer EP',
  outboundHint: 'Sends a message of the live agent to the end user.',
  stop: 'Stop connection EP',
  stopHint: 'Hands the conversation back to the virtual agent.',
  curl: 'A call to try',
  curlOf: (label: string) => `curl: ${label}`,
  sampleText: 'Hello, this is Robin. How can I help?',

  along: 'What goes along',
  transfer: 'Transfer parameters',
  transferHint: 'Go along with the start call. System parameters, such as SESSION_ID and INITIAL_MESSAGE, always do.',
  transferBotHint: 'Those that have a value go to the bot at each turn.',
  transferEmpty: 'No parameters are declared yet.',

  clocks: 'Waiting times',
  waiting: 'Agent response waiting time',
  waitingHint:
    'How long a live agent may owe an answer, from start to finish, before No response is taken. It runs while they owe one and stops when they write. 6.94 hours, the default, is exactly 25,000 seconds.',
  waitingOption: (hours: string, isDefault: boolean) =>
    `${hours} ${hours === '1' ? 'hour' : 'hours'}${isDefault ? ' (default)' : ''}`,
  waitingOther: (value: string) => `${value} (not 1 to 20 hours)`,
  finer: 'Finer clocks',
  first: 'First response within',
  firstHint: 'For the first answer after the connection. Left out: the waiting time above. 1 to 72,000.',
  each: 'Each response within',
  eachHint: 'For every answer that is owed. Left out: the waiting time above. 1 to 72,000.',
  connect: 'Connect within',
  connectHint: 'For how long the start call is tried before Failed is taken. 30 by default, 1 to 3,600.',
  duration: ({ hours, minutes, seconds }: Readonly<Record<'hours' | 'minutes' | 'seconds', number>>) =>
    [hours > 0 && `${hours} h`, minutes > 0 && `${minutes} min`, seconds > 0 && `${seconds} s`]
      .filter(Boolean)
      .join(' '),

  record: 'Record',
  saveChat: 'Save chat',
  saveChatHint:
    'On by default. Off: what is said during the handoff is not kept in reports and call logs once the session has ended.',
  keys: 'Transcription keys',
  keyOptions: { documented: 'user and agent (documented)', capitalised: 'User and Agent (capitalised)' },
  keysHint:
    'What names the speakers in the transcript of the start call. Some connectors that were written against the hosted product read the capitalised ones.',
};
