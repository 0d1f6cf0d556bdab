import { strToU8, zipSync } from 'fflate';

// An export as AI Studio makes it: JSON in a string of JSON, texts in segments, outputs by their ids.

export type SampleDesk = Readonly<{
  startConnectionUrl: string;
  inboundTransferUrl: string;
  statusDeliveryUrl: string;
}>;

const desk: SampleDesk = {
  startConnectionUrl: 'https://desk.example/start',
  inboundTransferUrl: 'https://desk.example/inbound',
  statusDeliveryUrl: 'https://desk.example/status',
};

/** Ids as AI Studio has them: 24 hexadecimal digits. */
const id = (number: number): string => `5a11d0c0ffee${number.toString(16).padStart(12, '0')}`;

/** Entities of the system are in no export; their ids are the same everywhere. */
const anyEntity = '58b543931d58a447d934eacd';
const dateEntity = '58b543aa1d58a447d934eace';
const drinkEntity = id(900);

const ids = {
  flow: id(1),
  start: id(10),
  greet: id(11),
  ask: id(12),
  confirm: id(13),
  sort: id(14),
  bill: id(15),
  survey: id(16),
  human: id(17),
  sorry: id(18),
  bye: id(19),
};

const part = (value: string) => ({ type: 'text', value });
/** The editor ends a text with a line break. */
const words = (value: string) => part(`${value}\n`);
const insert = (parameter: number) => ({ type: 'parameter', value: id(parameter) });

const parameter = (number: number, name: string, more: Readonly<Record<string, unknown>> = {}) => ({
  _id: id(number),
  name,
  value: '',
  entity: anyEntity,
  is_system: false,
  is_multi: false,
  type: 'custom',
  ...more,
});

export const sampleParameters = [
  parameter(500, 'SESSION_ID', { is_system: true }),
  parameter(501, 'INITIAL_MESSAGE', { is_system: true }),
  parameter(502, 'CALL_START_DATE', { is_system: true, entity: dateEntity }),
  parameter(503, 'CALLER_PHONE_NUMBER', { is_system: true }),
  parameter(510, 'DRINK', { entity: drinkEntity }),
  parameter(511, 'favourite drink', {}),
  parameter(512, 'tier', { type: 'user', value: 'gold' }),
  parameter(513, 'ORDERS', { is_multi: true, value: ['tea'] }),
];

type Output = Readonly<{ _id: string; next: string | null; name?: string }>;

const node = (
  kind: string,
  name: string,
  _id: string,
  rest: Readonly<{ data?: object; outputs?: readonly Output[] }>,
) => ({
  type: kind,
  name,
  outputs: rest.outputs ?? [],
  data: rest.data ?? {},
  tags: {},
  coordinates: { x: 0, y: 0 },
  _id,
});

const out = (number: number, next: string | null): Output => ({ _id: id(number), next });

const talking = [
  node('base_start', 'START', ids.start, { outputs: [out(100, ids.greet)] }),
  node('base_text_message', 'Greeting', ids.greet, {
    data: {
      type: 'text',
      text: [part('Hello '), insert(512), words(' guest, coffee is $2 today.')],
      image: null,
    },
    outputs: [out(101, ids.ask)],
  }),
  node('base_param_completion', 'Which drink?', ids.ask, {
    data: {
      parameterId: id(510),
      skipIfParamHaveValue: true,
      text: [words('Tea or coffee?')],
      retryText: [words('Please say tea or coffee.')],
      maxRetries: 2,
      missOutput: id(104),
      type: 'message',
      typeToOutput: { text: { output: id(102) } },
      unexpectedTypesOutput: id(103),
    },
    outputs: [out(102, ids.confirm), out(103, ids.sorry), out(104, ids.sorry)],
  }),
  node('flow_control', 'Is it tea?', ids.confirm, {
    data: {
      conditions: [
        { name: 'default', isDefault: true, output: id(105) },
        {
          name: 'Tea',
          output: id(106),
          condition: [
            {
              type: 'condition',
              value: [
                {
                  type: 'condition',
                  value: [
                    { type: 'parameter', value: id(510) },
                    { type: 'operator', value: 'str_eq' },
                    { type: 'value', value: [words('tea')] },
                  ],
                },
              ],
            },
          ],
        },
      ],
    },
    outputs: [out(105, ids.sort), out(106, ids.bye)],
  }),
];

const deciding = (addresses: SampleDesk) => [
  node('classification', 'What else', ids.sort, {
    data: {
      parameterId: id(501),
      intents: [
        { id: 'default', output: id(107) },
        { id: id(700), output: id(108) },
        { id: id(701), output: id(109) },
      ],
    },
    outputs: [out(107, ids.sorry), out(108, ids.bill), out(109, ids.human)],
  }),
  node('web_hook', 'Look up bill', ids.bill, {
    data: {
      verb: 'POST',
      url: [part('https://shop.example/bills/'), insert(500)],
      headers: [{ key: 'X-Shop', value: [words('one')] }],
      body: [part('{\n"drink": "'), insert(510), part('",\n"tier": '), insert(512), words('\n}')],
      body_type: 'application/json',
      response_mapping_type: 'json',
      response_mapping: [{ key: 'bill.total', value: id(511) }],
      miss_output: id(110),
      is_async: false,
      timeout: 10,
    },
    outputs: [out(110, ids.sorry), out(111, ids.survey)],
  }),
  node('tarot_reading', 'Fortune', ids.survey, { outputs: [out(112, ids.bye), out(113, ids.sorry)] }),
  // How these settings are spelt is not documented; the names are those of the node's form.
  node('live_agent_routing', 'Barista', ids.human, {
    data: {
      ...addresses,
      responseWaitingTime: 2,
      saveChat: true,
      transferParameters: [id(510), id(512)],
      defaultOutput: id(114),
      failedOutput: id(115),
      noResponseOutput: id(116),
    },
    outputs: [out(114, ids.bye), out(115, ids.sorry), out(116, ids.sorry)],
  }),
  node('base_text_message', 'Sorry', ids.sorry, {
    data: { type: 'text', text: [words('Sorry about that.')] },
    outputs: [out(117, ids.bye)],
  }),
  node('base_text_message', 'Goodbye', ids.bye, {
    data: { type: 'text', text: [part('Enjoy your '), insert(510), words('s!')] },
    outputs: [out(118, null)],
  }),
];

const intent = (number: number, name: string, expressions: readonly string[]) => ({
  id: id(number),
  name,
  is_system: false,
  expressions: expressions.map((text) => ({ text })),
});

export const sampleUnderstanding = {
  application: { name: 'sample', language: 'en-US' },
  intents: [
    intent(700, 'ask for the bill', ['can I have the bill', 'what do I pay', 'I want to pay']),
    intent(701, 'speak to a human', ['let me talk to somebody', 'I need a person', 'call the barista']),
  ],
  entities: [
    {
      id: drinkEntity,
      name: 'drink',
      is_system: false,
      collection: [
        { value: 'tea', synonyms: ['chai', 'brew'] },
        { value: 'coffee', synonyms: ['espresso'] },
      ],
    },
  ],
  bundles: [],
};

export const sampleAgent = {
  name: 'Café Baton',
  language: 'en-US',
  timezone: 'Europe/Berlin',
  region: 'eu-west-1',
  type: 'http',
};

export const sampleVersion = (addresses: SampleDesk = desk) => ({
  name: 'Version 1',
  mainFlowId: ids.flow,
  sysAnyEntity: anyEntity,
  parameters: sampleParameters,
  entities: [],
  events: [],
  flows: [{ _id: ids.flow, name: 'Main Flow', type: 'http', nodes: [...talking, ...deciding(addresses)] }],
});

const inString = (value: unknown): Uint8Array => strToU8(JSON.stringify(JSON.stringify(value)));

/** A zip of an agent and its version; what it understands lies in a zip of its own within it. */
export function studioZip(agent: unknown, version: unknown, understanding?: unknown): Uint8Array {
  const inner = understanding === undefined ? undefined : { 'app.json': strToU8(JSON.stringify(understanding)) };
  return zipSync({
    'files/readme.txt': strToU8('none'),
    'agent.json': inString(agent),
    'version.json': inString(version),
    ...(inner && { 'nlu-application.zip': zipSync(inner) }),
  });
}

/** A small café: greets, asks for a drink, decides, calls a shop, classifies, and hands over to a live agent. */
export const studioSample = (addresses: SampleDesk = desk): Uint8Array =>
  studioZip(sampleAgent, sampleVersion(addresses), sampleUnderstanding);
