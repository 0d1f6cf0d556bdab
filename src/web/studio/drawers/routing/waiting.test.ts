import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { chosenWaiting, durationOf, offeredHours, waitingOptions } from './waiting.ts';

test('1 to 20 hours are offered, and the default in its place', () => {
  assert.equal(offeredHours.length, 21);
  assert.deepEqual(offeredHours.slice(4, 8), [5, 6, 6.94, 7]);
  assert.deepEqual(
    waitingOptions(undefined).map(({ hours }) => hours),
    offeredHours,
  );
  assert.equal(chosenWaiting(undefined), '6.94');
});

test('another value in the draft is kept and stands in its place', () => {
  for (const [current, place] of [
    [2.5, 2],
    [0, 0],
    [48, 21],
  ] as const) {
    const options = waitingOptions(current);
    assert.equal(options.length, 22);
    assert.deepEqual(options[place], { value: String(current), hours: current, isOther: true });
    assert.equal(options[place]?.value, chosenWaiting(current));
  }
});

test('what is no number at all is chosen all the same', () => {
  for (const current of ['7', null, { hours: 7 }]) {
    const chosen = chosenWaiting(current);
    const found = waitingOptions(current).filter(({ value }) => value === chosen);
    assert.equal(found.length, 1, chosen);
  }
});

test('seconds are said as hours, minutes and seconds from a minute on', () => {
  assert.equal(durationOf(undefined), null);
  assert.equal(durationOf(59), null);
  assert.deepEqual(durationOf(60), { hours: 0, minutes: 1, seconds: 0 });
  assert.deepEqual(durationOf(25_000), { hours: 6, minutes: 56, seconds: 40 });
});
