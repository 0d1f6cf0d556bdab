import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { LoggedEvent } from '../../../../contract/manage.ts';
import type { Command } from '../../../../core/commands.ts';
import { decide } from '../../../../core/decide.ts';
import type { EventOf, SessionEvent } from '../../../../core/events.ts';
import type { Flow } from '../../../../core/flow/flow.ts';
import type { FlowNode } from '../../../../core/flow/nodes.ts';
import { plainUnderstanding } from '../../../../core/plain-understanding.ts';
import { begin, type Session } from '../../../../core/session.ts';
import type { SkillAnswer } from '../../../../core/skills.ts';
import { readDefinition } from '../../draft/definition.ts';
import { emptyRecord, readOn, type TrialRecord } from './trace.ts';
import { parametersOf } from './values.ts';
import { deedWords } from './words.ts';

const flowOf = (nodes: Readonly<Record<string, FlowNode>>, more: Partial<Flow> = {}): Flow => ({
  ...{ name: 'Test', start: Object.keys(nodes)[0] ?? '', nodes },
  ...more,
});
const send = (text: string, next: string | null = null): FlowNode => ({
  ...{ type: 'send-message', text, outputs: { default: next } },
});
const ask = (parameter: string, next: string | null, more: object = {}): FlowNode => ({
  ...{ type: 'collect-input', parameter, prompt: `${parameter}?`, outputs: { default: next } },
  ...more,
});
const human = (outputs: object): FlowNode => ({
  ...{
    type: 'live-agent-routing',
    startConnectionUrl: 'https://desk.example/',
    inboundTransferUrl: 'https://desk.example/',
  },
  ...{ transferParameters: ['ISSUE'], outputs },
});
const webhook = (next: string | null, more: object = {}): FlowNode => ({
  ...{ type: 'webhook', url: 'https://api.example/', outputs: { default: next, failed: 'sorry' } },
  ...more,
});

/** A conversation that the core decides, and what the tester makes of its log. */
class Talk {
  readonly #flow: Flow;
  readonly events: LoggedEvent[] = [];
  record: TrialRecord;
  #session: Session;
  #at = Date.parse('2026-05-03T07:56:26.958Z');

  constructor(flow: Flow) {
    this.#flow = flow;
    const started: EventOf<'session-started'> = {
      kind: 'session-started',
      ...{ seq: 1, at: this.#at, sessionId: '01890000-0000-7000-8000-000000000001' },
      ...{ virtualAgentId: 'a', flowVersion: -3, expiresAt: this.#at + 86_400_000 },
      parameters: Object.fromEntries(
        (flow.parameters ?? []).flatMap(({ name, value }) => (value ? [[name, value]] : [])),
      ),
    };
    this.#session = begin(started);
    this.record = emptyRecord;
    this.#tell([started]);
    this.do({ kind: 'connect-socket' });
  }

  do(command: Command): void {
    this.#at += 250;
    const { session, events } = decide(this.#flow, this.#session, command, this.#at, plainUnderstanding);
    this.#session = session;
    this.#tell(events);
  }

  say(text: string): void {
    this.do({ kind: 'say', messageId: `m${this.#session.version}`, clientId: `c${this.#session.version}`, text });
  }

  settle(
    answer: SkillAnswer,
    request = this.events.findLast(({ kind }) => kind === 'skill-requested')?.seq ?? 0,
  ): void {
    this.do({ kind: 'settle-ask', call: { lane: `a${request}`, seq: request, part: 0 }, answer, attempts: 1 });
  }

  #tell(events: readonly SessionEvent[]): void {
    const told = events.map((event) => ({ ...event, at: new Date(event.at).toISOString() }) as LoggedEvent);
    this.events.push(...told);
    this.record = readOn(this.record, told, readDefinition(this.#flow));
  }

  get taken(): readonly string[] {
    return [...this.record.trace.taken];
  }

  get steps(): readonly string[] {
    return this.record.steps.map(({ node, output }) => (output === null ? node : `${node} ${output}`));
  }

  deeds(node: string): readonly string[] {
    const step = this.record.steps.findLast((one) => one.node === node);
    return step === undefined ? [] : deedWords(step, this.record.messages);
  }

  get parameters() {
    return parametersOf(this.record, readDefinition(this.#flow));
  }
}

const answered = (more: Partial<Extract<SkillAnswer, { kind: 'answered' }>> = {}): SkillAnswer => ({
  ...{ kind: 'answered', parameters: [], messages: [], output: 'default' },
  ...more,
});

test('nodes are counted, the one that waits is the current one, and outputs that were taken are known', () => {
  const talk = new Talk(
    flowOf({
      greet: send('Hi', 'ask'),
      ask: ask('ISSUE', 'ask', { outputs: { default: 'greet', missed: 'bye' } }),
      bye: send('Bye'),
    }),
  );
  assert.equal(talk.record.trace.current, 'ask');
  talk.say('wifi');
  assert.deepEqual(Object.fromEntries(talk.record.trace.entered), { greet: 2, ask: 2 });
  assert.deepEqual(talk.taken, ['greet default', 'ask default']);
  assert.deepEqual(talk.steps, ['greet default', 'ask default', 'greet default', 'ask']);
  talk.do({ kind: 'leave' });
  assert.equal(talk.record.trace.current, null);
  assert.deepEqual(talk.taken, ['greet default', 'ask default'], 'who leaves takes no output');
});

test('what is read twice, or in any number of pieces, is the same record', () => {
  const flow = flowOf({
    count: { type: 'counter', parameter: 'N', limit: 2, outputs: { default: 'ask', reached: 'human' } },
    ask: ask('ISSUE', 'count'),
    human: human({ default: 'ask', failed: null }),
  });
  const talk = new Talk(flow);
  talk.say('one');
  talk.do({ kind: 'answer', messageId: 'l1', text: 'Hello', epoch: 1 });
  talk.do({ kind: 'disconnect', epoch: 1 });
  talk.say('two');
  const definition = readDefinition(flow);
  const whole = readOn(emptyRecord, talk.events, definition);
  assert.deepEqual(whole, talk.record);
  assert.equal(readOn(whole, talk.events, definition), whole);
  const byOne = talk.events.reduce((record, event) => readOn(record, [event], definition), emptyRecord);
  assert.deepEqual(byOne, talk.record);
  assert.deepEqual(talk.steps.slice(0, 5), [
    'count default',
    'ask default',
    'count reached',
    'human default',
    'ask default',
  ]);
});

test('an answer that is missed is asked for again, and then takes its own output', () => {
  const outputs = { default: 'bye', missed: 'bye' };
  const talk = new Talk(
    flowOf(
      { ask: ask('SIZE', 'bye', { entity: 'size', retryPrompt: 'Which size?', outputs }), bye: send('Bye') },
      { entities: [{ name: 'size', values: [{ value: 'large' }] }] },
    ),
  );
  talk.say('hm');
  assert.deepEqual(talk.deeds('ask'), [
    ...['Said “SIZE?”', 'Waited for an answer', 'Took “hm”'],
    ...['Said “Which size?”', 'Asked again, not understood once'],
  ]);
  talk.say('hm');
  assert.deepEqual(talk.steps, ['ask missed', 'bye default'], 'both outputs lead to the same node');
});

test('a context switch leads away without an output, and back', () => {
  const talk = new Talk(
    flowOf(
      {
        ask: ask('ISSUE', 'bye'),
        bye: send('Bye'),
        help: { type: 'context-switch', intents: ['help'], returns: true, outputs: { default: 'fetch' } },
        fetch: send('I help.'),
      },
      { intents: [{ name: 'help', examples: ['help me'] }], entities: [] },
    ),
  );
  talk.say('help me');
  assert.deepEqual(talk.steps, ['ask', 'help default', 'fetch default', 'ask']);
  assert.deepEqual(talk.deeds('help'), ['Recognised help, 1.00 sure', 'Taken instead of ask']);
  assert.equal(
    talk.record.notes.some(({ kind }) => kind === 'context-switched'),
    true,
  );
  assert.equal(talk.record.trace.current, 'ask');
});

test('a sub-flow is left by its own output once its nodes lead nowhere', () => {
  const talk = new Talk(
    flowOf({
      outer: { type: 'sub-flow', start: 'inner', outputs: { default: 'bye' } },
      inner: { type: 'sub-flow', start: 'name', outputs: { default: null } },
      name: ask('NAME', null),
      bye: send('Bye'),
    }),
  );
  assert.deepEqual(talk.steps, ['outer', 'inner', 'name']);
  talk.say('Ada');
  assert.deepEqual(talk.steps, ['outer default', 'inner default', 'name default', 'bye default']);
  assert.deepEqual(talk.deeds('outer'), ['Ran its nodes', 'Came back']);
});

test('what a webhook answers belongs to it, also long after the flow has gone on', () => {
  const talk = new Talk(
    flowOf({
      aside: webhook('lookup', { asynchronous: true }),
      lookup: webhook('ask'),
      ask: ask('ISSUE', 'bye'),
      bye: send('Bye'),
      sorry: send('Sorry', 'ask'),
    }),
  );
  const aside = talk.events.find((event) => event.kind === 'skill-requested' && event.node === 'aside')?.seq;
  assert.equal(talk.record.trace.current, 'lookup');
  talk.settle({ kind: 'failed', cause: 'It answered 500.' });
  assert.deepEqual(talk.steps, ['aside default', 'lookup failed', 'sorry default', 'ask']);
  assert.equal(talk.record.trace.current, 'ask');
  talk.settle(answered({ parameters: [{ name: 'TIER', value: 'gold' }] }), aside);
  assert.deepEqual(talk.deeds('aside'), ['Called the webhook without waiting', 'Answered after 500 ms', 'TIER = gold']);
  assert.deepEqual(talk.deeds('lookup'), ['Called the webhook', 'Failed: It answered 500.']);
  assert.equal(talk.record.trace.current, 'ask', 'the flow waits where it waited');
  talk.say('wifi');
  assert.deepEqual(talk.steps.at(-2), 'ask default');
});

test('each way out of a handoff is known, and what the live agent saw is kept', () => {
  const flow = flowOf({
    ask: ask('ISSUE', 'human'),
    human: human({ default: 'ask', failed: 'ask', noResponse: 'ask', userLeft: 'ask' }),
  });
  const after = (command: Command): Talk => {
    const talk = new Talk(flow);
    talk.say('wifi');
    assert.equal(talk.record.trace.current, 'human');
    assert.equal(talk.record.handoff?.epoch, 1);
    assert.deepEqual(talk.record.handoff?.parameters.at(-1), { name: 'ISSUE', value: 'wifi' });
    talk.do(command);
    return talk;
  };
  assert.deepEqual(after({ kind: 'disconnect', epoch: 1 }).steps, ['ask default', 'human failed', 'ask']);
  assert.equal(after({ kind: 'leave' }).steps[1], 'human userLeft');
  const back = after({ kind: 'answer', messageId: 'l1', text: 'Hello', epoch: 1 });
  back.do({ kind: 'disconnect', epoch: 1 });
  assert.equal(back.steps[1], 'human default');
  assert.deepEqual(
    back.record.notes.map(({ kind }) => kind),
    ['handoff-requested', 'handoff-connected', 'handoff-ended'],
  );
});

test('parameters are those of the session, and those of the present turn have just changed', () => {
  const talk = new Talk(
    flowOf(
      {
        ask: ask('ISSUE', 'set'),
        set: { type: 'set-parameter', parameter: 'LANG', value: 'de', outputs: { default: 'more' } },
        more: ask('NEXT', null),
      },
      {
        parameters: [
          { name: 'ISSUE', kind: 'custom' },
          { name: 'LANG', kind: 'custom', value: 'en' },
          { name: 'tier', kind: 'user' },
        ],
      },
    ),
  );
  const shown = () =>
    talk.parameters.filter(({ kind }) => kind !== 'system').map(({ name, value, isFresh }) => [name, value, isFresh]);
  assert.deepEqual(shown(), [
    ['ISSUE', undefined, false],
    ['LANG', 'en', false],
    ['tier', undefined, false],
  ]);
  talk.say('wifi');
  assert.deepEqual(shown(), [
    ['ISSUE', 'wifi', true],
    ['LANG', 'de', true],
    ['tier', undefined, false],
  ]);
  talk.say('no more');
  assert.deepEqual(shown(), [
    ['ISSUE', 'wifi', false],
    ['LANG', 'de', false],
    ['tier', undefined, false],
    ['NEXT', 'no more', true],
  ]);
  const system = talk.parameters.filter(({ kind }) => kind === 'system');
  assert.equal(system.find(({ name }) => name === 'INITIAL_MESSAGE')?.value, 'wifi');
});

test('a flow that cannot go on says why, and lights nothing up any more', () => {
  const talk = new Talk(
    flowOf({ a: { type: 'counter', parameter: 'N', limit: 9, outputs: { default: 'a', reached: null } } }),
  );
  assert.deepEqual(talk.steps.slice(-2), ['a default', 'a reached']);
  const loop = new Talk(flowOf({ a: send('', 'b'), b: send('', 'a') }));
  assert.equal(loop.record.trace.current, null);
  const end = loop.record.notes.at(-1);
  assert.match(end?.kind === 'session-ended' ? (end.detail ?? '') : '', /ran through 200 nodes/);
});

test('a node that the draft does not have any more, or that says nothing of its outputs, is no trouble', () => {
  const talk = new Talk(flowOf({ greet: send('Hi', 'ask'), ask: ask('ISSUE', null) }));
  const bare = readOn(emptyRecord, talk.events, readDefinition({ nodes: { greet: { type: 'shout' } } }));
  assert.deepEqual(
    bare.steps.map(({ node, output }) => [node, output]),
    [
      ['greet', null],
      ['ask', null],
    ],
  );
  assert.equal(bare.trace.current, 'ask');
  const unknown = { kind: 'something-new', seq: 99, at: '2026-05-03T07:56:26.958Z' } as unknown as LoggedEvent;
  assert.doesNotThrow(() => readOn(talk.record, [unknown], readDefinition({})));
});
