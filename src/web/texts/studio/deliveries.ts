import type { CallKind } from '../../../core/events.ts';
import { texts } from '../texts.ts';

const number = new Intl.NumberFormat(texts.lang);

const calls = (count: number): string => (count === 1 ? 'one call' : `${number.format(count)} calls`);

/** Sentences about what is owed to desks, in English. */
export const deliveriesTexts = {
  lead: 'Calls that Baton makes to desks, and to what nodes ask. What fails is tried for 24 hours; what is refused for good is dead until somebody replays or skips it.',
  count: (count: number) => number.format(count),

  endpointsTitle: 'Endpoints',
  endpointsEmpty: 'No endpoint has been called since the server started, and nothing is owed.',
  endpointsTruncated: 'Only the endpoints with the most trouble are shown.',
  showAllEndpoints: (count: number) => `Show all ${number.format(count)} endpoints`,
  columns: {
    endpoint: 'Endpoint',
    health: 'Health',
    owed: 'Owed',
    stuck: 'Stuck',
    dead: 'Dead',
    oldest: 'Oldest owed',
    sinceStart: 'Since the start',
  },
  health: { healthy: 'Healthy', troubled: 'Slow or failing', down: 'Down', nothing: 'Nothing yet' },
  healthHints: {
    healthy: 'What was called last was taken.',
    troubled: 'It answers slowly, or some calls failed lately.',
    down: 'The last call failed, and calls wait.',
    nothing: 'It was not called since the server started.',
  },
  nothingOwed: 'nothing',
  sinceStart: (delivered: number, failed: number) =>
    `${number.format(delivered)} delivered, ${number.format(failed)} failed`,
  typical: (time: string) => `usually ${time}`,
  notCalled: 'not called',
  only: (state: string, count: number, url: string) => `${state}: ${number.format(count)} at ${url}`,
  inSandbox: 'Code in the sandbox',
  onThisServer: 'This server',

  kinds: {
    start: 'Start connection',
    inbound: 'Inbound transfer',
    status: 'Status delivery',
    ended: 'Ended',
    ask: 'Question of a node',
  } satisfies Readonly<Record<CallKind, string>>,
  states: {
    attention: 'Stuck or dead',
    stuck: 'Stuck',
    dead: 'Dead',
    owed: 'Owed',
    delivered: 'Delivered',
    skipped: 'Skipped',
  },

  listTitle: 'Calls',
  filterStates: 'State',
  filterEndpoint: 'Endpoint',
  everyEndpoint: 'Every endpoint',
  filterSession: 'Session',
  sessionPlaceholder: 'A session id',
  notASession: 'This holds no session id. Paste one, such as 0198c0de-0000-7000-8000-000000000001.',
  clear: 'Clear the filters',
  table: {
    call: 'Call',
    endpoint: 'Endpoint',
    session: 'Session',
    since: 'Owed since',
    attempts: 'Attempts',
    next: 'Next attempt',
  },
  open: (kind: string, id: string) => `${kind}, open delivery ${id}`,
  toSession: 'Call log of session',
  none: 'none',
  soon: 'in a moment',
  lastFailure: 'Last failure',
  select: (kind: string, id: string) => `Select ${kind} of session ${id}`,
  selectAll: 'Select all that are shown',
  shown: (count: number) => (count === 1 ? 'One delivery' : `${number.format(count)} deliveries`),
  shownFirst: (count: number) => `The first ${number.format(count)}`,
  tooMany: (count: number) =>
    `No more than ${number.format(count)} are shown at once. Filter by endpoint or session to see others.`,

  allDeliveredTitle: 'Everything has been delivered.',
  allDeliveredText: 'Nothing is owed to a desk, and nothing was given up.',
  onTheirWayTitle: 'Nothing is stuck or dead.',
  onTheirWayText: (count: number) =>
    count === 1 ? 'One call is on its way.' : `${number.format(count)} calls are on their way.`,
  noMatchTitle: 'No delivery matches',
  noMatchText: 'Nothing is in this state at this endpoint or in this session now.',

  selected: (count: number) => `${number.format(count)} selected`,
  unselect: 'Clear the selection',
  replay: 'Replay',
  skip: 'Skip',
  replayMany: (count: number) => `Replay ${number.format(count)}`,
  skipMany: (count: number) => `Skip ${number.format(count)}`,
  stop: 'Stop',
  progress: {
    replay: (done: number, all: number) => `Replaying ${number.format(done)} of ${number.format(all)}…`,
    skip: (done: number, all: number) => `Skipping ${number.format(done)} of ${number.format(all)}…`,
  },
  result: {
    replay: (done: number) => (done === 1 ? 'The call is tried again.' : `${calls(done)} are tried again.`),
    skip: (done: number) => (done === 1 ? 'The call was skipped.' : `${calls(done)} were skipped.`),
  },
  resultFailed: (failed: number, why: string) =>
    failed === 1 ? `One was not: ${why}` : `${number.format(failed)} were not. The first: ${why}`,
  resultStopped: (left: number) => `Stopped; ${calls(left)} left as they were.`,

  skipTitle: (count: number) => (count === 1 ? 'Skip this call?' : `Skip ${number.format(count)} calls?`),
  skipOwed:
    'It is never made again, and the desk does not learn what it says. The calls behind it in its lane go on at once.',
  skipDead: 'The desk does not learn what it says. Its lane has gone on already, so nothing else changes.',
  skipAsk: 'The question is not asked again. A node that waits for its answer takes Failed.',
  skipMixed:
    'They are never made again, and desks do not learn what they say. Lanes that wait for one of them go on at once; nodes that wait for an answer take Failed.',

  panelTitle: 'Delivery',
  facts: {
    state: 'State',
    url: 'Endpoint',
    session: 'Session',
    id: 'Delivery and webhook-id',
    since: 'Owed since',
    attempts: 'Attempts',
    next: 'Next attempt',
    lane: 'Lane',
    event: 'Owed by event',
  },
  lanes: {
    handoff: (epoch: string) => `handoff ${epoch}`,
    status: 'statuses of the session',
    ask: 'a lane of its own',
  },
  stateTexts: {
    owed: 'It was not tried yet, or is being tried now.',
    stuck: 'It was tried in vain and is tried again.',
    dead: 'It was refused for good, or not taken in 24 hours. Nobody tries it again by itself.',
    delivered: 'It was taken.',
    skipped: 'It was left out.',
  },
  attemptsTitle: 'Attempts',
  attemptsNone: 'None was made yet.',
  attemptsSince: (count: number) =>
    count === 1 ? 'one since it became owed' : `${number.format(count)} since it became owed`,
  attemptsGap: 'Attempts between are not kept.',
  attempt: (count: number) => `Attempt ${number.format(count)}`,
  taken: 'Taken',
  noAnswer: 'No answer',
  status: (status: number) => `Answered ${status}`,
  excerpt: 'Beginning of the answer',
  withheld: 'What was answered is not kept, for the conversation was not to be kept.',
};
