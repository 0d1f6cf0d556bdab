import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endpointUses } from './endpoint-uses.ts';

const call = { url: 'https://desk.example/inbound', kind: 'inbound', taken: true, tookMs: 5, at: 1 } as const;

test('what came of calls is counted by URL, with the median of what was taken lately', () => {
  const uses = endpointUses();
  assert.deepEqual(uses.all(), []);
  for (const tookMs of [900, 900, 900, ...Array.from({ length: 20 }, (_, index) => index)]) {
    uses.note({ ...call, tookMs, at: tookMs });
  }
  uses.note({ ...call, kind: 'start', taken: false, tookMs: 10_000, at: 77 });
  assert.deepEqual(uses.all(), [
    {
      ...{ url: call.url, kinds: new Set(['inbound', 'start']), delivered: 23, failed: 1 },
      ...{ lastDeliveredAt: 19, lastFailedAt: 77, typicalMs: 9 },
    },
  ]);
});

test('an endpoint that was never reached has no typical time', () => {
  const uses = endpointUses();
  uses.note({ ...call, taken: false });
  const [{ delivered, lastDeliveredAt, typicalMs } = { delivered: 1 }] = uses.all();
  assert.deepEqual([delivered, lastDeliveredAt, typicalMs], [0, null, null]);
});

test('of too many URLs the one that was not called for longest is forgotten', () => {
  const uses = endpointUses();
  const at = (number: number) => ({ ...call, url: `https://desk.example/${number}` });
  for (let number = 0; number < 1_000; number += 1) uses.note(at(number));
  uses.note(at(0));
  for (const number of [1_000, 1_001]) uses.note(at(number));
  const urls = uses.all().map(({ url }) => url);
  assert.equal(urls.length, 1_000);
  assert.deepEqual(
    [0, 1, 2, 3, 1_001].map((number) => urls.includes(at(number).url)),
    [true, false, false, true, true],
  );
  assert.equal(uses.all().find(({ url }) => url === at(0).url)?.delivered, 2);
});
