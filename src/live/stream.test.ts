import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import type { EventOf, SessionEvent } from '../core/events.ts';
import { begin, type Session } from '../core/session.ts';
import type { Change } from '../engine/changes.ts';
import { type HandClock, handClock } from '../platform/hand-clock.ts';
import { highWater, type Outlet, Stream } from './stream.ts';

const started: EventOf<'session-started'> = {
  kind: 'session-started',
  seq: 1,
  at: 0,
  sessionId: 's',
  virtualAgentId: 'a',
  flowVersion: 1,
  expiresAt: 1,
  parameters: {},
};

/** A log of so many messages; every third fact is not for the end user. */
function logOf(length: number, text = (seq: number) => `message ${seq}`): readonly SessionEvent[] {
  return Array.from({ length }, (_, index): SessionEvent => {
    const place = { seq: index + 1, at: index };
    if (index === 0) return started;
    if (index % 3 === 2) return { kind: 'flow-started', by: 'socket', ...place };
    return { kind: 'virtual-agent-message-sent', node: 'n', text: text(index + 1), ...place };
  });
}

const seqsOf = (events: readonly SessionEvent[]): readonly number[] =>
  events.filter(({ kind }) => kind !== 'flow-started').map(({ seq }) => seq);

function changeOf(log: readonly SessionEvent[], from: number, to: number): Change {
  const session: Session = { ...begin(started), version: to };
  return { before: from, session, events: log.slice(from, to), calls: [], changes: [], caller: null };
}

/**
 * A socket of paper: what was sent, how it was closed, and how much of it the network has not taken.
 * @param isSlow whether the network takes only what `drain` makes it take.
 */
function paperOutlet(isSlow = false) {
  const sent: number[] = [];
  const state: { closed: string | null; buffered: number; most: number; hints: number; drain: () => void } = {
    ...{ closed: null, buffered: 0, most: 0, hints: 0, drain: () => {} },
  };
  const outlet: Outlet = {
    send: (text) => {
      const frame = JSON.parse(text) as { seq?: number };
      if (frame.seq === undefined) state.hints += 1;
      else sent.push(frame.seq);
      if (isSlow) state.buffered += Buffer.byteLength(text);
      state.most = Math.max(state.most, state.buffered);
    },
    get buffered() {
      return state.buffered;
    },
    drained: () =>
      new Promise((resolve) => {
        state.drain = () => {
          state.buffered = 0;
          resolve();
        };
      }),
    get isOpen() {
      return state.closed === null;
    },
    close: (why) => {
      state.closed ??= why;
    },
  };
  return { outlet, sent, state };
}

type Setting = ReturnType<typeof paperOutlet> & Readonly<{ stream: Stream; clock: HandClock }>;

/** @param committed how much of the log is there to be read at the moment. */
function streamOver(
  log: readonly SessionEvent[],
  after: number,
  committed = () => log.length,
  paper = paperOutlet(),
): Setting {
  const clock = handClock(0);
  const read = async (from: number, limit: number): Promise<readonly SessionEvent[]> => {
    const page = log.slice(from, Math.min(from + limit, committed()));
    await turn();
    return page;
  };
  return { ...paper, clock, stream: new Stream(paper.outlet, clock, read, after) };
}

async function rest(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await turn();
}

test('a hint that was lost leaves no hole: the log is read', async () => {
  const log = logOf(30);
  const { stream, sent } = streamOver(log, 0);
  stream.begin(10, false);
  await rest();
  stream.offer(changeOf(log, 20, 30));
  await rest();
  assert.deepEqual(sent, seqsOf(log));
});

test('a hint of what was sent already sends nothing twice', async () => {
  const log = logOf(30);
  const { stream, sent } = streamOver(log, 0);
  stream.begin(20, false);
  await rest();
  for (const [from, to] of [
    [5, 10],
    [5, 25],
    [20, 25],
    [24, 30],
  ] as const)
    stream.offer(changeOf(log, from, to));
  await rest();
  assert.deepEqual(sent, seqsOf(log));
});

test('hints that come while the log is read are not lost', async () => {
  const log = logOf(900);
  const { stream, sent } = streamOver(log, 0);
  stream.begin(450, false);
  for (let from = 450; from < 900; from += 50) stream.offer(changeOf(log, from, from + 50));
  await rest();
  assert.deepEqual(sent, seqsOf(log));
});

test('a hint before the reader was let in sends nothing to them yet', async () => {
  const log = logOf(20);
  const { stream, sent } = streamOver(log, 0);
  stream.offer(changeOf(log, 10, 20));
  await rest();
  assert.deepEqual(sent, []);
  stream.begin(10, false);
  await rest();
  assert.deepEqual(sent, seqsOf(log));
});

test('the end of the session closes after everything was sent, and nothing follows', async () => {
  const log = [...logOf(300), { kind: 'session-ended', reason: 'completed', seq: 301, at: 301 } as const];
  const { stream, sent, state } = streamOver(log, 0);
  stream.begin(301, true);
  stream.offer(changeOf(log, 300, 301));
  await rest();
  assert.deepEqual([state.closed, sent.at(-1), sent.length], ['ended', 301, seqsOf(log).length]);
});

test('a reader who lags is sent no more than fits, and goes on when the network has taken it', async () => {
  const log = logOf(600);
  const { stream, sent, state, clock } = streamOver(log, 0);
  state.buffered = 512 * 1024;
  stream.begin(600, false);
  await rest();
  assert.deepEqual(sent, []);
  clock.advance(14_999);
  state.drain();
  await rest();
  assert.equal(state.closed, null);
  assert.deepEqual(sent, seqsOf(log));
});

test('a reader who takes nothing for fifteen seconds is closed', async () => {
  const log = logOf(10);
  const { stream, sent, state, clock } = streamOver(log, 0);
  state.buffered = 512 * 1024;
  stream.begin(10, false);
  await rest();
  clock.advance(15_000);
  await rest();
  assert.deepEqual([state.closed, sent], ['slow', []]);
});

test('one commit that holds far more than fits is sent as it is taken, whole and in order', async () => {
  const text = '🙂'.repeat(1_000);
  const log = logOf(2_000, () => text);
  const { stream, sent, state } = streamOver(log, 0, undefined, paperOutlet(true));
  stream.begin(1, false, log.slice(0, 1));
  stream.offer(changeOf(log, 1, 2_000));
  let rounds = 0;
  for (; sent.length < seqsOf(log).length && rounds < 1_000; rounds += 1) {
    await rest();
    state.drain();
  }
  assert.deepEqual(sent, seqsOf(log));
  assert.ok(state.most <= highWater + 5_000, `${state.most} bytes waited`);
  assert.equal(state.closed, null);
});

test('a thousand messages to a reader who takes nothing wait in the log, and typing is left out', async () => {
  const log = logOf(3_000);
  const { stream, sent, state, clock } = streamOver(log, 0, undefined, paperOutlet(true));
  stream.begin(1, false, log.slice(0, 1));
  for (let seq = 1; seq < 3_000; seq += 1) {
    stream.offer(changeOf(log, seq, seq + 1));
    if (seq % 100 === 0) await rest();
  }
  for (let count = 0; count < 10_000; count += 1) stream.hint({ type: 'typing' });
  assert.ok(state.most <= highWater + 200, `${state.most} bytes waited`);
  assert.ok(sent.length < seqsOf(log).length);
  assert.equal(state.hints, 0);
  clock.advance(15_000);
  await rest();
  assert.equal(state.closed, 'slow');
});

test('whatever hints are lost, repeated or late, every fact after the cursor is sent once and in order', async () => {
  const hint = fc.record({
    commit: fc.integer({ min: 1, max: 40 }),
    fate: fc.constantFrom('told', 'lost', 'told twice', 'told with an older one'),
    turns: fc.integer({ min: 0, max: 2 }),
  });
  const log = logOf(600);
  await fc.assert(
    fc.asyncProperty(fc.array(hint, { maxLength: 12 }), fc.nat(30), fc.nat(60), async (hints, known, after) => {
      let committed = known + 1;
      const { stream, sent } = streamOver(log, after, () => committed);
      stream.begin(committed, false);
      let last = changeOf(log, 0, committed);
      for (const { commit, fate, turns } of [...hints, { commit: 1, fate: 'told', turns: 0 }]) {
        const change = changeOf(log, committed, committed + commit);
        committed += commit;
        if (fate !== 'lost') stream.offer(change);
        if (fate === 'told twice') stream.offer(change);
        if (fate === 'told with an older one') stream.offer(last);
        last = change;
        for (let round = 0; round < turns; round += 1) await turn();
      }
      await rest();
      const cursor = Math.min(after, known + 1);
      assert.deepEqual(sent, seqsOf(log.slice(cursor, committed)));
    }),
    { numRuns: 60 },
  );
});
