// Contract 2.2 and 5: the flow over step, without a socket.
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { supportFlow } from './kit/flows.ts';
import { type Conversation, type House, openHouse } from './kit/house.ts';

let house: House;

before(async () => {
  house = await openHouse();
});
after(() => house.close());

type Node = Readonly<{ id: string; type: string; status: string; errors: string[]; messages: { text: string }[] }>;
type StepBody = Readonly<{
  session_id: string;
  session_status: string;
  messages: readonly Readonly<{ text: string }>[];
  nodes: readonly Node[];
  owner?: string;
}>;

type Parameters = readonly Readonly<{ name: string; value: string | readonly string[] }>[];

async function begin(nodes: object, start: string, parameters: readonly object[] = []): Promise<Conversation> {
  await house.publish({ name: 'Flow', parameters, start, nodes }, 'flow');
  return house.init('flow');
}

async function step(session: Conversation, input: string | null, parameters?: Parameters): Promise<StepBody> {
  const { status, body, text } = await house.step<StepBody>(session, { input, ...(parameters && { parameters }) });
  assert.equal(status, 200, text);
  return body;
}

const said = ({ messages }: StepBody): readonly string[] => messages.map(({ text }) => text);

async function parameterIn({ id }: Conversation, name: string): Promise<unknown> {
  const path = `/insights/sessions/${id}/parameters`;
  return (await house.ask<{ parameters: Record<string, unknown> }>('GET', path)).body.parameters[name];
}

const send = (text: string, next: string | null = null) => ({
  type: 'send-message',
  text,
  outputs: { default: next },
});
const collect = (parameter: string, next: string, more: object = {}) => ({
  type: 'collect-input',
  parameter,
  outputs: { default: next },
  ...more,
});

const echo = { ask: collect('A', 'tell', { prompt: 'A?' }), tell: send('A is $A.', 'ask') };

test('the first step only starts the flow: its input answers no node', async () => {
  for (const input of ['hello', '', null]) {
    const session = await begin(echo, 'ask');
    assert.deepEqual(said(await step(session, input)), ['A?']);
    assert.equal(await parameterIn(session, 'A'), undefined);
    assert.deepEqual(said(await step(session, 'one')), ['A is one.', 'A?']);
  }
});

test('a step has exactly the shape of the contract', async () => {
  const session = await begin(echo, 'ask');
  await step(session, 'hello');
  assert.deepEqual(await step(session, 'one'), {
    session_id: session.id,
    session_status: 'AWAITING_INPUT',
    messages: [{ text: 'A is one.' }, { text: 'A?' }],
    nodes: [
      { id: 'ask', type: 'collect-input', status: 'DONE', errors: [], messages: [] },
      { id: 'tell', type: 'send-message', status: 'DONE', errors: [], messages: [{ text: 'A is one.' }] },
      { id: 'ask', type: 'collect-input', status: 'AWAITING_INPUT', errors: [], messages: [{ text: 'A?' }] },
    ],
  });
});

test('INITIAL_MESSAGE is the first input that is not empty, greeting or not', async () => {
  const nodes = { ask: collect('A', 'tell', { retries: 5 }), tell: send('First: $INITIAL_MESSAGE', 'ask') };
  const greeted = await begin(nodes, 'ask');
  await step(greeted, 'good morning');
  assert.deepEqual(said(await step(greeted, 'next')), ['First: good morning']);
  const silent = await begin(nodes, 'ask');
  await step(silent, '');
  await step(silent, '');
  assert.deepEqual(said(await step(silent, 'at last')), ['First: at last']);
  assert.deepEqual(said(await step(silent, 'more')), ['First: at last']);
});

test('a null input says nothing and moves nothing', async () => {
  const session = await begin(echo, 'ask');
  await step(session, null);
  const log = await house.events(session.id);
  const body = await step(session, null);
  assert.deepEqual([body.session_status, body.messages, body.nodes], ['AWAITING_INPUT', [], []]);
  assert.deepEqual(await house.events(session.id), log);
});

const asking = (more: object) => ({
  ask: collect('A', 'tell', { prompt: 'A?', outputs: { default: 'tell', missed: 'missed' }, ...more }),
  tell: send('Got $A.', 'ask'),
  missed: send('Never mind.'),
});

test('an answer that is missed is asked for again, once by default, and then takes missed', async () => {
  const session = await begin(asking({}), 'ask');
  await step(session, null);
  assert.deepEqual(said(await step(session, '')), ['A?']);
  const body = await step(session, '   ');
  assert.deepEqual([said(body), body.session_status], [['Never mind.'], 'ENDED']);
});

test('retries say how often it asks again, with the words for it', async () => {
  const session = await begin(asking({ retries: 3, retryPrompt: 'Sorry, A?' }), 'ask');
  await step(session, null);
  for (let round = 0; round < 3; round += 1) assert.deepEqual(said(await step(session, '')), ['Sorry, A?']);
  assert.deepEqual(said(await step(session, '')), ['Never mind.']);
  const never = await begin(asking({ retries: 0 }), 'ask');
  await step(never, null);
  assert.deepEqual(said(await step(never, '')), ['Never mind.']);
});

test('an answer after a retry counts, and the count of misses starts anew', async () => {
  const session = await begin(asking({}), 'ask');
  await step(session, null);
  await step(session, '');
  assert.deepEqual(said(await step(session, 'fine')), ['Got fine.', 'A?']);
  assert.deepEqual(said(await step(session, '')), ['A?'], 'it may be missed once again');
});

const is = (parameter: string, operator: string, value?: unknown) => ({ parameter, operator, value });

test('conditions with nested groups take the first that holds, and default when none does', async () => {
  const when = {
    all: [
      { any: [is('TIER', 'equals', 'gold'), is('TIER', 'equals', 'silver')] },
      { any: [is('AGE', 'greater-than', '17'), { all: [is('AGE', 'is-empty'), is('A', 'contains', 'adult')] }] },
    ],
  };
  const nodes = {
    ask: collect('A', 'choose'),
    choose: {
      type: 'conditions',
      conditions: [
        { output: 'vip', when },
        { output: 'any', when: is('TIER', 'is-not-empty') },
      ],
      outputs: { vip: 'vip', any: 'any', default: 'none' },
    },
    vip: send('VIP', 'ask'),
    any: send('any', 'ask'),
    none: send('none', 'ask'),
  };
  const declared = ['A', 'TIER', 'AGE'].map((name) => ({ name, kind: 'custom' }));
  const table: readonly (readonly [string, string, string, string])[] = [
    ['gold', '18', 'x', 'VIP'],
    ['silver', '100', 'x', 'VIP'],
    ['gold', '17', 'x', 'any'],
    ['gold', '9', 'adult', 'any'],
    ['gold', '', 'an adult', 'VIP'],
    ['bronze', '40', 'adult', 'any'],
    ['', '40', 'adult', 'none'],
  ];
  const session = await begin(nodes, 'ask', declared);
  await step(session, null);
  for (const [TIER, AGE, input, wanted] of table) {
    const parameters = Object.entries({ TIER, AGE }).map(([name, value]) => ({ name, value }));
    assert.deepEqual(said(await step(session, input, parameters)), [wanted], `${TIER} ${AGE} ${input}`);
  }
});

test('a condition whose output is open ends the session', async () => {
  const nodes = {
    choose: { type: 'conditions', conditions: [{ output: 'x', when: is('A', 'is-empty') }], outputs: { x: null } },
  };
  const body = await step(await begin(nodes, 'choose'), null);
  assert.equal(body.session_status, 'ENDED');
});

test('set parameter sets, appends and clears', async () => {
  const set = (operation: string, next: string | null, value?: unknown, parameter = 'ITEMS') => ({
    type: 'set-parameter',
    parameter,
    operation,
    ...(value === undefined ? {} : { value }),
    outputs: { default: next },
  });
  const nodes = {
    one: set('set', 'two', ['router', '$A cable']),
    two: set('append', 'three', 'plug'),
    three: set('append', 'tell', ['fuse', '$$5']),
    tell: send('$ITEMS', 'clear'),
    clear: set('clear', 'gone'),
    gone: send('Left: "$ITEMS"', 'single'),
    single: set('set', 'show', 'plain $A', 'B'),
    show: send('$B', 'wait'),
    wait: collect('C', 'wait'),
  };
  const declared = [
    { name: 'ITEMS', kind: 'custom', multi: true, value: ['old'] },
    { name: 'A', kind: 'custom', value: 'long' },
    { name: 'B', kind: 'custom' },
    { name: 'C', kind: 'custom' },
  ];
  const session = await begin(nodes, 'one', declared);
  assert.deepEqual(said(await step(session, null)), ['router, long cable, plug, fuse, $5', 'Left: ""', 'plain long']);
  assert.deepEqual(await parameterIn(session, 'ITEMS'), []);
  assert.equal(await parameterIn(session, 'B'), 'plain long');
});

test('an input collected into a multi-value parameter is added to it', async () => {
  const nodes = { ask: collect('ITEMS', 'tell'), tell: send('$ITEMS', 'ask') };
  const session = await begin(nodes, 'ask', [{ name: 'ITEMS', kind: 'custom', multi: true }]);
  await step(session, null);
  await step(session, 'router');
  assert.deepEqual(said(await step(session, 'cable')), ['router, cable']);
});

test('$NAME is inserted in one pass, $$ is a dollar, and an unknown name stays as it is', async () => {
  const nodes = { ask: collect('A', 'tell'), tell: send('$A|$$A|$$$A|$NOBODY|$|$5|$constructor|$A$A', 'ask') };
  const session = await begin(nodes, 'ask', [{ name: 'A', kind: 'custom' }]);
  await step(session, null);
  assert.deepEqual(said(await step(session, '$A $$ $SESSION_ID')), [
    '$A $$ $SESSION_ID|$A|$$A $$ $SESSION_ID|$NOBODY|$|$5|$constructor|$A $$ $SESSION_ID$A $$ $SESSION_ID',
  ]);
});

test('system parameters have the values of the session', async () => {
  const session = await begin(
    { tell: send('$SESSION_ID $AGENT_ID $CONVERSATION_ID $CONVERSATION_START_DATE', 'w'), w: collect('A', 'w') },
    'tell',
  );
  const started = (await house.events(session.id))[0]?.at.slice(0, 10);
  assert.deepEqual(said(await step(session, 'x')), [`${session.id} flow ${session.id} ${started}`]);
});

test('parameters in the first step are there when the flow starts', async () => {
  const session = await begin({ tell: send('Hi $name, $TIER, $FREE.', 'ask'), ask: collect('A', 'tell') }, 'tell', [
    { name: 'name', kind: 'user' },
    { name: 'TIER', kind: 'custom', value: 'bronze' },
  ]);
  const parameters = [
    { name: 'name', value: 'Ada' },
    { name: 'TIER', value: 'gold' },
    { name: 'FREE', value: 'undeclared' },
  ];
  assert.deepEqual(said(await step(session, '', parameters)), ['Hi Ada, gold, undeclared.']);
});

test('parameters with names of JavaScript’s own are parameters like others', async () => {
  const session = await begin({ ask: collect('A', 'tell'), tell: send('$__proto__ $toString', 'ask') }, 'ask');
  await step(session, null);
  const parameters = [
    { name: '__proto__', value: 'one' },
    { name: 'toString', value: 'two' },
  ];
  assert.deepEqual(said(await step(session, 'x', parameters)), ['one two']);
});

test('a text without characters sends nothing', async () => {
  const nodes = { quiet: send('', 'mute'), mute: send('$E', 'ask'), ask: collect('A', 'ask', { prompt: '' }) };
  const session = await begin(nodes, 'quiet', [{ name: 'E', kind: 'custom', value: '' }]);
  assert.deepEqual(said(await step(session, null)), []);
  assert.deepEqual(await house.eventsOf(session.id, 'virtual-agent-message-sent'), []);
});

test('a text that grows beyond 4096 characters goes out in pieces and loses none', async () => {
  const nodes = { ask: collect('A', 'tell'), tell: send('$A$A', 'ask') };
  const session = await begin(nodes, 'ask', [{ name: 'A', kind: 'custom' }]);
  await step(session, null);
  const text = `${'🙂'.repeat(4_000)}end`;
  const sent = said(await step(session, text));
  assert.equal(sent.join(''), text + text);
  assert.deepEqual(
    sent.map((piece) => [...piece].length),
    [4_096, 3_910],
  );
});

test('an end ends: the step says so, and the next one is refused', async () => {
  for (const nodes of [{ bye: { type: 'end-conversation' } }, { bye: send('Bye.') }]) {
    const session = await begin(nodes, 'bye');
    assert.equal((await step(session, null)).session_status, 'ENDED');
    const { status } = await house.step(session, { input: 'hello?' });
    assert.equal(status, 409);
    const [end] = await house.eventsOf(session.id, 'session-ended');
    assert.equal(end?.reason, 'completed');
  }
});

test('a flow that loops without waiting ends as a fault that names its nodes', async () => {
  const nodes = {
    tick: { type: 'set-parameter', parameter: 'A', value: 'x', outputs: { default: 'tock' } },
    tock: {
      type: 'conditions',
      conditions: [{ output: 'on', when: is('A', 'is-empty') }],
      outputs: { default: 'tick', on: 'tick' },
    },
  };
  const session = await begin(nodes, 'tick', [{ name: 'A', kind: 'custom' }]);
  const body = await step(session, null);
  assert.equal(body.session_status, 'ENDED');
  const [end] = await house.eventsOf(session.id, 'session-ended');
  assert.equal(end?.reason, 'fault');
  assert.match(String(end?.detail), /tick.*tock|tock.*tick/);
  assert.ok(body.nodes.at(-1)?.errors.some((error) => /without waiting/.test(error)));
});

test('a running session keeps its version when a new one is published', async () => {
  const session = await begin(echo, 'ask');
  await step(session, null);
  await begin({ ask: collect('A', 'tell', { prompt: 'New A?' }), tell: send('New $A.', 'ask') }, 'ask');
  assert.deepEqual(said(await step(session, 'one')), ['A is one.', 'A?']);
  assert.deepEqual(said(await step(await house.init('flow'), null)), ['New A?']);
});

test('the first step answers no node when a socket has started the flow before it', async () => {
  const session = await begin(echo, 'ask');
  const user = house.connect(session);
  await user.hears('A?');
  assert.deepEqual(said(await step(session, 'good morning')), ['A?'], 'it is told what was said before');
  assert.equal(await parameterIn(session, 'A'), undefined);
  assert.equal(await parameterIn(session, 'INITIAL_MESSAGE'), 'good morning');
  assert.deepEqual(said(await step(session, 'one')), ['A is one.', 'A?']);
});

test('a step after the end user has written on the socket is no first one', async () => {
  const session = await begin(echo, 'ask');
  const user = house.connect(session);
  user.say('one');
  await user.hears('A is one.');
  assert.deepEqual(said(await step(session, 'two')), ['A is two.', 'A?']);
});

test('while a live agent owns the session a step goes to them and says so', async () => {
  await house.publish(supportFlow(house.desk), 'support');
  const session = await house.init('support');
  const user = house.connect(session);
  await user.hears('Hello.');
  await step(session, 'good morning');
  assert.equal((await step(session, 'my wifi is down')).owner, 'live_agent');
  await user.sees('connected');
  assert.deepEqual(await step(session, 'are you there?'), {
    session_id: session.id,
    session_status: 'AWAITING_INPUT',
    messages: [],
    nodes: [],
    owner: 'live_agent',
  });
  const call = await house.until('the desk gets it', () => house.desk.of('inbound', session.id)[0]);
  assert.equal(call.body.text, 'are you there?');
  const frame = await user.hears('are you there?');
  assert.equal(frame.id, undefined, 'it has no id of a socket client');
});

test('steps that come at once are taken one after the other, each once', async () => {
  const session = await begin(echo, 'ask');
  await step(session, null);
  const inputs = Array.from({ length: 20 }, (_, index) => `input ${index}`);
  const bodies = await Promise.all(inputs.map((input) => step(session, input)));
  for (const [index, body] of bodies.entries()) assert.deepEqual(said(body), [`A is input ${index}.`, 'A?']);
});
