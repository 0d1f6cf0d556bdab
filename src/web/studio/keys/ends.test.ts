import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { endOf } from './ends.ts';

const noon = new Date(2026, 4, 3, 12).getTime();

test('a key that ends on a day opens something all that day', () => {
  assert.equal(endOf('day', '2026-05-03', noon), new Date(2026, 4, 4).toISOString());
  assert.equal(endOf('day', '2026-12-31', noon), new Date(2027, 0, 1).toISOString());
});

test('a day that is over, or none, is no end', () => {
  assert.equal(endOf('day', '2026-05-02', noon), undefined);
  assert.equal(endOf('day', '', noon), undefined);
});

test('a stretch is counted from now, and never is no end at all', () => {
  assert.equal(endOf('month', '', noon), new Date(noon + 30 * 24 * 3_600_000).toISOString());
  assert.equal(endOf('never', '2026-05-02', noon), null);
});
