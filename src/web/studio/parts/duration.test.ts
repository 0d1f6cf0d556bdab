import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { duration } from './duration.ts';

test('a time is said in the fewest words, and never rounded up into the next unit', () => {
  const said = [0, 180.4, 1_234, 9_950, 59_999, 60_000, 250_000, 3_599_999, 11_100_000, 90_000_000].map(duration);
  assert.deepEqual(said, [
    ...['0 ms', '180 ms', '1.2 sec', '10 sec', '59 sec', '1 min', '4 min 10 sec', '59 min 59 sec'],
    ...['3 hr 5 min', '1 day 1 hr'],
  ]);
});
