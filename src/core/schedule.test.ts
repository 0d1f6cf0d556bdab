import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type AttemptResult,
  deliveryWindowMs,
  isDelayed,
  isExhausted,
  judge,
  nextAttemptAt,
  patienceMs,
  settle,
  storedDueAt,
} from './schedule.ts';

const answered = (status: number) => judge({ kind: 'answered', status, retryAfterMs: null });

test('2xx delivers; 408, 425, 429 and 5xx pass; every other status is final', () => {
  for (const status of [200, 201, 202, 204, 299]) assert.equal(answered(status), 'delivered', String(status));
  for (const status of [408, 425, 429, 500, 502, 503, 599]) assert.equal(answered(status), 'passing', String(status));
  for (const status of [199, 301, 302, 307, 400, 401, 404, 410, 422, 451]) assert.equal(answered(status), 'final');
  assert.equal(judge({ kind: 'unreached', cause: 'reset' }), 'passing');
  assert.equal(judge({ kind: 'forbidden', cause: 'private' }), 'final');
});

test('waits are about 1, 2, 4, 8, 15, 30 s and then 30 s, within a fifth', () => {
  for (const [index, seconds] of [1, 2, 4, 8, 15, 30, 30, 30].entries()) {
    for (const chance of [0, 0.5, 0.999]) {
      const wait = nextAttemptAt(index + 1, 0, deliveryWindowMs, chance, null);
      assert.ok(Math.abs(wait - seconds * 1000) <= seconds * 200, `${wait} after attempt ${index + 1}`);
    }
  }
});

test('Retry-After lengthens a wait up to 120 s and never shortens it', () => {
  assert.equal(nextAttemptAt(1, 0, deliveryWindowMs, 0.5, 50_000), 50_000);
  assert.equal(nextAttemptAt(1, 0, deliveryWindowMs, 0.5, 900_000), 120_000);
  assert.equal(nextAttemptAt(6, 0, deliveryWindowMs, 0.5, 1_000), 30_000);
});

test('a call is looked at for the last time when trying ends', () => {
  assert.equal(nextAttemptAt(99, deliveryWindowMs - 40_000, deliveryWindowMs, 0.5, null), deliveryWindowMs - 10_000);
  assert.equal(nextAttemptAt(99, deliveryWindowMs - 10_000, deliveryWindowMs, 0.5, null), deliveryWindowMs);
});

test('what was stored under a clock that stood ahead is due soon all the same', () => {
  assert.equal(storedDueAt(900, 1, 1_000), 900);
  assert.equal(storedDueAt(121_000, 1, 1_000), 121_000);
  assert.equal(storedDueAt(3_600_000, 1, 1_000), 121_000);
  assert.equal(storedDueAt(3_600_000, 0, 1_000), 1_000);
});

const result: fc.Arbitrary<AttemptResult> = fc.oneof(
  fc.record({
    kind: fc.constant('answered' as const),
    status: fc.integer({ min: 100, max: 599 }),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 1e12 })),
  }),
  fc.constant({ kind: 'unreached', cause: 'No answer within 10 s.' } as const),
  fc.constant({ kind: 'forbidden', cause: 'It lies in a private network.' } as const),
);
const chance = fc.double({ min: 0, max: 1, noNaN: true });

test('whatever a desk answers, a call ends or is due later, within its bounds, and never after trying ends', () => {
  const attempt = fc.record({
    number: fc.integer({ min: 1, max: 3_000 }),
    at: fc.integer({ min: 0, max: deliveryWindowMs }),
    tryUntil: fc.integer({ min: 0, max: deliveryWindowMs }),
    chance,
  });
  fc.assert(
    fc.property(result, attempt, (one, made) => {
      const settled = settle(one, made);
      const kinds = { delivered: 'delivered', final: 'dead', passing: 'again' } as const;
      assert.equal(settled.kind, kinds[judge(one)]);
      if (settled.kind !== 'again') return;
      assert.ok(settled.dueAt <= made.tryUntil);
      if (settled.dueAt < made.tryUntil) {
        const wait = settled.dueAt - made.at;
        assert.ok(wait >= 800 && wait <= 120_000, `${wait} ms`);
        if (one.kind === 'unreached' || (one.kind === 'answered' && one.retryAfterMs === null)) {
          assert.ok(wait <= 36_000, `${wait} ms`);
        }
      } else assert.ok(isExhausted(made.number, settled.dueAt, made.tryUntil), 'its next look is its last');
    }),
  );
});

test('a call that always fails is exhausted when trying ends, after 2,400 to 3,700 attempts', () => {
  fc.assert(
    fc.property(fc.infiniteStream(chance), fc.integer({ min: 0, max: 1e12 }), (chances, owedAt) => {
      const tryUntil = owedAt + deliveryWindowMs;
      let at = owedAt;
      let number = 0;
      while (!isExhausted(number, at, tryUntil)) {
        number += 1;
        const settled = settle(
          { kind: 'unreached', cause: 'reset' },
          { number, at, tryUntil, chance: Number(chances.next().value) },
        );
        assert.ok(settled.kind === 'again' && settled.dueAt > at, 'time goes on');
        at = settled.dueAt;
      }
      assert.equal(at, tryUntil);
      assert.ok(number > 2_400 && number < 3_700, `${number} attempts`);
    }),
    { numRuns: 20 },
  );
});

test('a first attempt is made however late it comes', () => {
  assert.equal(isExhausted(0, 2, 1), false);
  assert.equal(isExhausted(1, 1, 1), true);
  assert.equal(isExhausted(1, 0, 1), false);
});

test('a delay is told once it is certain to be longer than five seconds', () => {
  const dues: number[] = [];
  for (let number = 1, at = 0; number <= 4; number += 1) {
    at = nextAttemptAt(number, at, deliveryWindowMs, 0.5, null);
    dues.push(at);
  }
  assert.deepEqual(
    dues.map((dueAt) => isDelayed(0, dueAt)),
    [false, false, true, true],
  );
  assert.equal(isDelayed(0, patienceMs), false);
  assert.equal(isDelayed(0, nextAttemptAt(1, 0, deliveryWindowMs, 0.5, 60_000)), true, 'a desk that asks for a minute');
  assert.equal(isDelayed(0, nextAttemptAt(1, 10_000, deliveryWindowMs, 0.5, null)), true, 'a desk that hangs');
});
