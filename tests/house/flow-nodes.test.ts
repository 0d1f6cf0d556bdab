// Nodes that read what people say, and those that lead elsewhere, in the real program.
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { routing } from './kit/flows.ts';
import { type Conversation, type House, openHouse } from './kit/house.ts';

let house: House;

before(async () => {
  house = await openHouse();
});
after(() => house.close());

type StepBody = Readonly<{ session_status: string; messages: readonly Readonly<{ text: string }>[] }>;

const send = (text: string, next: string | null = null) => ({ type: 'send-message', text, outputs: { default: next } });

const intents = [
  { name: 'order', examples: ['I want to order a lamp', 'buy something', 'place an order', 'can I order here'] },
  { name: 'refund', examples: ['I want my money back', 'return an item', 'refund my order', 'send it back'] },
];

async function begin(flow: object): Promise<Conversation> {
  await house.publish({ name: 'Words', ...flow }, 'words');
  const session = await house.init('words');
  await house.step(session, { input: '' });
  return session;
}

async function says(session: Conversation, input: string): Promise<readonly string[]> {
  const { status, body, text } = await house.step<StepBody>(session, { input });
  assert.equal(status, 200, text);
  return body.messages.map((message) => message.text);
}

const asking = (entity: string, more: object = {}) => ({
  parameters: [{ name: 'X', kind: 'custom' }],
  start: 'ask',
  nodes: {
    ask: {
      ...{
        type: 'collect-input',
        parameter: 'X',
        entity,
        prompt: 'Say it.',
        retryPrompt: ['Once more.', 'A last time.'],
      },
      ...{ retries: 2, outputs: { default: 'got', missed: 'missed' } },
    },
    got: send('Got $X.', 'ask'),
    missed: send('Missed.', 'ask'),
  },
  ...more,
});

const read: readonly (readonly [entity: string, said: string, value: string])[] = [
  ['@sys.any', ' as it is ', ' as it is '],
  ['@sys.number', 'about 1,200.50 or so', '1200.5'],
  ['@sys.date', 'on 3 May 2027', '2027-05-03'],
  ['@sys.time', 'at half past two pm', '14:30'],
  ['@sys.confirmation', 'yep, sure', 'yes'],
  ['@sys.name', 'my name is ada lovelace', 'Ada Lovelace'],
  ['@sys.email', 'it is Ada@Example.ORG.', 'Ada@example.org'],
  ['@sys.phone', '+49 30 123456', '+4930123456'],
  ['size', 'the BIGGEST one', 'large'],
  ['code', 'AB123', 'AB123'],
];

for (const [entity, said, value] of read) {
  test(`${entity} is found in "${said}"`, async () => {
    const entities = [
      { name: 'size', values: [{ value: 'small' }, { value: 'large', synonyms: ['big', 'biggest'] }] },
      { name: 'code', pattern: '[A-Z]{2}\\d+' },
    ];
    assert.deepEqual(await says(await begin(asking(entity, { entities })), said), [`Got ${value}.`, 'Say it.']);
  });
}

test('what an entity is not found in is asked for again in other words, and then missed', async () => {
  const session = await begin(asking('@sys.number'));
  assert.deepEqual(await says(session, 'none'), ['Once more.']);
  assert.deepEqual(await says(session, 'still none'), ['A last time.']);
  assert.deepEqual(await says(session, 'no'), ['Missed.', 'Say it.']);
  assert.deepEqual(await says(session, 'ok: 7'), ['Got 7.', 'Say it.']);
});

test('a classification takes the output of the intent, and the log says how sure it was', async () => {
  const node = {
    ...{ type: 'classification', intents: ['order', 'refund'], prompt: 'What do you want?', retries: 0 },
    outputs: { order: 'order', refund: 'refund', missed: 'missed' },
  };
  const nodes = {
    what: node,
    order: send('Order.', 'what'),
    refund: send('Refund.', 'what'),
    missed: send('Missed.', 'what'),
  };
  const session = await begin({ start: 'what', intents, nodes });
  assert.equal((await says(session, 'could you send my money back?'))[0], 'Refund.');
  assert.equal((await says(session, 'Id like to oder a lamp'))[0], 'Order.');
  assert.equal((await says(session, 'the weather is lovely'))[0], 'Missed.');
  const scores = (await house.eventsOf(session.id, 'intent-recognised')).map(({ intent, score }) => [
    intent,
    Number(score),
  ]);
  assert.deepEqual(
    scores.map(([intent]) => intent),
    ['refund', 'order', null],
  );
  assert.ok(scores.every(([, score]) => Number(score) >= 0 && Number(score) <= 1));
});

test('a human can be asked for from anywhere, and the flow comes back where it was', async () => {
  const nodes = {
    ask: {
      type: 'collect-input',
      parameter: 'A',
      prompt: 'Your order number?',
      entity: '@sys.number',
      outputs: { default: 'done' },
    },
    done: send('Thank you.'),
    wanted: { type: 'context-switch', intents: ['@sys.human'], returns: true, outputs: { default: 'human' } },
    human: routing(house.desk, { outputs: { default: null, failed: null } }),
  };
  await house.publish({ name: 'Words', start: 'ask', nodes }, 'words');
  const session = await house.init('words');
  const user = house.connect(session);
  await user.hears('Your order number?');
  user.say('I want to talk to a human please');
  await user.sees('connected');
  await house.disconnect(session.id);
  await user.waitFor(
    'the question again',
    () => user.texts().filter((text) => text === 'Your order number?').length === 2,
  );
  user.say('42');
  await user.hears('Thank you.');
});

const refused: readonly Readonly<{ what: string; flow: object; path: string; message: RegExp }>[] = [
  {
    what: 'a pattern of a condition that does not parse',
    flow: {
      start: 'if',
      nodes: {
        if: {
          type: 'conditions',
          conditions: [{ output: 'a', when: { any: [{ parameter: 'X', operator: 'matches', value: '(a' }] } }],
          outputs: { a: null },
        },
      },
    },
    path: 'nodes.if.conditions.0.when.any.0.value',
    message: /./,
  },
  {
    what: 'a pattern of an entity that looks back',
    flow: asking('code', { entities: [{ name: 'code', pattern: '(a)\\1' }] }),
    path: 'entities.0.pattern',
    message: /./,
  },
  {
    what: 'an entity that there is none of',
    flow: asking('shoe'),
    path: 'nodes.ask.entity',
    message: /no entity "shoe"/,
  },
  {
    what: 'an entity with nothing in it',
    flow: asking('code', { entities: [{ name: 'code' }] }),
    path: 'entities.0',
    message: /values or a pattern/,
  },
  {
    what: 'an intent that there is none of',
    flow: { start: 'c', nodes: { c: { type: 'classification', intents: ['shoe'], outputs: { shoe: null } } } },
    path: 'nodes.c.intents.0',
    message: /no intent "shoe"/,
  },
  {
    what: 'an output that the classification does not have',
    flow: {
      intents,
      start: 'c',
      nodes: { c: { type: 'classification', intents: ['order'], outputs: { refund: null } } },
    },
    path: 'nodes.c.outputs.refund',
    message: /it has order, missed/,
  },
  {
    what: 'a sub-flow of no node',
    flow: { start: 's', nodes: { s: { type: 'sub-flow', start: 'x', outputs: {} } } },
    path: 'nodes.s.start',
    message: /no node "x"/,
  },
  {
    what: 'a time zone that there is none of',
    flow: { timeZone: 'Mars/Olympus', start: 'a', nodes: { a: send('a') } },
    path: 'timeZone',
    message: /no time zone/,
  },
  {
    what: 'an intent with the name of the system’s',
    flow: { intents: [{ name: '@sys.dance', examples: [] }], start: 'a', nodes: { a: send('a') } },
    path: 'intents.0.name',
    message: /the system’s/,
  },
];

for (const { what, flow, path, message } of refused) {
  test(`${what} is refused when it is published`, async () => {
    const answer = await house.ask('PUT', '/agents/refused', { json: { name: 'Refused', ...flow } });
    assert.equal(answer.status, 422, answer.text);
    const fault = answer.body.faults?.find((one) => one.path === path);
    assert.match(fault?.message ?? answer.text, message);
    assert.equal((await house.ask('GET', '/agents/refused')).status, 404);
  });
}

test('examples that would take long to learn are refused', async () => {
  const examples = Array.from({ length: 300 }, (_, number) => `${'I would like to know about '.repeat(8)}${number}`);
  const flow = { name: 'Long', intents: [{ name: 'long', examples }], start: 'a', nodes: { a: send('a') } };
  const answer = await house.ask('PUT', '/agents/refused', { json: flow });
  assert.match(answer.body.faults?.find(({ path }) => path === 'intents')?.message ?? answer.text, /50000 at most/);
});
