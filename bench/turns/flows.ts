// The virtual agents that are measured. Each waits with the same prompt, so that whoever talks knows when a turn is over.

type Node = Readonly<Record<string, unknown>>;
export type Agent = Readonly<{ id: string; flow: object }>;

/** How a prompt begins that ends a turn. */
export const prompt = 'Next?';

const own = (...names: readonly string[]): object => ({ parameters: names.map((name) => ({ name, kind: 'custom' })) });
const to = (node: string): object => ({ outputs: { default: node } });
const ask = (parameter: string, next: string, more: object = {}): Node => ({
  ...{ type: 'collect-input', parameter, prompt, retryPrompt: 'A number, please.', ...to(next), ...more },
});
const number = { entity: '@sys.number' };

/** Each message goes to a live agent. */
export const relayAgent = (deskUrl: string): Agent => ({
  id: 'bench-relay',
  flow: {
    name: 'Relay',
    start: 'human',
    nodes: {
      human: {
        type: 'live-agent-routing',
        ...{ startConnectionUrl: `${deskUrl}/start`, inboundTransferUrl: `${deskUrl}/inbound`, outputs: {} },
      },
    },
  },
});

/** A message is understood, kept, and the next one asked for. */
export const oneNode: Agent = {
  id: 'bench-one',
  flow: { name: 'One node', ...own('N'), start: 'ask', nodes: { ask: ask('N', 'ask', number) } },
};

const order = ['I would like to order lamps', 'please send me two more', 'can I buy another one', 'add it to my order'];
const complaint = ['it is broken', 'my order has not arrived', 'this does not work', 'I want my money back'];

const sizeIs = (output: string, rules: object): object => ({ output, when: rules });
const tenNodesFlow: Readonly<Record<string, Node>> = {
  remember: { type: 'set-parameter', parameter: 'LAST', value: '$N lamps', ...to('count') },
  count: { type: 'counter', parameter: 'TURNS', limit: 1_000_000, outputs: { default: 'size', reached: 'size' } },
  size: {
    type: 'conditions',
    conditions: [
      sizeIs('many', {
        all: [
          { parameter: 'N', operator: 'greater-than', value: '50' },
          { parameter: 'LAST', operator: 'contains', value: 'LAMPS', ignoreCase: true },
        ],
      }),
      sizeIs('few', { any: [{ parameter: 'LAST', operator: 'matches', value: '^[1-9]\\d? lamps$' }] }),
    ],
    outputs: { many: 'inside', few: 'inside', default: 'inside' },
  },
  inside: { type: 'sub-flow', start: 'note', ...to('intent') },
  note: { type: 'set-parameter', parameter: 'NOTE', value: 'Turn $TURNS: $LAST', ...to('say') },
  say: { type: 'send-message', text: 'That makes $LAST in turn $TURNS.', outputs: {} },
  intent: {
    ...{ type: 'classification', text: 'could you please send me $LAST' },
    ...{
      intents: ['order', 'complaint', '@sys.human'],
      parameter: 'WANTS',
      outputs: { order: 'again', complaint: 'again', '@sys.human': 'again', missed: 'again' },
    },
  },
  again: { type: 'reset-counter', parameter: 'MISSES', ...to('check') },
  check: {
    type: 'conditions',
    conditions: [{ output: 'order', when: { parameter: 'WANTS', operator: 'equals', value: 'order' } }],
    outputs: { order: 'ask', default: 'ask' },
  },
  ask: ask('N', 'remember', number),
};

/** Each message leads through ten nodes, none of which asks the world outside. */
export const tenNodes: Agent = {
  id: 'bench-ten',
  flow: {
    name: 'Ten nodes',
    ...own('N', 'LAST', 'TURNS', 'NOTE', 'WANTS', 'MISSES'),
    intents: [
      { name: 'order', examples: order },
      { name: 'complaint', examples: complaint },
    ],
    start: 'ask',
    nodes: tenNodesFlow,
  },
};

const shortCode = `
const words = parameters.SAID.split(' ');
parameters.COUNT = words.length;
parameters.LONGEST = words.sort((a, b) => b.length - a.length)[0];`;

export const codeNode: Agent = {
  id: 'bench-code',
  flow: {
    ...{ name: 'Code', ...own('SAID', 'COUNT', 'LONGEST'), start: 'ask' },
    nodes: {
      ask: ask('SAID', 'code'),
      code: { type: 'custom-code', code: shortCode, outputs: { default: 'ask', failed: 'sorry' } },
      sorry: { type: 'end-conversation' },
    },
  },
};

const call = (url: string, more: object): Node => ({
  ...{ type: 'webhook', url, body: { kind: 'json', value: { said: '$SAID' } } },
  ...{ response: [{ path: 'order.state', parameter: 'STATE' }], ...more },
});

export const webhookNode = (webUrl: string): Agent => ({
  id: 'bench-webhook',
  flow: {
    ...{ name: 'Webhook', ...own('SAID', 'STATE'), start: 'ask' },
    nodes: {
      ask: ask('SAID', 'look'),
      look: call(`${webUrl}/at-once`, { outputs: { default: 'ask', failed: 'sorry' } }),
      sorry: { type: 'end-conversation' },
    },
  },
});

/** Some milliseconds of work. */
const longCode = (author: number): string => `// author ${author}
let hash = 7;
for (let n = 0; n < 20000; n += 1) hash = (hash * 31 + parameters.SAID.charCodeAt(n % parameters.SAID.length)) % 1000003;
parameters.HASH = hash;`;

/** Words that lead to code that never ends, and to an endpoint that never answers. */
export const endlessWord = 'endless';
export const deafWord = 'deaf';

const says = (word: string): object => ({ parameter: 'SAID', operator: 'contains', value: word });

/** Runs code and calls a webhook for each message. Each author's code is their own. */
export const crowdAgent = (webUrl: string, author: number): Agent => ({
  id: `bench-crowd-${author}`,
  flow: {
    ...{ name: `Crowd ${author}`, ...own('SAID', 'HASH', 'STATE'), start: 'ask' },
    nodes: {
      ask: ask('SAID', 'which'),
      which: {
        type: 'conditions',
        conditions: [{ output: 'endless', when: says(endlessWord) }],
        outputs: { endless: 'endless', default: 'code' },
      },
      code: { type: 'custom-code', code: longCode(author), outputs: { default: 'where', failed: 'busy' } },
      endless: {
        ...{ type: 'custom-code', code: `// author ${author}\nfor (;;) {}`, timeout: 0.2 },
        outputs: { default: 'where', failed: 'where' },
      },
      busy: { type: 'send-message', text: 'The code failed.', ...to('where') },
      where: {
        type: 'conditions',
        conditions: [{ output: 'deaf', when: says(deafWord) }],
        outputs: { deaf: 'deaf', default: 'look' },
      },
      look: call(`${webUrl}/slow`, { outputs: { default: 'tell', failed: 'unknown' } }),
      deaf: call(`${webUrl}/never`, { outputs: { default: 'tell', failed: 'tell' } }),
      unknown: { type: 'send-message', text: 'The webhook failed.', ...to('tell') },
      tell: { type: 'send-message', text: 'It is $STATE, and its number is $HASH.', ...to('ask') },
    },
  },
});
