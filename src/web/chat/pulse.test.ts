import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { Pulse } from './pulse.ts';

function stage(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const world = { asked: 0, deaths: 0 };
  const pulse = new Pulse({
    ask: () => {
      world.asked += 1;
    },
    onDead: () => {
      world.deaths += 1;
    },
  });
  return { world, pulse, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test('a connection on which nothing comes is asked, and is dead when nobody answers', (t) => {
  const { world, pulse, pass } = stage(t);
  pulse.heard();
  pass(29_999);
  assert.deepEqual(world, { asked: 0, deaths: 0 });
  pass(1);
  assert.deepEqual(world, { asked: 1, deaths: 0 });
  pass(9_999);
  assert.equal(world.deaths, 0);
  pass(1);
  assert.deepEqual(world, { asked: 1, deaths: 1 });
  pass(3_600_000);
  assert.deepEqual(world, { asked: 1, deaths: 1 });
});

test('whatever comes is an answer, and one that comes often is never asked', (t) => {
  const { world, pulse, pass } = stage(t);
  pulse.heard();
  pass(35_000);
  pulse.heard();
  for (let count = 0; count < 100; count += 1) {
    pass(29_000);
    pulse.heard();
  }
  assert.deepEqual(world, { asked: 1, deaths: 0 });
});

test('a machine that woke is asked at once', (t) => {
  const { world, pulse, pass } = stage(t);
  pulse.heard();
  pulse.feel();
  assert.equal(world.asked, 1);
  pass(10_000);
  assert.equal(world.deaths, 1);
});

test('connecting that takes for ever is given up; a connection that was let go of is not watched', (t) => {
  const { world, pulse, pass } = stage(t);
  pulse.connecting();
  pass(20_000);
  assert.deepEqual(world, { asked: 0, deaths: 1 });
  pulse.heard();
  pulse.rest();
  pass(3_600_000);
  assert.deepEqual(world, { asked: 0, deaths: 1 });
});
