import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { handClock } from '../platform/hand-clock.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Connection } from './outlet.ts';

/** A socket of paper, with what was asked of it. */
function paperSocket() {
  const state = { pings: 0, cut: false, isPaused: false, readyState: 1, bytesRead: 0 };
  const webSocket = {
    OPEN: 1,
    get readyState() {
      return state.readyState;
    },
    get isPaused() {
      return state.isPaused;
    },
    ping: () => {
      state.pings += 1;
    },
    terminate: () => {
      state.cut = true;
      state.readyState = 3;
    },
  };
  const wire = {
    get bytesRead() {
      return state.bytesRead;
    },
  };
  return { connection: { webSocket, wire } as unknown as Connection, state };
}

function stage() {
  const clock = handClock(0);
  const heartbeat = new Heartbeat(clock);
  /** Seconds, one by one, for what waits is taken in between. */
  const pass = async (seconds: number, each: () => void = () => {}): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1_000);
      await turn();
      each();
    }
  };
  return { clock, heartbeat, pass };
}

test('one that answers nothing is cut after a ping and a whole interval; one that answers is not', async () => {
  const { heartbeat, pass } = stage();
  const [dead, alive] = [paperSocket(), paperSocket()];
  for (const { connection } of [dead, alive]) heartbeat.watch(connection);
  let answered = 0;
  const pong = (): void => {
    if (alive.state.pings > answered) alive.state.bytesRead += 6;
    answered = alive.state.pings;
  };
  await pass(30, pong);
  assert.deepEqual([dead.state.pings, dead.state.cut], [1, false]);
  await pass(30, pong);
  assert.deepEqual([dead.state.pings, dead.state.cut], [1, true]);
  await pass(3_600, pong);
  assert.deepEqual([alive.state.pings, alive.state.cut], [122, false]);
});

test('one that we hold back is not cut for it, and has a whole interval to answer afterwards', async () => {
  const { heartbeat, pass } = stage();
  const { connection, state } = paperSocket();
  heartbeat.watch(connection);
  await pass(1);
  state.isPaused = true;
  await pass(600);
  assert.deepEqual([state.pings, state.cut], [1, false]);
  state.isPaused = false;
  await pass(30);
  assert.deepEqual([state.pings, state.cut], [2, false]);
  await pass(30);
  assert.equal(state.cut, true);
});

test('ten thousand that came at once are pinged over the interval, not in one turn', async () => {
  const { heartbeat, pass } = stage();
  const all = Array.from({ length: 10_000 }, paperSocket);
  for (const { connection } of all) heartbeat.watch(connection);
  const pinged = (): number => all.reduce((sum, { state }) => sum + state.pings, 0);
  let before = 0;
  const turns: number[] = [];
  await pass(30, () => {
    turns.push(pinged() - before);
    before = pinged();
  });
  assert.equal(pinged(), 10_000);
  assert.ok(Math.max(...turns) <= 334, `${Math.max(...turns)} in one turn`);
});

test('a process that stood still for an hour judges nobody before it has taken in what waited', async () => {
  const { clock, heartbeat, pass } = stage();
  const { connection, state } = paperSocket();
  heartbeat.watch(connection);
  await pass(1);
  clock.advance(3_600_000);
  assert.equal(state.cut, false);
  state.bytesRead += 6;
  await pass(30);
  assert.equal(state.cut, false);
});

test('those that left are asked nothing, and when all have left no timer is kept', async () => {
  const { clock, heartbeat, pass } = stage();
  let waits = 0;
  const counting = new Heartbeat({
    ...clock,
    after: (ms, action) => {
      waits += 1;
      const cancel = clock.after(ms, action);
      return () => {
        waits -= 1;
        cancel();
      };
    },
  });
  const left = paperSocket();
  const watched = counting.watch(left.connection);
  counting.leave(watched);
  counting.leave(watched);
  assert.equal(waits, 0);
  const stays = paperSocket();
  heartbeat.watch(stays.connection);
  await pass(90);
  assert.deepEqual([left.state.pings, stays.state.cut], [0, true]);
});
