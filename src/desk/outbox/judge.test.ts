import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, waitBefore } from './judge.ts';

const answered = (status: number, body: Readonly<Record<string, unknown>> = {}) =>
  judge({ kind: 'answered', status, body, retryAfterMs: null }, 2);

test('what passes is tried again, what does not is final', () => {
  for (const status of [408, 425, 429, 500, 502, 503]) assert.equal(answered(status).kind, 'passing', `${status}`);
  for (const status of [400, 409, 413, 422]) assert.equal(answered(status).kind, 'refused', `${status}`);
  assert.equal(judge({ kind: 'unreached', cause: 'ECONNREFUSED' }, 2).kind, 'passing');
});

test('a wrong key or a wrong address is no message’s fault', () => {
  for (const status of [301, 401, 403, 404, 405]) {
    const judgement = answered(status, { code: 'route-not-found' });
    assert.ok(judgement.kind === 'passing' && judgement.misconfigured, `${status}`);
  }
});

test('a conflict ends the conversation unless the router says that it is still this one', () => {
  const over = answered(409, { message: 'Handoff 3 owns it.', owner: 'live_agent', epoch: 3 });
  assert.deepEqual(over, { kind: 'refused', why: 'Handoff 3 owns it.', over: true });
  assert.deepEqual(answered(404, { code: 'session-not-found' }), {
    ...{ kind: 'refused', why: 'The router answered 404.', over: true },
  });
  assert.equal(answered(409, { owner: 'live_agent', epoch: 2 }).kind, 'passing');
});

test('waits grow to 30 s, and are no shorter than the router asks', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 99].map((attempts) => waitBefore(attempts, null, 0.5));
  assert.deepEqual(waits, [1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000, 30_000]);
  assert.deepEqual([waitBefore(1, null, 0), waitBefore(1, null, 1)], [800, 1_200]);
  assert.equal(waitBefore(1, 60_000, 0.5), 60_000);
  assert.equal(waitBefore(6, 1_000, 0.5), 30_000);
  assert.equal(waitBefore(1, 3_600_000, 0.5), 120_000);
});
