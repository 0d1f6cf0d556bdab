import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Fact } from '../../../../core/events.ts';
import type { Delivery } from '../../deliveries/filter.ts';
import { fold, itemOf } from './fold.ts';
import { everything, type Handoff, type Item, type LogEvent, type Shown } from './story.ts';

const sessionId = '0198c0de-0000-7000-8000-000000000001';
const start = Date.UTC(2026, 4, 3, 8);
const instant = (second: number): string => new Date(start + second * 1000).toISOString();

/** A log whose events are a second apart. */
const logOf = (facts: readonly Fact[]): readonly LogEvent[] =>
  facts.map((fact, index) => ({ ...fact, seq: index + 1, at: instant(index) }) as LogEvent);

const read = (facts: readonly Fact[], shown: Shown = everything, open: readonly Delivery[] = []): readonly Item[] =>
  fold({ sessionId, events: logOf(facts), open }, shown);

const opened: Fact = {
  ...{ kind: 'session-started', sessionId, virtualAgentId: 'support', flowVersion: 3, expiresAt: start + 86_400_000 },
  parameters: {},
};
const entered = (node: string, type = 'send-message'): Fact => ({ kind: 'node-entered', node, type });
const bot = (text: string): Fact => ({ kind: 'virtual-agent-message-sent', node: 'hello', text });
const user = (text: string): Fact => ({
  ...{ kind: 'user-message-received', messageId: text, text },
  to: { kind: 'virtual-agent' },
});
const human = (text: string, epoch = 1): Fact => ({
  ...{ kind: 'live-agent-message-sent', messageId: text, epoch, text },
  liveAgent: { id: 'ada', name: 'Ada' },
});
const requested = (epoch = 1, saveChat = true): Fact => ({
  ...{ kind: 'handoff-requested', epoch, node: 'human', lastSeq: 1, connectBy: 0, respondBy: 0, saveChat },
  ...{ limits: { waitingMs: 1 }, reportsStatus: true, capitalised: false, parameters: [] },
});
const ended = (epoch = 1): Fact => ({
  ...{ kind: 'handoff-ended', epoch, node: 'human', outcome: 'disconnected', cause: 'The live agent handed back.' },
});
const asked = (node: string): Fact => ({
  ...{
    kind: 'skill-requested',
    node,
    skill: 'webhook',
    waits: true,
    dueAt: 0,
    given: [],
    after: 0,
    to: 0,
    turn: 'begin',
  },
});
const set = (name: string, value: string): Fact => ({ kind: 'parameters-set', parameters: [{ name, value }] });

const owed = (seq: number, change: Partial<Delivery> = {}): Delivery => ({
  ...{
    id: `${sessionId}-h1-${seq}-0`,
    session_id: sessionId,
    lane: 'h1',
    kind: 'inbound',
    seq,
    url: 'https://a.example',
  },
  ...{ state: 'owed', attempts: 0, owed_since: instant(0), next_attempt_at: null, last_failure: null },
  ...change,
});

const kinds = (items: readonly Item[]): readonly string[] => items.map(({ kind }) => kind);

test('steps that follow one another are one item, and words part them', () => {
  const items = read([
    opened,
    entered('hello'),
    bot('Hi'),
    entered('ask', 'collect-input'),
    entered('look', 'webhook'),
  ]);
  assert.deepEqual(kinds(items), ['note', 'steps', 'message', 'steps']);
  const last = items.at(-1);
  assert.ok(last?.kind === 'steps');
  assert.deepEqual(
    last.steps.map((one) => (one.what === 'entered' ? `${one.type} ${one.node}` : one.what)),
    ['collect-input ask', 'webhook look'],
  );
});

test('what is not asked for does not part what follows one another', () => {
  const facts = [opened, entered('a'), set('X', '1'), entered('b'), set('Y', '2'), user('hi')];
  assert.deepEqual(kinds(read(facts)), ['note', 'steps', 'parameters', 'steps', 'parameters', 'message']);
  assert.deepEqual(kinds(read(facts, { ...everything, parameters: false })), ['note', 'steps', 'message']);
  const items = read(facts, { ...everything, nodes: false });
  assert.deepEqual(kinds(items), ['note', 'parameters', 'message']);
  assert.ok(items[1]?.kind === 'parameters' && items[1].set.length === 2);
});

test('bot, human and bot again: the handoff is a stretch with its times, and the rest stands around it', () => {
  const items = read([
    ...[opened, bot('One moment.'), requested()],
    { kind: 'handoff-connected', epoch: 1, by: 'start', queued: true, place: 2 },
    { kind: 'handoff-assigned', epoch: 1, liveAgent: { id: 'ada', name: 'Ada' } },
    ...[human('Hello'), user('Help'), ended(), entered('back'), bot('Back.')],
    { kind: 'session-ended', reason: 'completed' },
  ]);
  assert.deepEqual(kinds(items), ['note', 'message', 'handoff', 'steps', 'message', 'end']);
  const handoff = items[2] as Handoff;
  assert.deepEqual(
    handoff.items.map((item) => item.kind === 'message' && [item.from, item.name, item.text]),
    [
      ['live-agent', 'Ada', 'Hello'],
      ['user', null, 'Help'],
    ],
  );
  assert.deepEqual(
    [handoff.at, handoff.connected?.at, handoff.assigned?.at, handoff.answered?.at, handoff.end?.at],
    [instant(2), instant(3), instant(4), instant(5), instant(7)],
  );
  assert.deepEqual([handoff.connected?.place, handoff.assigned?.liveAgent?.name], [2, 'Ada']);
  assert.deepEqual([handoff.end?.outcome, handoff.end?.cause], ['disconnected', 'The live agent handed back.']);
});

test('two handoffs are two stretches, and the second may still be open', () => {
  const items = read([opened, requested(1), ended(1), user('again'), requested(2), human('Me again', 2)]);
  assert.deepEqual(kinds(items), ['note', 'handoff', 'message', 'handoff']);
  const open = items.at(-1) as Handoff;
  assert.deepEqual([open.epoch, open.end, open.items.length], [2, null, 1]);
});

test('a message is as far as the receipts that cover it, and a later one does not count for it again', () => {
  const items = read([
    ...[opened, bot('one'), bot('two'), { kind: 'messages-received', to: 3 } as const],
    ...[
      bot('three'),
      { kind: 'messages-read', to: 2 } as const,
      { kind: 'messages-read', to: 5 } as const,
      bot('four'),
    ],
  ]);
  const said = items.flatMap((item) => (item.kind === 'message' ? [[item.text, item.receipt]] : []));
  assert.deepEqual(said, [
    ['one', { state: 'read', at: instant(5) }],
    ['two', { state: 'read', at: instant(6) }],
    ['three', { state: 'read', at: instant(6) }],
    ['four', { state: 'sent', at: null }],
  ]);
});

test('a question has its answer, or why it has none, and how long that took', () => {
  const came = (facts: readonly Fact[]) => {
    const found = read([opened, ...facts]).find((item) => item.kind === 'question');
    return found?.kind === 'question' ? found.came : null;
  };
  assert.deepEqual(came([asked('look')]), { kind: 'nothing' });
  assert.deepEqual(
    came([asked('look'), set('X', '1'), { kind: 'skill-answered', node: 'look', request: 2, output: 'default' }]),
    { kind: 'answer', output: 'default', tookMs: 2_000 },
  );
  assert.deepEqual(
    came([asked('look'), { kind: 'skill-failed', node: 'look', request: 2, cause: 'No answer within 5 s.' }]),
    { kind: 'failure', cause: 'No answer within 5 s.', tookMs: 1_000 },
  );
  const unasked: Fact = { kind: 'skill-failed', node: 'look', request: null, cause: 'Too many are open.' };
  assert.deepEqual(came([unasked]), { kind: 'failure', cause: 'Too many are open.', tookMs: null });
  assert.equal(read([opened, asked('look'), { ...unasked, request: 2 }]).length, 2, 'it is told once');
});

test('a call that was not taken stands at what owes it; those of receipts are told by themselves', () => {
  const facts: readonly Fact[] = [
    ...[opened, requested(), human('Hello'), user('Help')],
    { kind: 'messages-read', to: 3 },
    ...[ended(), { kind: 'session-ended', reason: 'completed' } as const],
  ];
  const dead = owed(4, { state: 'dead' });
  const status = owed(5, { kind: 'status', lane: 's', id: `${sessionId}-s-5-0` });
  const open = [
    owed(2, { kind: 'start' }),
    owed(3, { kind: 'status' }),
    dead,
    status,
    owed(6, { kind: 'ended' }),
    owed(7),
  ];
  const items = read(facts, everything, open);
  const handoff = items[1] as Handoff;
  assert.deepEqual(kinds(handoff.items), ['message', 'message', 'delivery']);
  assert.deepEqual(handoff.owes, [open[0]]);
  assert.deepEqual(
    handoff.items.map((item) => ('owes' in item ? item.owes : null)),
    [[open[1]], [dead], [status]],
  );
  assert.deepEqual(handoff.end?.owes, [open[4]]);
  assert.deepEqual(kinds(items), ['note', 'handoff', 'end', 'delivery']);
  const without = read(facts, { ...everything, deliveries: false }, open);
  assert.deepEqual(kinds(without), ['note', 'handoff', 'end']);
  assert.deepEqual((without[1] as Handoff).owes, []);
});

test('what became of calls names their delivery', () => {
  const call = { lane: 'h1', seq: 4, part: 0 };
  const items = read([
    ...[
      opened,
      requested(),
      {
        kind: 'delivery-delayed',
        epoch: 1,
        call,
        callKind: 'inbound',
        since: start,
        cause: 'Busy.',
        queued: false,
      } as const,
    ],
    { kind: 'delivery-resumed', epoch: 1, since: start, queued: false },
    { kind: 'delivery-died', call, callKind: 'inbound', cause: 'The desk answered 404.' },
    { kind: 'delivery-replayed', call },
    ...[{ kind: 'delivery-skipped', call } as const],
  ]);
  const { items: notes } = items[1] as Handoff;
  assert.deepEqual(
    notes.map((note) => note.kind === 'delivery' && [note.what, 'id' in note ? note.id : null]),
    [
      ['delayed', `${sessionId}-h1-4-0`],
      ['resumed', null],
      ...['died', 'replayed', 'skipped'].map((what) => [what, `${sessionId}-h1-4-0`]),
    ],
  );
});

test('a text that was not to be kept is an item all the same', () => {
  const events = logOf([opened, requested(1, false), human('secret')]).map((event) =>
    event.kind === 'live-agent-message-sent'
      ? ({ ...event, text: null, withheld: true } as unknown as LogEvent)
      : event,
  );
  const [, handoff] = fold({ sessionId, events, open: [] }, everything) as readonly [Item, Handoff];
  assert.equal(handoff.isKept, false);
  assert.ok(handoff.items[0]?.kind === 'message' && handoff.items[0].text === null);
});

test('misses, switches and sub-flows are steps', () => {
  const items = read([
    ...[opened, { kind: 'input-awaited', node: 'ask', misses: 0 } as const],
    { kind: 'input-awaited', node: 'ask', misses: 1 },
    { kind: 'context-switched', node: 'stop', from: 'ask', returns: true },
    { kind: 'sub-flow-entered', node: 'part' },
    { kind: 'sub-flow-left', node: 'ask' },
    { kind: 'intent-recognised', node: 'ask', intent: 'refund', score: 0.8 },
  ]);
  assert.deepEqual(kinds(items), ['note', 'steps', 'intent']);
  assert.ok(items[1]?.kind === 'steps');
  assert.deepEqual(
    items[1].steps.map(({ what }) => what),
    ['missed', 'switched', 'sub-flow', 'back'],
  );
});

test('an event is found by its seq, or what comes before it', () => {
  const items = read([opened, requested(), human('Hello'), user('Help'), ended(), bot('Back.')]);
  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 99].map((seq) => itemOf(items, seq)),
    [1, 2, 3, 4, 4, 6, 6],
  );
  assert.equal(itemOf([], 3), null);
});

const messages = (items: readonly Item[]): readonly number[] =>
  items.flatMap((item) => (item.kind === 'message' ? [item.seq] : item.kind === 'handoff' ? messages(item.items) : []));

const facts: readonly fc.Arbitrary<Fact>[] = [
  ...[bot('b'), user('u'), human('h'), requested(1), requested(2), ended(1), ended(2), asked('q'), set('X', '1')],
  ...[entered('n'), { kind: 'messages-read', to: 5 } as const, { kind: 'socket-connected' } as const],
  { kind: 'handoff-connected', epoch: 9, by: 'outbound', queued: false } as const,
  { kind: 'handoff-assigned', epoch: 9 } as const,
  { kind: 'skill-answered', node: 'q', request: 3, output: 'default' } as const,
  { kind: 'session-ended', reason: 'completed' } as const,
  { kind: 'something-new' } as unknown as Fact,
].map((fact) => fc.constant(fact as Fact));

test('whatever a log holds, each message is told once and in order, whatever else is shown', () => {
  const shown = fc.record({ nodes: fc.boolean(), parameters: fc.boolean(), deliveries: fc.boolean() });
  fc.assert(
    fc.property(fc.array(fc.oneof(...facts), { maxLength: 40 }), shown, (log, asked) => {
      const open = log.map((_, index) => owed(index + 1));
      const said = logOf(log).filter(({ kind }) => /message-(sent|received)$/.test(kind));
      assert.deepEqual(
        messages(read(log, asked, open)),
        said.map(({ seq }) => seq),
      );
    }),
  );
});
