import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command, Decision } from '../commands.ts';
import { decide } from '../decide.ts';
import type { SessionEvent } from '../events.ts';
import { evolve } from '../evolve.ts';
import type { Flow } from '../flow/flow.ts';
import type { FlowNode } from '../flow/nodes.ts';
import { plainUnderstanding } from '../plain-understanding.ts';
import { begin, type Session } from '../session.ts';
import type { SkillAnswer } from '../skills.ts';

const sessionId = '01890000-0000-7000-8000-000000000001';

/** A flow of nodes that begins with the first of them. */
const flowOf = (nodes: Readonly<Record<string, FlowNode>>, more: Partial<Flow> = {}): Flow => ({
  name: 'Test',
  start: Object.keys(nodes)[0] ?? '',
  nodes,
  ...more,
});

const send = (text: string, next: string | null = null): FlowNode => ({
  type: 'send-message',
  text,
  outputs: { default: next },
});
const ask = (parameter: string, next: string | null, more: object = {}): FlowNode => ({
  ...{ type: 'collect-input', parameter, prompt: `${parameter}?`, outputs: { default: next } },
  ...more,
});
const webhook = (next: string | null, more: object = {}): FlowNode => ({
  ...{ type: 'webhook', url: 'https://api.example/', outputs: { default: next, failed: 'sorry' } },
  ...more,
});

/** A conversation with a flow, decided at once and without a clock. */
class Talk {
  readonly events: SessionEvent[] = [];
  readonly #flow: Flow;
  session: Session;
  last: Decision | null = null;
  at = 0;

  constructor(flow: Flow) {
    this.#flow = flow;
    const more = { virtualAgentId: 'a', flowVersion: 1, expiresAt: 86_400_000, parameters: {} };
    this.session = begin({ kind: 'session-started', seq: 1, at: 0, sessionId, ...more });
    this.do({ kind: 'connect-socket' });
  }

  do(command: Command): readonly SessionEvent[] {
    const decision = decide(this.#flow, this.session, command, this.at);
    this.last = decision;
    this.session = decision.session;
    this.events.push(...decision.events);
    return decision.events;
  }

  say(text: string): readonly SessionEvent[] {
    const id = `m${this.session.version}`;
    return this.do({ kind: 'say', messageId: id, clientId: id, text });
  }

  /** @param request the one that waits when left out. */
  settle(answer: SkillAnswer, request = this.request): readonly SessionEvent[] {
    const call = { lane: `a${request}`, seq: request, part: 0 };
    return this.do({ kind: 'settle-ask', call, answer, attempts: 1 });
  }

  get request(): number {
    return this.events.findLast(({ kind }) => kind === 'skill-requested')?.seq ?? 0;
  }

  get said(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'virtual-agent-message-sent' ? [event.text] : []));
  }

  get nodes(): readonly string[] {
    return this.events.flatMap((event) => (event.kind === 'node-entered' ? [event.node] : []));
  }
}

const answered = (more: Partial<Extract<SkillAnswer, { kind: 'answered' }>> = {}): SkillAnswer => ({
  ...{ kind: 'answered', parameters: [], messages: [], output: 'default' },
  ...more,
});

test('a sub-flow goes on after its node when it leads nowhere, also where it waited', () => {
  const talk = new Talk(
    flowOf({
      first: { type: 'sub-flow', start: 'name', outputs: { default: 'again' } },
      again: { type: 'sub-flow', start: 'inner', outputs: { default: 'last' } },
      inner: { type: 'sub-flow', start: 'name', outputs: { default: 'middle' } },
      middle: send('middle'),
      last: send('last'),
      name: ask('NAME', null),
    }),
  );
  assert.deepEqual(talk.said, ['NAME?']);
  talk.say('one');
  assert.deepEqual(talk.said, ['NAME?', 'NAME?']);
  assert.equal(talk.session.returns.length, 2);
  talk.say('two');
  assert.deepEqual(talk.said.slice(2), ['middle', 'last']);
  assert.equal(talk.session.phase.kind, 'ended');
});

test('an end within a sub-flow ends the session', () => {
  const talk = new Talk(
    flowOf({
      first: { type: 'sub-flow', start: 'end', outputs: { default: 'last' } },
      last: send('last'),
      end: { type: 'end-conversation' },
    }),
  );
  assert.deepEqual(talk.said, []);
  assert.deepEqual(talk.session.phase, { kind: 'ended', reason: 'completed' });
  assert.deepEqual(talk.session.returns, []);
});

test('sub-flows that lead into themselves end as a fault that names them', () => {
  const talk = new Talk(
    flowOf({ a: { type: 'sub-flow', start: 'b', outputs: {} }, b: { type: 'sub-flow', start: 'a', outputs: {} } }),
  );
  const end = talk.events.at(-1);
  assert.ok(end?.kind === 'session-ended' && end.reason === 'fault');
  assert.match(end.detail ?? '', /sub-flows stand within each other.*: (a, b|b, a)\./);
});

test('a counter counts to its limit, and starts anew when it is reset', () => {
  const talk = new Talk(
    flowOf({
      ask: ask('X', 'count'),
      count: { type: 'counter', parameter: 'N', limit: 2, outputs: { default: 'ask', reached: 'enough' } },
      enough: send('Enough after $N.', 'reset'),
      reset: { type: 'reset-counter', parameter: 'N', outputs: { default: 'ask' } },
    }),
  );
  for (const text of ['a', 'b', 'c', 'd']) talk.say(text);
  assert.deepEqual(
    talk.said.filter((text) => text.startsWith('Enough')),
    ['Enough after 2.', 'Enough after 2.'],
  );
});

const switching = (more: object = {}): Flow =>
  flowOf(
    {
      ask: ask('ISSUE', 'done', { entity: 'size' }),
      done: send('Done: $ISSUE.'),
      human: { type: 'context-switch', intents: ['human'], outputs: { default: 'fetch' }, ...more },
      fetch: send('I get somebody.'),
    },
    {
      intents: [{ name: 'human', examples: ['talk to a human'] }],
      entities: [{ name: 'size', values: [{ value: 'large' }] }],
    },
  );

test('words with the intent of a context switch lead there from wherever the flow waits', () => {
  const talk = new Talk(switching());
  talk.say('Talk to a human');
  assert.deepEqual(talk.said, ['ISSUE?', 'I get somebody.']);
  assert.equal(talk.session.phase.kind, 'ended');
  assert.equal(talk.session.parameters.ISSUE, undefined, 'what led away is no answer');
});

test('a context switch that returns asks again where the flow waited', () => {
  const talk = new Talk(switching({ returns: true }));
  talk.say('human');
  assert.deepEqual(talk.said, ['ISSUE?', 'I get somebody.', 'ISSUE?']);
  talk.say('large');
  assert.deepEqual(talk.said.at(-1), 'Done: large.');
});

test('a context switch that is taken again in its own branch returns where the first one does', () => {
  const flow = switching({ returns: true });
  const nodes = { ...flow.nodes, fetch: ask('WHEN', null) };
  const talk = new Talk({ ...flow, nodes });
  for (let times = 0; times < 50; times += 1) talk.say('human');
  assert.equal(talk.session.returns.length, 1);
  talk.say('now');
  assert.equal(talk.said.at(-1), 'ISSUE?');
});

test('a context switch out of a sub-flow leaves it for good, unless it returns', () => {
  const { nodes, ...flow } = switching();
  const within = (returns: boolean): Flow => ({
    ...flow,
    start: 'sub',
    nodes: {
      ...nodes,
      sub: { type: 'sub-flow', start: 'ask', outputs: { default: 'after' } },
      after: send('After.'),
      human: { type: 'context-switch', intents: ['human'], returns, outputs: { default: 'fetch' } },
    },
  });
  const left = new Talk(within(false));
  left.say('human');
  assert.deepEqual(left.said, ['ISSUE?', 'I get somebody.']);
  const back = new Talk(within(true));
  back.say('human');
  back.say('large');
  assert.deepEqual(back.said.slice(2), ['ISSUE?', 'Done: large.', 'After.']);
});

test('a classification of its own comes before a context switch for the same intent', () => {
  const talk = new Talk(
    flowOf(
      {
        what: {
          type: 'classification',
          intents: ['human'],
          prompt: 'What?',
          outputs: { human: 'own', missed: 'what' },
        },
        own: send('Its own.'),
        switch: { type: 'context-switch', intents: ['human'], outputs: { default: 'away' } },
        away: send('Away.'),
      },
      { intents: [{ name: 'human', examples: [] }] },
    ),
  );
  talk.say('human');
  assert.deepEqual(talk.said, ['What?', 'Its own.']);
});

test('an answer that the node can use stays with it, unless a context switch is surer', () => {
  const scores: Record<string, number> = { 'no thanks': 0.72, 'large, and a human': 0.95 };
  const flow = switching({ minScore: 0.7 });
  const understanding = {
    ...plainUnderstanding,
    valueOf: () => 'large',
    intentsOf: (_: Flow, __: readonly string[], text: string) => [{ intent: 'human', score: scores[text] ?? 0 }],
  };
  const session = new Talk(flow).session;
  const say = (text: string) =>
    decide(flow, session, { kind: 'say', messageId: 'm', clientId: 'c', text }, 0, understanding);
  assert.ok(!say('no thanks').events.some(({ kind }) => kind === 'context-switched'));
  assert.ok(say('large, and a human').events.some(({ kind }) => kind === 'context-switched'));
});

test('a classification asks again in other words each time, and takes missed in the end', () => {
  const node: FlowNode = {
    ...{ type: 'classification', intents: ['order'], prompt: 'What?', retries: 3, parameter: 'WANT' },
    ...{ retryPrompt: ['Sorry?', 'Once more?'], outputs: { order: 'ok', missed: 'no' } },
  };
  const flow = flowOf(
    { what: node, ok: send('ok $WANT'), no: send('no') },
    { intents: [{ name: 'order', examples: ['buy'] }] },
  );
  const talk = new Talk(flow);
  for (const text of ['a', 'b', 'c', 'd']) talk.say(text);
  assert.deepEqual(talk.said, ['What?', 'Sorry?', 'Once more?', 'Once more?', 'no']);
  const second = new Talk(flow);
  second.say('Buy');
  assert.deepEqual(second.said, ['What?', 'ok order']);
});

test('a question whose parameter has a value is skipped where its author says so', () => {
  const talk = new Talk(
    flowOf({
      set: { type: 'set-parameter', parameter: 'A', value: 'x', outputs: { default: 'ask' } },
      ask: ask('A', 'b', { skipWhenFilled: true }),
      b: ask('B', null),
    }),
  );
  assert.deepEqual(talk.said, ['B?']);
});

test('a node that asks outside waits; what is said meanwhile is taken after the answer', () => {
  const talk = new Talk(
    flowOf({ hook: webhook('ask'), ask: ask('A', 'b'), b: ask('B', 'c'), c: send('$A $B'), sorry: send('sorry') }),
  );
  assert.equal(talk.session.phase.kind, 'asking');
  const [call] = talk.last?.calls ?? [];
  assert.deepEqual([call?.kind, call?.lane, call?.url], ['ask', `a${talk.request}`, 'https://api.example/']);
  talk.say('one');
  talk.say('two');
  assert.equal(talk.session.phase.kind, 'asking');
  talk.settle(answered());
  assert.deepEqual(talk.said, ['A?', 'B?', 'one two']);
});

test('nobody answers in time: failed, at the moment and not before, and a late answer changes nothing', () => {
  const talk = new Talk(flowOf({ hook: webhook('ask'), ask: ask('A', null), sorry: send('sorry') }));
  const { request } = talk;
  const { dueAt } = talk.session.phase as { dueAt: number };
  talk.at = dueAt - 1;
  assert.deepEqual(talk.do({ kind: 'wake' }), []);
  talk.at = dueAt;
  talk.do({ kind: 'wake' });
  assert.deepEqual(talk.said, ['sorry']);
  assert.deepEqual(talk.last?.changes, [
    { kind: 'settle', call: { lane: `a${request}`, seq: request, part: 0 }, state: 'skipped' },
  ]);
  assert.deepEqual(talk.settle(answered({ messages: ['late'] }), request), []);
});

test('what a session that ends has asked is asked no more', () => {
  const talk = new Talk(flowOf({ hook: webhook(null), sorry: send('sorry') }));
  talk.do({ kind: 'leave' });
  assert.equal(talk.last?.changes[0]?.kind, 'settle');
  assert.deepEqual(talk.settle(answered()), []);
});

test('a flow that asks outside without end and without waiting for a person is a fault that names its nodes', () => {
  const talk = new Talk(flowOf({ hook: webhook('other'), other: webhook('hook'), sorry: send('sorry') }));
  for (let turns = 0; turns < 300 && talk.session.phase.kind === 'asking'; turns += 1) talk.settle(answered());
  const end = talk.events.at(-1);
  assert.ok(end?.kind === 'session-ended' && end.reason === 'fault');
  assert.match(end.detail ?? '', /200 nodes without waiting.*: (hook, other|other, hook)\./);
});

test('answers that no session can keep are failed, whole', () => {
  const wrong: readonly Partial<Extract<SkillAnswer, { kind: 'answered' }>>[] = [
    { parameters: [{ name: 'SESSION_ID', value: 'x' }] },
    { parameters: [{ name: 'two words', value: 'x' }] },
    { parameters: Array.from({ length: 101 }, (_, n) => ({ name: `P${n}`, value: 'x' })) },
    { output: 'listen' },
    { output: 'human' },
  ];
  for (const more of wrong) {
    const talk = new Talk(flowOf({ hook: webhook('ok'), ok: send('ok'), sorry: send('sorry') }));
    talk.settle(answered({ parameters: [{ name: 'A', value: 'x' }], ...more }));
    assert.deepEqual(talk.said, ['sorry'], JSON.stringify(more).slice(0, 80));
    assert.equal(talk.session.parameters.A, undefined);
  }
});

test('values of an answer get the shape that is declared, and texts lose what no text may hold', () => {
  const parameters = [
    { name: 'ONE', kind: 'custom' as const },
    { name: 'MANY', kind: 'custom' as const, multi: true },
  ];
  const talk = new Talk(flowOf({ hook: webhook('ask'), ask: ask('X', null), sorry: send('sorry') }, { parameters }));
  talk.settle(
    answered({
      parameters: [
        { name: 'ONE', value: ['a', 'b'] },
        { name: 'MANY', value: 'c\u0000\ud800' },
        { name: 'LONG', value: '\u{1f44b}'.repeat(5_000) },
      ],
    }),
  );
  const { ONE, MANY, LONG } = talk.session.parameters;
  assert.deepEqual([ONE, MANY], ['a, b', ['c\ufffd']]);
  assert.equal([...String(LONG)].length, 4096);
});

test('an asynchronous webhook goes on at once; more than twenty open ones are not even asked', () => {
  const nodes: Record<string, FlowNode> = { sorry: send('sorry', 'ask'), ask: ask('A', 'h0') };
  for (let n = 0; n < 25; n += 1) nodes[`h${n}`] = webhook(n === 24 ? 'ask' : `h${n + 1}`, { asynchronous: true });
  const talk = new Talk(flowOf({ ask: ask('A', 'h0'), ...nodes }));
  talk.say('go');
  assert.equal(talk.events.filter(({ kind }) => kind === 'skill-requested').length, 20);
  assert.deepEqual(talk.said, ['A?', 'sorry', 'A?']);
  const open = talk.session.requests.map(({ request }) => request);
  talk.settle(answered({ parameters: [{ name: 'A', value: 'later' }] }), open[3]);
  assert.equal(talk.session.parameters.A, 'later');
  assert.equal(talk.session.requests.length, 19);
  assert.deepEqual(talk.settle(answered(), open[3]), [], 'a second answer changes nothing');
});

test('a bot is told each message once, and gets the conversation back after others had it', () => {
  const bot: FlowNode = {
    type: 'external-bot',
    url: 'https://bot.example/',
    outputs: { default: 'ask', human: 'ask', failed: 'sorry' },
  };
  const talk = new Talk(flowOf({ hello: send('Hello.', 'bot'), bot, ask: ask('A', 'bot'), sorry: send('sorry') }));
  const ranges = (): readonly unknown[] =>
    talk.events.flatMap((event) => (event.kind === 'skill-requested' ? [[event.turn, event.after, event.to]] : []));
  const hello = talk.session.lastMessageSeq;
  talk.settle(answered({ output: 'listen', messages: ['Hi.'] }));
  const [one] = talk.say('one');
  talk.say('two');
  talk.settle(answered({ output: 'listen' }));
  const two = talk.events.find((event) => event.kind === 'user-message-received' && event.text === 'two');
  talk.settle(answered({ output: 'human' }));
  talk.say('three');
  assert.deepEqual(ranges(), [
    ['begin', 0, hello],
    ['message', hello, one?.seq],
    ['message', one?.seq, two?.seq],
    ['back', two?.seq, talk.session.lastMessageSeq],
  ]);
});

test('a request that somebody leaves out is open no longer, whether a node waits for it or not', () => {
  for (const asynchronous of [true, false]) {
    const talk = new Talk(
      flowOf({ hook: webhook('ask', { asynchronous }), ask: ask('A', null), sorry: send('sorry', 'ask') }),
    );
    const call = { lane: `a${talk.request}`, seq: talk.request, part: 0 };
    talk.do({ kind: 'skip-delivery', call, callKind: 'ask' });
    assert.deepEqual(talk.session.requests, []);
    assert.equal(talk.session.phase.kind, 'waiting');
    assert.ok(talk.events.some(({ kind }) => kind === 'skill-failed'));
  }
});

test('what comes after the end of a session opens nothing again', () => {
  const talk = new Talk(flowOf({ hook: webhook(null), sorry: send('sorry') }));
  talk.do({ kind: 'leave' });
  const seq = talk.session.version + 1;
  for (const event of talk.events.filter(({ kind }) => kind === 'skill-requested')) {
    assert.equal(evolve(talk.session, { ...event, seq }).phase.kind, 'ended');
  }
});
