import assert from 'node:assert/strict';
import { test } from 'node:test';
import { steeredClock } from './clock.ts';
import { handClock } from './hand-clock.ts';

test('the first steering takes hold at once, also backwards', () => {
  const base = handClock(1_000_000);
  const clock = steeredClock(base);
  clock.steer(-500_000);
  assert.equal(clock.now(), 500_000);
  base.advance(1_000);
  assert.equal(clock.now(), 501_000);
});

test('a clock that leaps is followed by a tenth of the time that passes, and never backwards', () => {
  const base = handClock(1_000_000);
  const clock = steeredClock(base);
  clock.steer(0);
  clock.steer(-1_000);
  let last = clock.now();
  for (let second = 1; second <= 20; second += 1) {
    base.advance(1_000);
    const now = clock.now();
    assert.ok(now - last >= 900 && now - last <= 1_000, `${now - last} ms in a second`);
    last = now;
  }
  assert.equal(clock.now(), 1_019_000, 'made up for after ten seconds');
  clock.steer(1_000);
  base.advance(20_000);
  assert.equal(clock.now(), 1_040_000);
});

test('a measurement counts from what the clock says when it comes', () => {
  const base = handClock(1_000_000);
  const clock = steeredClock(base);
  clock.steer(0);
  clock.steer(1_000);
  base.advance(5_000);
  assert.equal(clock.now(), 1_005_500);
  // Half of it is made up for, and this says so.
  clock.steer(500);
  base.advance(60_000);
  assert.equal(clock.now(), 1_066_000);
});

test('after the machine has slept the time that has passed has passed', () => {
  const base = handClock(1_000_000);
  const clock = steeredClock(base);
  clock.steer(0);
  clock.steer(60_000);
  assert.equal(clock.now(), 1_060_000);
});
