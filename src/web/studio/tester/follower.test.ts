import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { Follower } from './follower.ts';

/** A log whose readings end when the test says so. */
function stage(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const world = { readings: 0, isUnderWay: false };
  let finish: ((isRead: boolean) => void) | null = null;
  const follower = new Follower({
    read: () => {
      world.readings += 1;
      return new Promise((resolve) => {
        finish = resolve;
      });
    },
    isUnderWay: () => world.isUnderWay,
  });
  const done = async (isRead = true): Promise<void> => {
    finish?.(isRead);
    // What follows the end of a reading is a few promises long.
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { world, follower, done, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test('hints that come during a reading are one more reading', async (t) => {
  const { world, follower, done, pass } = stage(t);
  follower.hint();
  for (let count = 0; count < 20; count += 1) follower.hint();
  assert.equal(world.readings, 1);
  await done();
  assert.equal(world.readings, 2);
  await done();
  pass(3_600_000);
  assert.equal(world.readings, 2, 'nothing is under way, so nothing is looked for');
});

test('while something is under way it is looked for, and a hint does not wait for that', async (t) => {
  const { world, follower, done, pass } = stage(t);
  world.isUnderWay = true;
  follower.hint();
  await done();
  pass(1_499);
  assert.equal(world.readings, 1);
  pass(1);
  assert.equal(world.readings, 2);
  await done();
  follower.hint();
  assert.equal(world.readings, 3);
  world.isUnderWay = false;
  await done();
  pass(3_600_000);
  assert.equal(world.readings, 3);
});

test('a reading that failed is made again, without a flood', async (t) => {
  const { world, follower, done, pass } = stage(t);
  follower.hint();
  follower.hint();
  await done(false);
  assert.equal(world.readings, 1);
  pass(3_000);
  assert.equal(world.readings, 2);
  await done();
  pass(3_600_000);
  assert.equal(world.readings, 2);
});

test('nothing is read once it was stopped', async (t) => {
  const { world, follower, done, pass } = stage(t);
  world.isUnderWay = true;
  follower.hint();
  follower.stop();
  follower.hint();
  await done();
  pass(3_600_000);
  follower.hint();
  assert.equal(world.readings, 1);
});
