import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type HandClock, handClock } from '../platform/hand-clock.ts';
import { type Log, silentLog } from '../platform/log.ts';
import type { SessionStore } from '../store/store.ts';
import { Waker } from './waker.ts';

type Bench = Readonly<{
  waker: Waker;
  clock: HandClock;
  /** When each session wants to be woken. */
  deadlines: Map<string, number>;
  /** Who was woken, and when; also in vain. */
  woken: readonly (readonly [string, number])[];
  /** Sessions that cannot be woken. */
  broken: Set<string>;
  /** What the log says is wrong, and why. */
  errors: readonly string[];
  reasons: readonly unknown[];
}>;

function bench(isShared = false): Bench {
  const clock = handClock(0);
  const deadlines = new Map<string, number>();
  const broken = new Set<string>();
  const woken: [string, number][] = [];
  const errors: string[] = [];
  const reasons: unknown[] = [];
  const log: Log = {
    ...silentLog,
    error: (fields, message) => {
      errors.push(message);
      reasons.push('error' in fields && fields.error);
    },
  };
  const sessions: Pick<SessionStore, 'claimDue' | 'nextWakeAt'> = {
    claimDue: async (at, limit) => {
      await turn();
      const found = [...deadlines].filter(([, deadline]) => deadline <= at).sort(([, a], [, b]) => a - b);
      // Among others what is found is due for nobody else for ten seconds.
      if (isShared) for (const [id] of found) deadlines.set(id, at + 10_000);
      return found.slice(0, limit).map(([id]) => id);
    },
    nextWakeAt: async (after) => {
      const later = [...deadlines.values()].filter((at) => at > after);
      return later.length === 0 ? null : Math.min(...later);
    },
  };
  const wake = async (id: string): Promise<void> => {
    woken.push([id, clock.now()]);
    assert.ok(woken.length < 20_000, 'the waker spins');
    await turn();
    if (broken.has(id)) throw new Error('It cannot be woken.');
    deadlines.delete(id);
  };
  const waker = new Waker({ sessions: sessions as SessionStore, clock, log, wake, isShared });
  return { waker, clock, deadlines, woken, broken, errors, reasons };
}

async function rest(): Promise<void> {
  for (let round = 0; round < 60; round += 1) await turn();
}

const names = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${prefix} ${index}`);

test('sessions are woken when their deadlines come, the earliest first, and each once', async () => {
  const { waker, clock, deadlines, woken } = bench();
  for (const [id, at] of [
    ['b', 20],
    ['a', 10],
    ['c', 70_000],
  ] as const)
    deadlines.set(id, at);
  waker.start();
  await rest();
  for (let step = 0; step < 80; step += 1) {
    clock.advance(step < 4 ? 10 : 1_000);
    await rest();
  }
  await waker.stop();
  assert.deepEqual(
    woken.map(([id]) => id),
    ['a', 'b', 'c'],
  );
  assert.deepEqual(woken.slice(0, 2), [
    ['a', 10],
    ['b', 20],
  ]);
});

test('more sessions than one look finds are all woken in the same round', async () => {
  const { waker, deadlines, woken } = bench();
  for (const id of names('session', 1_700)) deadlines.set(id, 0);
  waker.start();
  await rest();
  await waker.stop();
  assert.equal(new Set(woken.map(([id]) => id)).size, 1_700);
  assert.equal(woken.length, 1_700);
});

test('sessions that cannot be woken hold up no others, however many they are and however early', async () => {
  const { waker, clock, deadlines, woken, broken } = bench();
  for (const id of names('broken', 1_200)) {
    deadlines.set(id, -1);
    broken.add(id);
  }
  const sound = names('sound', 700);
  for (const id of sound) deadlines.set(id, 0);
  waker.start();
  await rest();
  const found = new Set(woken.map(([id]) => id));
  for (const id of sound) assert.ok(found.has(id), `${id} was not woken`);
  assert.equal(woken.length, 1_900, 'each is tried once a round');
  clock.advance(999);
  await rest();
  assert.equal(woken.length, 1_900, 'those that failed are left for a second');
  broken.clear();
  clock.advance(1);
  await rest();
  assert.equal(deadlines.size, 0, 'and then all are woken');
  await waker.stop();
});

test('a session that cannot be woken delays no deadline that comes after', async () => {
  const { waker, clock, deadlines, woken, broken, errors } = bench();
  deadlines.set('broken', 0);
  broken.add('broken');
  deadlines.set('sound', 300);
  waker.start();
  await rest();
  clock.advance(300);
  await rest();
  assert.deepEqual(
    woken.filter(([id]) => id === 'sound'),
    [['sound', 300]],
  );
  clock.advance(1_000);
  await rest();
  assert.deepEqual(
    woken.filter(([id]) => id === 'broken').map(([, at]) => at),
    [0, 300, 1_300],
  );
  assert.equal(errors.length, 3, 'the log says so each time');
  await waker.stop();
});

test('a session that somebody else woke in the meantime delays no deadline that comes after', async () => {
  const { waker, clock, deadlines, woken, broken, errors } = bench();
  deadlines.set('raced', 0);
  broken.add('raced');
  deadlines.set('sound', 300);
  waker.start();
  while (woken.length === 0) await turn();
  deadlines.delete('raced');
  await rest();
  clock.advance(300);
  await rest();
  assert.deepEqual(woken, [
    ['raced', 0],
    ['sound', 300],
  ]);
  assert.deepEqual(errors, [], 'nothing is wrong with it');
  await waker.stop();
});

test('a stop waits for the round under way and begins no other', async () => {
  const { waker, clock, deadlines, woken } = bench();
  for (const id of names('session', 10)) deadlines.set(id, 0);
  deadlines.set('later', 1_000);
  waker.start();
  while (woken.length === 0) await turn();
  await waker.stop();
  assert.equal(woken.length, 10);
  clock.advance(120_000);
  await rest();
  assert.equal(woken.length, 10);
});

test('among others who was found due and could not be woken is tried again at once, not when others find them', async () => {
  const { waker, clock, deadlines, woken, broken, errors } = bench(true);
  deadlines.set('a', 10);
  broken.add('a');
  waker.start();
  await rest();
  for (let step = 0; step < 3; step += 1) {
    clock.advance(step === 0 ? 10 : 1_000);
    await rest();
  }
  broken.clear();
  for (let step = 0; step < 20; step += 1) {
    clock.advance(1_000);
    await rest();
  }
  await waker.stop();
  const times = woken.map(([, at]) => at);
  assert.deepEqual(times, [10, 1_010, 2_010, 3_010]);
  assert.equal(errors.length, 3);
});

test('why a session could not be woken is told', async () => {
  const { waker, deadlines, broken, reasons } = bench();
  deadlines.set('broken', 0);
  broken.add('broken');
  waker.start();
  await rest();
  await waker.stop();
  assert.deepEqual(reasons, ['Error: It cannot be woken.']);
});
