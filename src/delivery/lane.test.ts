import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { Call } from '../core/commands.ts';
import { begin, type Session } from '../core/session.ts';
import type { Change } from '../engine/changes.ts';
import { type HandClock, handClock } from '../platform/hand-clock.ts';
import { silentLog } from '../platform/log.ts';
import type { DeliveryStore, SessionStore, StoredDelivery } from '../store/store.ts';
import { recorder } from './attempts/recorder.ts';
import { Lane, laneCall } from './lane.ts';
import type { LaneCall, LaneState } from './lane-parts.ts';
import { LaneSet } from './lane-set.ts';

const name = 'h1';
const sessionId = 's';

function callOf(seq: number): Call {
  const url = 'https://desk.example/inbound';
  return { kind: 'inbound', lane: name, seq, part: 0, url, owedAt: 0, tryUntil: Number.POSITIVE_INFINITY };
}

const storedOf = (seq: number): StoredDelivery => ({
  ...{
    ...callOf(seq),
    sessionId,
    state: 'owed',
    attempts: 0,
    dueAt: 0,
    settledAt: null,
    lastFailure: null,
    replayed: false,
  },
});

const seqs = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

async function rest(): Promise<void> {
  for (let round = 0; round < 30; round += 1) await turn();
}

/** A store of paper: what is owed, in order; a look at it takes a turn of the loop, as it was when the look began. */
function paperStore() {
  const owed = new Set<number>();
  const state = { refusing: false, reads: 0, asked: 0, flush: Promise.resolve() };
  const store: Pick<DeliveryStore, 'readLane' | 'record' | 'flushed'> = {
    flushed: () => state.flush,
    readLane: async (_, __, limit) => {
      state.reads += 1;
      assert.ok(state.reads < 1_000, 'the lane reads again and again');
      const found = [...owed].sort((a, b) => a - b).slice(0, limit);
      await turn();
      return found.map(storedOf);
    },
    record: async (attempts) => {
      state.asked += 1;
      assert.ok(state.asked < 1_000, 'the store is asked again and again');
      await turn();
      if (state.refusing) throw new Error('The disk is full.');
      for (const { seq } of attempts) owed.delete(seq);
    },
  };
  return { owed, state, store: store as DeliveryStore };
}

type Verdict = 'settled' | 'again';

type Bench = Readonly<{
  lane: Lane;
  clock: HandClock;
  owed: Set<number>;
  paper: { flush: Promise<void> };
  /** Calls in the order in which they were tried. */
  tried: readonly number[];
  /** Lanes of which it was told that nothing waits any more. */
  resumed: readonly string[];
  /** Commits calls and tells the lane. */
  owe: (...calls: readonly number[]) => readonly LaneCall[];
  stop: () => void;
  signal: AbortSignal;
}>;

/** A lane over a store of paper. @param answer what comes of an attempt. */
function bench(
  answer: (call: LaneCall, lane: LaneState) => Promise<Verdict> | Verdict = () => 'settled',
  behind = false,
): Bench {
  const clock = handClock(0);
  const { owed, state: paper, store } = paperStore();
  const tried: number[] = [];
  const stopping = new AbortController();
  const resumed: string[] = [];
  const attempt = async (_: unknown, call: LaneCall, state: LaneState): Promise<Verdict> => {
    tried.push(call.seq);
    const verdict = await answer(call, state);
    if (verdict === 'settled') owed.delete(call.seq);
    return verdict;
  };
  const parts = {
    ...{ clock, deliveries: store, flush: async () => {}, attempt, room: { left: 1_000 }, claims: null },
    conversationOf: async () => ({ id: sessionId, virtualAgentId: 'a' }),
    late: async () => {},
    resume: async (_: string, of: string) => void resumed.push(of),
  };
  const lane = new Lane(parts, { sessionId, name, behind, delay: behind ? 'unknown' : 'none' });
  const owe = (...calls: readonly number[]): readonly LaneCall[] => {
    for (const seq of calls) owed.add(seq);
    const fresh = calls.map((seq) => laneCall(storedOf(seq)));
    lane.push(fresh);
    return fresh;
  };
  const stop = (): void => {
    stopping.abort();
    lane.wake();
  };
  return { lane, clock, owed, paper, tried, resumed, owe, stop, signal: stopping.signal };
}

test('far more calls than wait in memory are tried in order, each once', async () => {
  const { lane, tried, owe, owed, signal } = bench();
  owe(...seqs(1, 500));
  assert.ok(lane.waiting <= 64, `${lane.waiting} calls wait in memory`);
  await lane.run(signal);
  assert.deepEqual(tried, seqs(1, 500));
  assert.equal(owed.size, 0);
});

test('what is read while the disk is still taking it is called only afterwards, and not when it was dropped', async () => {
  const { lane, tried, owed, paper, signal } = bench(undefined, true);
  const { promise, resolve } = Promise.withResolvers<void>();
  paper.flush = promise;
  for (const seq of [1, 2]) owed.add(seq);
  const running = lane.run(signal);
  await rest();
  assert.deepEqual(tried, []);
  lane.drop((call) => call.seq === 1);
  owed.delete(1);
  resolve();
  await running;
  assert.deepEqual(tried, [2]);
});

test('what was owed before is read from the store, and what comes meanwhile follows', async () => {
  const { lane, tried, owed, owe, signal } = bench(async (): Promise<Verdict> => {
    await turn();
    return 'settled';
  }, true);
  for (const seq of seqs(1, 150)) owed.add(seq);
  const running = lane.run(signal);
  for (let seq = 150; seq < 300; seq += 1) {
    owe(seq);
    if (seq % 3 === 0) await turn();
  }
  await running;
  assert.deepEqual(tried, seqs(1, 300));
});

test('calls that come at any moment, also while the lane reads, are tried in order and once', async () => {
  const comings = fc.array(fc.record({ calls: fc.integer({ min: 1, max: 90 }), turns: fc.nat(6) }), { maxLength: 12 });
  const pace = fc.record({ every: fc.integer({ min: 1, max: 20 }), behind: fc.boolean(), before: fc.nat(140) });
  await fc.assert(
    fc.asyncProperty(comings, pace, async (groups, { every, behind, before }) => {
      let made = 0;
      const answer = async (): Promise<Verdict> => {
        made += 1;
        if (made % every === 0) await turn();
        return 'settled';
      };
      const { lane, tried, owed, owe, signal } = bench(answer, behind);
      let next = 1;
      if (behind) for (; next <= before; next += 1) owed.add(next);
      let running = lane.run(signal);
      for (const { calls, turns } of groups) {
        owe(...seqs(next, next + calls));
        next += calls;
        for (let count = 0; count < turns; count += 1) await turn();
        if (lane.waiting > 0) running = running.then(() => lane.run(signal));
      }
      await running;
      await lane.run(signal);
      assert.deepEqual(tried, seqs(1, next));
    }),
    { numRuns: 200 },
  );
});

test('a call that is told twice is tried once', async () => {
  const { lane, tried, owe, signal } = bench();
  const calls = owe(1, 2, 3);
  lane.push(calls);
  await lane.run(signal);
  lane.push(calls);
  await lane.run(signal);
  assert.deepEqual(tried, [1, 2, 3]);
});

test('the head that fails is tried again when it is due, and nothing passes it', async () => {
  let failures = 2;
  const { lane, clock, tried, owe, signal } = bench((call) => {
    if (call.seq !== 1 || failures === 0) return 'settled';
    failures -= 1;
    call.dueAt = clock.now() + 1_000;
    return 'again';
  });
  owe(1, 2);
  const running = lane.run(signal);
  for (const tries of [1, 2]) {
    await rest();
    assert.deepEqual(tried, Array(tries).fill(1));
    clock.advance(999);
    await rest();
    assert.deepEqual(tried, Array(tries).fill(1));
    clock.advance(1);
  }
  await running;
  assert.deepEqual(tried, [1, 1, 1, 2]);
});

/** A lane whose head has failed once and waits for an hour. */
async function waitingLane() {
  const all = bench((call) => {
    if (call.seq !== 1) return 'settled';
    call.dueAt = 3_600_000;
    return 'again';
  });
  all.owe(1, 2, 3);
  const running = all.lane.run(all.signal);
  await rest();
  assert.deepEqual(all.tried, [1]);
  return { ...all, running };
}

test('a head that is dropped while it waits lets the next go on at once', async () => {
  const { lane, tried, running } = await waitingLane();
  lane.drop(({ seq }) => seq === 1);
  await running;
  assert.deepEqual(tried, [1, 2, 3]);
});

test('a drop of others leaves the head waiting', async () => {
  const { lane, clock, tried, owed, running } = await waitingLane();
  // What is skipped is skipped in the store before the lane hears of it.
  const drop = (matches: (seq: number) => boolean): void => {
    for (const seq of [...owed].filter(matches)) owed.delete(seq);
    lane.drop(({ seq }) => matches(seq));
  };
  drop((seq) => seq === 2);
  await rest();
  assert.deepEqual(tried, [1]);
  drop((seq) => seq === 3);
  clock.advance(3_599_999);
  await rest();
  assert.deepEqual(tried, [1]);
  drop(() => true);
  await running;
  assert.deepEqual(tried, [1], 'none that was dropped is tried');
});

test('a head that is dropped while it is tried is not tried again', async () => {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const { lane, tried, owe, signal } = bench((call) => {
    call.dueAt = 3_600_000;
    return call.seq === 1 ? promise : 'settled';
  });
  owe(1);
  const running = lane.run(signal);
  await rest();
  lane.drop(() => true);
  owe(2);
  resolve('again');
  await running;
  assert.deepEqual(tried, [1, 2]);
});

test('a lane that is stopped while its head waits ends at once and tries nothing more', async () => {
  const { lane, stop, tried, running } = await waitingLane();
  stop();
  await running;
  assert.deepEqual(tried, [1]);
  assert.equal(lane.waiting, 1, 'only the head is in memory');
});

test('a lane that is stopped in the middle of an attempt finishes it and begins no other', async () => {
  const { promise, resolve } = Promise.withResolvers<Verdict>();
  const { lane, stop, tried, owe, signal } = bench(() => promise);
  owe(1, 2);
  const running = lane.run(signal);
  await rest();
  stop();
  resolve('settled');
  await running;
  assert.deepEqual(tried, [1]);
});

test('a lane that is stuck holds its head and nothing else, and what was said meanwhile follows in order', async () => {
  const { lane, clock, owed, tried, owe, signal } = bench((call) => {
    if (call.seq !== 1 || clock.now() > 0) return 'settled';
    call.attempts += 1;
    call.dueAt = 1_000;
    return 'again';
  });
  owe(...seqs(1, 40));
  const running = lane.run(signal);
  await rest();
  owe(...seqs(40, 200));
  assert.equal(lane.waiting, 1);
  clock.advance(1_000);
  await running;
  assert.deepEqual(tried, [1, ...seqs(1, 200)]);
  assert.equal(owed.size, 0);
});

test('a lane whose delay was told says that nothing waits any more when what waited was dropped', async () => {
  const { lane, resumed, owe, owed, signal } = bench((call, state) => {
    state.delay = 'told';
    call.dueAt = 3_600_000;
    return 'again';
  });
  owe(1, 2);
  const running = lane.run(signal);
  await rest();
  assert.deepEqual(resumed, []);
  owed.clear();
  lane.drop(() => true);
  await running;
  assert.deepEqual(resumed, [name]);
});

test('what the attempt knows of its lane: the last call is the last', async () => {
  const lasts: boolean[] = [];
  const { lane, owe, signal } = bench((_, { isLast }) => {
    lasts.push(isLast);
    return 'settled';
  });
  owe(...seqs(1, 100));
  await lane.run(signal);
  assert.deepEqual(lasts.indexOf(true), lasts.length - 1);
  assert.equal(lasts.length, 99);
});

const session: Session = begin({
  ...{ kind: 'session-started', seq: 1, at: 0, sessionId, virtualAgentId: 'a', flowVersion: 1 },
  ...{ expiresAt: Number.MAX_SAFE_INTEGER, parameters: {} },
});

/** Lanes with the real recorder over a store of paper that may refuse. */
function laneSet() {
  const clock = handClock(0);
  const paper = paperStore();
  const records = recorder(paper.store, clock, silentLog);
  const stopping = new AbortController();
  const tried: number[] = [];
  const attempt = async (_: unknown, { lane, seq, part }: LaneCall): Promise<Verdict> => {
    tried.push(seq);
    records.add({ sessionId, lane, seq, part, attempts: 1, at: clock.now(), state: 'delivered' });
    return 'settled';
  };
  const lanes = new LaneSet({
    ...{ clock, log: silentLog, sessions: {} as SessionStore, deliveries: paper.store, attempt },
    ...{ late: async () => {}, resume: async () => {}, flush: records.flush, signal: stopping.signal, claims: null },
  });
  const owe = async (...calls: readonly number[]): Promise<void> => {
    for (const seq of calls) paper.owed.add(seq);
    const change: Change = { before: 1, session, events: [], calls: calls.map(callOf), changes: [], caller: null };
    await lanes.take(change);
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    await lanes.finish();
    await records.close();
  };
  return { ...paper, clock, lanes, tried, owe, stop };
}

test('while the store refuses what was delivered, a lane neither spins nor repeats, and goes on when it takes it', async () => {
  const { state, owed, clock, lanes, tried, owe, stop } = laneSet();
  state.refusing = true;
  await owe(...seqs(1, 201));
  await rest();
  assert.deepEqual(tried, seqs(1, 65), 'it cannot know what else is owed');
  assert.ok(state.asked <= 2 && state.reads === 0, `asked ${state.asked} times, read ${state.reads} times`);
  for (let seconds = 1; seconds <= 5; seconds += 1) {
    clock.advance(1_000);
    await rest();
  }
  assert.ok(state.asked <= 20, `asked ${state.asked} times in five seconds`);
  assert.deepEqual(tried, seqs(1, 65));
  state.refusing = false;
  for (let seconds = 1; seconds <= 3; seconds += 1) {
    clock.advance(1_000);
    await rest();
  }
  assert.deepEqual(tried, seqs(1, 201), 'each once and in order');
  assert.deepEqual([owed.size, lanes.size], [0, 0]);
  await stop();
});

test('a stop while the store refuses waits for nothing', async () => {
  const { state, owe, stop } = laneSet();
  state.refusing = true;
  await owe(...seqs(1, 100));
  await rest();
  await stop();
});
