// Proves the judge: what is right passes, and each wound is caught as the invariant that it breaks.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Fact } from '../../../src/core/events.ts';
import { replay } from '../../../src/core/evolve.ts';
import type { Flow } from '../../../src/core/flow/flow.ts';
import { Violation } from '../witness.ts';
import {
  disk,
  flow,
  type History,
  id,
  request,
  requested,
  type Script,
  started,
  type Telling,
  tell,
} from './kit/history.ts';
import {
  answer,
  badly,
  disconnect,
  ended,
  endedBody,
  inboundBody,
  keep,
  keepFirst,
  outbound,
  startBody,
  statusBody,
  well,
} from './kit/scripts.ts';

test('a conversation in which all goes well passes', () => tell(well));

test('a handoff that fails, a restart and one that nobody answers pass', () => tell(badly));

type Wound = Readonly<{
  what: string;
  caught: number;
  script: Script;
  /** What is told instead; null for nothing. */
  wound: Readonly<Record<string, Telling | null>>;
}>;

const wound = (caught: number, what: string, script: Script, told: Wound['wound']): Wound => ({
  ...{ what, caught, script },
  wound: told,
});

const inWell = (caught: number, what: string, told: Wound['wound']): Wound => wound(caught, what, well, told);
const inBadly = (caught: number, what: string, told: Wound['wound']): Wound => wound(caught, what, badly, told);

/** A telling, and then another. */
const then =
  (first: Telling | undefined, second: Telling): Telling =>
  (h) => {
    first?.(h);
    second(h);
  };

const delay = (since: number): Fact => ({
  ...{ kind: 'delivery-delayed', epoch: 1, call: { lane: 'h1', seq: 17, part: 0 }, callKind: 'inbound', since },
  ...{ cause: 'It is down.', queued: false },
});

const m2Died = {
  kind: 'delivery-died',
  call: { lane: 'h1', seq: 13, part: 0 },
  callKind: 'inbound',
  cause: 'No.',
} as const;

/** The state after the log so far, with the next events in it, wounded. */
const committed =
  (telling: Telling | undefined, change: object): Telling =>
  (h) => {
    const known = h.events.length;
    const { flushed } = h.model;
    Object.assign(h.model, { flushed: () => {} });
    telling?.(h);
    const session = replay(h.events);
    assert.ok(session !== null);
    flushed({ ...session, ...change }, h.events.slice(known));
  };

const withTier: Flow = { ...flow, parameters: [{ name: 'TIER', kind: 'user', value: 'tin' }] };
const begunWith = (name: string, value: string): Fact =>
  ({ ...started, userId: 'ada', parameters: { [name]: value } }) as Fact;

/** A session before, in which values are set for its user. */
function ofOthers(h: History, userId: string, ...values: readonly string[]): void {
  const sessionId = id.replace(/d$/, 'e');
  const events = [
    { ...started, sessionId, userId, parameters: { TIER: 'tin' } } as Fact,
    ...values.map((value): Fact => ({ kind: 'parameters-set', parameters: [{ name: 'TIER', value }] })),
  ].map((fact, index) => ({ ...fact, seq: index + 1, at: h.now }));
  const session = replay(events);
  assert.ok(session !== null);
  h.model.flushed(session, events);
}

test('a session that begins with what its user has set passes', () =>
  tell(well, {
    publish: ({ model }) => model.published('va', 1, withTier),
    start: (h) => {
      ofOthers(h, 'ada', 'gold', 'lead');
      h.flush(begunWith('TIER', 'lead'));
    },
  }));

const wounds: readonly Wound[] = [
  inWell(1, 'a message is shown before it is flushed', {
    'm1 said': (h) => h.model.frameSent(1, { type: 'message', seq: 8, from: 'user', text: 'no wifi', at: '' }),
  }),
  inWell(1, 'a message is accepted before it is flushed', {
    'm1 said': then(well['m1 said'], (h) => h.accept('m1', 8)),
  }),
  inWell(1, 'a call leaves before what owes it is flushed', { 'm1 said': (h) => h.leave('h1-12-0', 'start', {}) }),
  inWell(1, 'init is answered before the session is flushed', { start: null }),
  inWell(1, 'an outbound is answered before it is flushed', { 'answer kept': null }),
  inWell(1, 'a disconnect is answered before it is flushed', { ended: null }),
  inWell(1, 'an inbound leaves before it is flushed that its handoff is connected', { connected: null }),
  inWell(1, 'a step is answered before what it said is flushed', {
    delayed: ({ model }) => {
      const step = request(8, 'step', { input: 'more' });
      model.asked(step);
      model.answered(step, 200, { messages: [] });
    },
  }),
  inWell(2, 'a message is accepted under the seq of another', { 'm1 accepted': (h) => h.accept('m1', 9) }),
  inWell(2, 'a message is kept with another text', { 'm1 said': (h) => h.say('m1', 'no power') }),
  inWell(2, 'a socket is closed before all was sent', { 'end shown': (h) => h.show(17, 18) }),
  inWell(2, 'an open socket never gets the last event', { 'end shown': (h) => h.show(17, 18), closed: null }),
  inWell(2, 'an inbound call is missing on disk', { finish: ({ model }) => model.finished(disk('h1-12-0 start')) }),
  inWell(2, 'a call is owed for ever', { finish: ({ model }) => model.finished(disk('h1-12-0 start owed')) }),
  inWell(2, 'a call is skipped without a reason', {
    finish: ({ model }) => model.finished(disk('h1-12-0 start skipped')),
  }),
  inWell(2, 'a call is dead without a word in the log', {
    finish: ({ model }) => model.finished(disk('h1-12-0 start dead')),
  }),
  inBadly(2, 'a call counts as delivered that was never taken', {
    finish: ({ model }) => model.finished(disk('h1-12-0 start')),
  }),
  inWell(2, 'a call is given up after a passing failure', {
    'm2 leaves': (h) => {
      h.call('h1-13-0', 'inbound', inboundBody(h, 13), 503);
      h.flush(m2Died);
    },
  }),
  inWell(2, 'a call is left out, and nobody had asked for it', {
    'm2 leaves': (h) => h.flush({ kind: 'delivery-skipped', call: m2Died.call }),
  }),
  inWell(2, 'a call is replayed, and nobody had asked for it', {
    'm2 leaves': (h) => {
      h.call('h1-13-0', 'inbound', inboundBody(h, 13), 404);
      h.flush(m2Died, { kind: 'delivery-replayed', call: m2Died.call });
    },
  }),
  inWell(3, 'the log has a hole', {
    start: (h) => h.flush(started),
    'flow runs': (h) => h.tellFlushed([{ kind: 'socket-connected', seq: 3, at: h.now }]),
  }),
  inWell(3, 'an event changes', { connected: (h) => h.tellFlushed([{ kind: 'socket-connected', seq: 5, at: h.now }]) }),
  inWell(3, 'an instant runs backwards', {
    connected: (h) => {
      h.now -= 5_000;
      h.flush({ kind: 'handoff-connected', epoch: 1, by: 'start', queued: false });
    },
  }),
  inWell(4, 'a frame overtakes another', { 'answer shown': (h) => h.show(14, 13, 15) }),
  inWell(4, 'a frame comes twice', { 'answer shown': (h) => h.show(13, 13) }),
  inWell(4, 'a frame is left out', { 'answer shown': (h) => h.show(13, 15) }),
  inBadly(4, 'a resumed socket begins one too early', {
    'again on a socket': (h) => {
      h.model.socketOpened(1, id, 12, 0);
      h.show(12);
    },
  }),
  inWell(4, 'a frame says something else', {
    'greeting shown': ({ model }) =>
      model.frameSent(1, { type: 'session', seq: 1, status: 'AWAITING_INPUT', owner: 'nobody' }),
  }),
  inWell(4, 'a call leaves before the one before it was taken', { 'm2 leaves': null }),
  inWell(4, 'a call leaves after a passing failure of the one before it', {
    'm2 leaves': (h) => h.call('h1-13-0', 'inbound', inboundBody(h, 13), 503),
  }),
  inWell(4, 'a call leaves after a refusal that is not on disk', {
    'm2 leaves': (h) => h.call('h1-13-0', 'inbound', inboundBody(h, 13), 404),
  }),
  inWell(4, 'two attempts of a lane are in flight', {
    'm2 leaves': (h) => {
      h.leave('h1-13-0', 'inbound', inboundBody(h, 13));
      h.leave('h1-13-0', 'inbound', inboundBody(h, 13));
    },
  }),
  inWell(4, 'a status overtakes another', { 'submitted leaves': null }),
  inWell(4, 'a call arrives although the one before it, which counts as taken, never did', {
    'm2 leaves': (h) => h.model.heard(h.leave('h1-13-0', 'inbound', inboundBody(h, 13)), 200),
  }),
  inWell(5, 'a repeat has other bytes', {
    'submitted leaves': (h) => {
      h.call('s-15-0', 'status', statusBody(h, 15, 'submitted'), 503);
      h.call('s-15-0', 'status', { ...statusBody(h, 15, 'submitted'), again: true });
    },
  }),
  inWell(5, 'a client id is in the log twice', { delayed: (h) => keep(h, 3, 'thanks', 17, h.now + 600_000) }),
  inWell(5, 'a key is forgotten, and a text said twice', {
    'answer is answered': ({ model }) => model.asked({ ...outbound, id: 7 }),
    delayed: (h) => h.flush({ ...answer('Hello'), messageId: 'a2' }),
  }),
  inWell(5, 'a repeat under a key is answered otherwise', {
    'answer is asked': ({ model }) => {
      model.asked(outbound);
      model.asked(request(9, 'outbound', { text: 'Hello' }));
    },
    'answer kept': (h) => h.flush(answer('Hello'), { ...answer('Hello'), messageId: 'a2' }),
    'answer shown': ({ model }) => {
      const again = { ...outbound, id: 7 };
      model.asked(again);
      model.answered(again, 200, { message_uuid: 'a2' });
    },
  }),
  inWell(5, 'a status is told otherwise than it is', {
    'submitted leaves': (h) => h.call('s-15-0', 'status', statusBody(h, 15, 'delivered')),
  }),
  inWell(5, 'a call is on disk that nothing owes', { finish: ({ model }) => model.finished(disk('s-16-2 status')) }),
  inWell(5, 'a receipt goes backwards', { delayed: (h) => h.flush({ kind: 'messages-read', to: 14 }) }),
  inWell(6, 'the handoff begins after a gap', { 'm1 kept': (h) => keepFirst(h, 'virtual-agent', 7) }),
  inWell(6, 'the start call lacks a message', {
    'start leaves': (h) => h.call('h1-12-0', 'start', startBody(h, 1, 12, [{ agent: 'Hi' }])),
  }),
  inWell(6, 'a message names the wrong one before it', { 'm2 kept': (h) => keep(h, 2, 'anybody?', 7) }),
  inWell(6, 'an inbound call says something else', {
    'm2 leaves': (h) => h.call('h1-13-0', 'inbound', { ...inboundBody(h, 13), previousSeq: 12 }),
  }),
  inWell(6, 'an answer is taken for a greeting', {
    'm1 said': then(well['m1 said'], (h) => h.flush({ kind: 'first-step-taken' })),
    'm1 kept': (h) => keepFirst(h, 'greeting'),
  }),
  inBadly(6, 'a message that reached nobody is left where it is', {
    failed: (h) =>
      h.flush(
        { ...ended, outcome: 'failed' },
        { kind: 'node-entered', node: 'ask', type: 'collect-input' },
        { kind: 'input-awaited', node: 'ask', misses: 0 },
      ),
  }),
  inBadly(6, 'a node takes a message out of turn', {
    failed: (h) =>
      h.flush(
        { ...ended, outcome: 'failed' },
        { kind: 'input-awaited', node: 'ask', misses: 0 },
        { kind: 'input-taken', node: 'ask', messageSeq: null },
      ),
  }),
  inBadly(6, 'the flow stands still', { failed: (h) => h.flush({ ...ended, outcome: 'failed' }) }),
  inBadly(6, 'a message leaves after its handoff took Failed', {
    'm2 leaves': (h) => h.call('h1-13-0', 'inbound', inboundBody(h, 13)),
  }),
  inWell(7, 'a message goes to the flow while a handoff owns', {
    'm2 kept': (h) =>
      h.flush({
        kind: 'user-message-received',
        messageId: 'u2',
        clientId: 'm2',
        text: 'anybody?',
        to: { kind: 'virtual-agent' },
      }),
  }),
  inWell(7, 'the flow speaks while a handoff owns', {
    delayed: (h) => h.flush({ kind: 'virtual-agent-message-sent', node: 'greet', text: 'Hi' }),
  }),
  inWell(7, 'a live agent of another handoff speaks', { 'answer kept': (h) => h.flush(answer('Hello', 2)) }),
  inWell(7, 'a live agent speaks before the handoff is connected', {
    connected: (h) => {
      h.model.asked(outbound);
      h.flush(answer('Hello'));
    },
  }),
  inWell(7, 'an epoch is ignored', {
    'answer is asked': ({ model }) => model.asked(request(2, 'outbound', { text: 'Hello', epoch: 2 })),
  }),
  inBadly(7, 'an epoch is left out', { failed: (h) => h.flush({ ...ended, outcome: 'failed' }, requested(h, 3, 13)) }),
  inWell(7, 'something follows the end', { late: (h) => h.flush({ kind: 'socket-connected' }) }),
  inWell(7, 'a call goes to another URL', { 'm2 leaves': (h) => h.call('h1-13-0', 'start', inboundBody(h, 13)) }),
  inWell(8, 'a handoff has two outcomes', { ended: (h) => h.flush(ended, { ...ended, outcome: 'user-left' }) }),
  inWell(8, 'a handoff has no outcome', { ended: (h) => h.flush({ kind: 'session-ended', reason: 'completed' }) }),
  inWell(8, 'a handoff is handed back, and nobody had asked for it', { 'end is asked': null }),
  inWell(8, 'a connected handoff takes Failed', { ended: (h) => h.flush({ ...ended, outcome: 'failed' }) }),
  inWell(8, 'a handoff whose start call is dead goes on', {
    'start leaves': (h) => {
      h.call('h1-12-0', 'start', startBody(h), 404);
      h.flush({ kind: 'delivery-died', call: { lane: 'h1', seq: 12, part: 0 }, callKind: 'start', cause: 'No.' });
    },
  }),
  inBadly(8, 'a handoff takes Failed too early', { waits: null }),
  inBadly(8, 'a handoff is connected that was not answered', { 'start 2 leaves': null }),
  inWell(8, 'the ended call has another reason', {
    'ended leaves': (h) => h.call('h1-18-0', 'ended', endedBody(1, 'expired')),
  }),
  inBadly(8, 'a repeated disconnect ends the next handoff', {
    'm2 kept': then(badly['m2 kept'], ({ model }) => model.asked(disconnect)),
    waits: null,
    restart: ({ model }) => model.answered(disconnect, 200, {}),
    delayed: (h) => {
      h.model.asked({ ...disconnect, id: 9 });
      h.flush({ ...ended, epoch: 2 }, { kind: 'session-ended', reason: 'completed' });
    },
  }),
  inBadly(9, 'the clock never rings', {
    waiting: (h) => {
      h.pass(25_001_000);
      h.pass(9_000);
      h.pass(2_000);
    },
    'no response': null,
  }),
  inBadly(9, 'no response comes too early', { waiting: (h) => h.pass(24_998_000) }),
  inBadly(9, 'the clock is not stopped by its deadline', {
    waiting: (h) => h.pass(25_000_000),
    'no response': (h) => h.flush({ kind: 'handoff-assigned', epoch: 2 }),
  }),
  inWell(9, 'a message must be answered by another instant', { 'm3 kept': (h) => keep(h, 3, 'thanks', 13) }),
  inWell(9, 'a start call says another instant', {
    'start leaves': (h) =>
      h.call('h1-12-0', 'start', { ...startBody(h), handoff: { epoch: 1, lastSeq: 8, respondBy: h.at(1) } }),
  }),
  inBadly(9, 'a handoff has another limit than its node', {
    failed: (h) =>
      h.flush({ ...ended, outcome: 'failed' }, { ...requested(h, 2, 13), limits: { waitingMs: 1 } } as Fact),
  }),
  inWell(10, 'a refused message is in the log', {
    'm1 said': then(well['m1 said'], ({ model }) =>
      model.frameSent(1, { type: 'error', code: 'rate-limited', message: '', id: 'm1' }),
    ),
  }),
  inWell(10, 'a message in the log is refused', {
    'm1 accepted': ({ model }) => model.frameSent(1, { type: 'error', code: 'unavailable', message: '', id: 'm1' }),
  }),
  inWell(10, 'a message that nobody said is in the log', { 'm2 said': null }),
  inWell(10, 'a refused outbound is in the log', {
    'answer is answered': ({ model }) => model.answered(outbound, 409, {}),
  }),
  inWell(10, 'an outbound that nobody asked for is in the log', { 'answer is asked': null }),
  inWell(10, 'a receipt that nobody gave is in the log', { 'read said': null }),
  inWell(11, 'the stored state does not know a parameter', {
    'm1 kept': committed(well['m1 kept'], { parameters: {} }),
  }),
  inWell(11, 'the stored state has lost its unread messages', {
    'answer kept': committed(well['answer kept'], { unread: [] }),
  }),
  inWell(11, 'the stored state has another phase', {
    connected: committed(well.connected, { phase: { kind: 'running' } }),
  }),
  inWell(12, 'a delay is told twice', {
    delayed: (h) => h.flush(delay(h.events[16]?.at ?? 0), delay(h.events[16]?.at ?? 0)),
  }),
  inWell(12, 'a delay is told of another instant', { delayed: (h) => h.flush(delay(h.now - 1)) }),
  inWell(12, 'a delay is closed that was not told', {
    delayed: (h) => h.flush({ kind: 'delivery-resumed', epoch: 1, since: 0, queued: false }),
  }),
  inWell(12, 'a delay stays open', {
    delayed: (h) => h.flush(delay(h.events[16]?.at ?? 0)),
    ...{ 'end is asked': null, ended: null, 'end is answered': null, closed: null, 'ended leaves': null },
    'end shown': (h) => h.show(17, 18),
    finish: ({ model }) =>
      model.finished(
        disk('h1-12-0 start', 'h1-13-0 inbound', 's-15-0 status', 's-16-0 status', 's-16-1 status', 'h1-17-0 inbound'),
      ),
  }),
  inWell(13, 'a session is stored of which nothing was said', {
    boot: ({ model }) => {
      model.booted(0);
      model.handedOut(id);
    },
  }),
  inWell(23, 'a session begins with what its flow does not declare', {
    start: (h) => h.flush(begunWith('TIER', 'gold')),
  }),
  inWell(23, 'a session begins with what was set for another user', {
    publish: ({ model }) => model.published('va', 1, withTier),
    start: (h) => {
      ofOthers(h, 'bob', 'gold');
      h.flush(begunWith('TIER', 'gold'));
    },
  }),
  inWell(23, 'a session begins with the default although something is kept', {
    publish: ({ model }) => model.published('va', 1, withTier),
    start: (h) => {
      ofOthers(h, 'ada', 'gold');
      h.flush(begunWith('TIER', 'tin'));
    },
  }),
  inWell(23, 'a session begins with what was set before the last', {
    publish: ({ model }) => model.published('va', 1, withTier),
    start: (h) => {
      ofOthers(h, 'ada', 'gold', 'lead');
      h.flush(begunWith('TIER', 'gold'));
    },
  }),
];

for (const { what, caught, script, wound: told } of wounds) {
  test(`${caught}: ${what}`, () => {
    assert.throws(
      () => tell(script, told),
      (error) => {
        assert.ok(error instanceof Violation, String(error));
        assert.equal(error.invariant, caught, error.message);
        return true;
      },
    );
  });
}

test('what is dead and replayed by hand may arrive whenever it does', () => {
  const call = { lane: 'h1', seq: 17, part: 0 };
  tell(well, {
    'm3 leaves': (h) => h.model.heard(h.leave('h1-17-0', 'inbound', inboundBody(h, 17)), null),
    'ended leaves': (h) => {
      h.pass(86_400_000);
      h.flush({ kind: 'delivery-died', call, callKind: 'inbound', cause: 'It took too long.' });
      h.call('h1-18-0', 'ended', endedBody(1, 'disconnected'));
    },
    late: (h) => {
      h.model.managed('replay', `${id}-h1-17-0`);
      h.flush({ kind: 'delivery-replayed', call });
      h.call('h1-17-0', 'inbound', inboundBody(h, 17));
    },
  });
});
