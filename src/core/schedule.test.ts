import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryWindowMs, judge, nextAttemptAt, storedDueAt } from './schedule.ts';

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
