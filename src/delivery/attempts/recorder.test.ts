import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../platform/clock.ts';
import { type HandClock, handClock } from '../../platform/hand-clock.ts';
import { silentLog } from '../../platform/log.ts';
import type { AttemptRecord, DeliveryStore } from '../../store/store.ts';
import { type Recorder, recorder } from './recorder.ts';

/** A store of paper that may refuse, and a clock that knows how many wait for it. */
type Bench = Readonly<{
  records: Recorder;
  clock: HandClock;
  stored: readonly number[];
  /** How often the store was asked. */
  asked: () => number;
  refuse: (refusing: boolean) => void;
  waits: () => number;
}>;

function bench(): Bench {
  const clock = handClock(0);
  const stored: number[] = [];
  const open = new Set<object>();
  let refusing = false;
  let asked = 0;
  const counting: Clock = {
    ...clock,
    after: (ms, action) => {
      const wait = {};
      open.add(wait);
      const cancel = clock.after(ms, () => {
        open.delete(wait);
        action();
      });
      return () => {
        open.delete(wait);
        cancel();
      };
    },
  };
  const record = async (attempts: readonly AttemptRecord[]): Promise<void> => {
    asked += 1;
    await turn();
    if (refusing) throw new Error('The disk is full.');
    stored.push(...attempts.map(({ seq }) => seq));
  };
  const records = recorder({ record } as DeliveryStore, counting, silentLog);
  return {
    ...{ records, clock, stored, asked: () => asked, waits: () => open.size },
    refuse: (value) => {
      refusing = value;
    },
  };
}

const attempt = (seq: number): AttemptRecord => ({
  ...{ sessionId: 's', lane: 'h1', seq, part: 0, attempts: 1, at: 0 },
  state: 'delivered',
});

async function rest(): Promise<void> {
  for (let round = 0; round < 20; round += 1) await turn();
}

test('attempts are stored together, 100 ms after the first of them', async () => {
  const { records, clock, stored, asked } = bench();
  for (const seq of [1, 2, 3]) records.add(attempt(seq));
  clock.advance(99);
  await rest();
  assert.equal(asked(), 0);
  clock.advance(1);
  await rest();
  assert.deepEqual([stored, asked()], [[1, 2, 3], 1]);
});

test('many attempts are stored without waiting', async () => {
  const { records, stored } = bench();
  for (let seq = 1; seq <= 500; seq += 1) records.add(attempt(seq));
  await rest();
  assert.equal(stored.length, 500);
});

test('a flush that the store refuses says so, and its attempts are stored later, once and in order', async () => {
  const { records, clock, stored, refuse } = bench();
  refuse(true);
  for (const seq of [1, 2]) records.add(attempt(seq));
  await assert.rejects(records.flush(), /disk is full/);
  records.add(attempt(3));
  await assert.rejects(records.flush(), /disk is full/, 'it is refused again, and again it says so');
  refuse(false);
  records.add(attempt(4));
  await records.flush();
  assert.deepEqual(stored, [1, 2, 3, 4]);
  clock.advance(10_000);
  await rest();
  assert.deepEqual(stored, [1, 2, 3, 4]);
});

test('a store that refuses is asked again after a second, by itself and not at once', async () => {
  const { records, clock, stored, asked, refuse } = bench();
  refuse(true);
  records.add(attempt(1));
  clock.advance(100);
  await rest();
  assert.equal(asked(), 1);
  for (const times of [2, 3, 4]) {
    clock.advance(999);
    await rest();
    assert.equal(asked(), times - 1, 'it is left in peace for a second');
    clock.advance(1);
    await rest();
    assert.equal(asked(), times);
  }
  refuse(false);
  clock.advance(1_000);
  await rest();
  assert.deepEqual(stored, [1]);
});

test('attempts that are added while the store refuses are stored with the others', async () => {
  const { records, clock, stored, refuse } = bench();
  refuse(true);
  records.add(attempt(1));
  const flushed = assert.rejects(records.flush());
  await turn();
  records.add(attempt(2));
  await flushed;
  refuse(false);
  clock.advance(1_000);
  await rest();
  assert.deepEqual(stored, [1, 2]);
});

test('a flush that begins while another is refused is judged by its own writing', async () => {
  const { records, stored, refuse } = bench();
  refuse(true);
  records.add(attempt(1));
  const first = records.flush();
  const second = records.flush();
  await assert.rejects(first);
  refuse(false);
  await second;
  assert.deepEqual(stored, [1]);
});

for (const refusing of [false, true]) {
  test(`nothing waits for the clock after a close${refusing ? ' that the store refuses' : ''}`, async () => {
    const { records, clock, stored, asked, refuse, waits } = bench();
    refuse(refusing);
    records.add(attempt(1));
    if (refusing) await assert.rejects(records.flush());
    records.add(attempt(2));
    await records.close();
    assert.deepEqual(stored, refusing ? [] : [1, 2]);
    assert.equal(waits(), 0);
    const before = asked();
    clock.advance(60_000);
    await rest();
    assert.equal(asked(), before);
  });
}

test('a close while a write is being refused leaves no wait behind', async () => {
  const { records, refuse, waits } = bench();
  refuse(true);
  records.add(attempt(1));
  const flushed = assert.rejects(records.flush());
  await records.close();
  await flushed;
  assert.equal(waits(), 0);
});
