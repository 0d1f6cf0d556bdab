import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { handClock } from '../platform/hand-clock.ts';
import { type Contact, Gate } from './gate.ts';

const url = 'https://desk.example/inbound';

/** A call that was let in, and what ends it. */
type Entered = Readonly<{ lane: string; leave: (contact: Contact) => void }>;

/** A gate with the calls that are under way, in the order in which they were let in. */
function bench() {
  const clock = handClock(0);
  const gate = new Gate(clock);
  const inside: Entered[] = [];
  const enter = async (lane: string, to = url): Promise<void> => {
    const leave = await gate.enter(to, lane);
    inside.push({ lane, leave });
  };
  const ask = async (...lanes: readonly string[]): Promise<void> => {
    for (const lane of lanes) void enter(lane);
    await turn();
  };
  /** Ends the call that has been under way for longest. */
  const end = async (contact: Contact): Promise<string> => {
    const first = inside.shift();
    assert.ok(first !== undefined, 'no call is under way');
    first.leave(contact);
    await turn();
    return first.lane;
  };
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await turn();
  };
  return { gate, inside, enter, ask, end, pass };
}

const lanes = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `lane ${from + index}`);

/** A gate whose endpoint three lanes could not reach. */
async function probing() {
  const all = bench();
  await all.ask('a', 'b', 'c');
  for (let count = 0; count < 3; count += 1) await all.end('unreached');
  await all.pass(1_000);
  return all;
}

test('an endpoint takes 128 calls at once; the others wait their turn, first come, first served (1)', async () => {
  const { inside, ask, end } = bench();
  await ask(...lanes(0, 140));
  assert.equal(inside.length, 128);
  for (let count = 0; count < 5; count += 1) await end('answered');
  assert.deepEqual(
    inside.slice(-5).map(({ lane }) => lane),
    lanes(128, 133),
  );
  assert.equal(inside.length, 128);
});

test('an endpoint that is slow leaves room for the others of its host, and a host takes 256 calls (1)', async () => {
  const { inside, ask, enter } = bench();
  await ask(...lanes(0, 1_000));
  await enter('other', 'https://desk.example/status');
  assert.equal(inside.at(-1)?.lane, 'other');
  for (let count = 1; count < 200; count += 1) void enter(`status ${count}`, 'https://desk.example/status');
  await turn();
  assert.equal(inside.length, 256);
  void enter('third', 'https://desk.example/start');
  await turn();
  assert.equal(inside.length, 256, 'the host has enough');
  await enter('elsewhere', 'https://other.example/inbound');
  assert.equal(inside.at(-1)?.lane, 'elsewhere');
});

test('when a host has room again, who came first among its endpoints goes first (1)', async () => {
  const { inside, enter, end } = bench();
  const to = (index: number): string => `https://desk.example/${index % 4}`;
  for (let index = 0; index < 300; index += 1) void enter(`lane ${index}`, to(index));
  await turn();
  assert.equal(inside.length, 256);
  for (let count = 0; count < 44; count += 1) await end('answered');
  assert.deepEqual(
    inside.slice(-44).map(({ lane }) => lane),
    lanes(256, 300),
  );
});

test('one host does not wait for another, and another port is another host (1)', async () => {
  const { inside, ask, enter } = bench();
  await ask(...lanes(0, 201));
  for (const other of ['https://other.example/inbound', 'https://desk.example:8443/inbound']) {
    await enter(other, other);
    assert.equal(inside.at(-1)?.lane, other);
  }
});

test('an endpoint that three lanes could not reach is probed by three calls at a time (2)', async () => {
  const { inside, ask } = await probing();
  await ask(...lanes(0, 20));
  assert.deepEqual(
    inside.map(({ lane }) => lane),
    lanes(0, 3),
  );
});

test('calls that were under way before are not followed by others until fewer than three are left', async () => {
  const { inside, ask, end, pass } = bench();
  await ask(...lanes(0, 10));
  for (let count = 0; count < 3; count += 1) await end('unreached');
  await ask('late');
  for (let left = 7; left > 3; left -= 1) {
    assert.equal(inside.length, left, 'the late one waits');
    await end('unreached');
  }
  assert.ok(!inside.some(({ lane }) => lane === 'late'));
  await end('unreached');
  assert.ok(!inside.some(({ lane }) => lane === 'late'), 'its place is kept for a second');
  await pass(1_000);
  assert.deepEqual([inside.length, inside.at(-1)?.lane], [3, 'late']);
});

test('one lane or two that fail again and again are no reason to probe (2)', async () => {
  const { inside, ask, end } = bench();
  for (let round = 0; round < 10; round += 1) {
    await ask('a', 'b');
    await end('unreached');
    await end('unreached');
  }
  await ask(...lanes(0, 20));
  assert.equal(inside.length, 20);
});

test('a call that was not made says nothing about the endpoint (5)', async () => {
  const all = bench();
  await all.ask(...lanes(0, 10));
  for (let count = 0; count < 10; count += 1) await all.end('no word');
  await all.ask(...lanes(0, 10));
  assert.equal(all.inside.length, 10);
  const { inside, ask, end } = await probing();
  await ask('a');
  await end('no word');
  await ask(...lanes(0, 10));
  assert.equal(inside.length, 3, 'it is still probed');
});

test('an answer between the failures counts them anew (3)', async () => {
  const { inside, ask, end } = bench();
  for (const lane of ['a', 'b']) {
    await ask(lane);
    await end('unreached');
  }
  await ask('c');
  await end('answered');
  await ask('d');
  await end('unreached');
  await ask(...lanes(0, 20));
  assert.equal(inside.length, 20);
});

test('while an endpoint is probed the lanes take turns (2)', async () => {
  const { ask, end, pass } = await probing();
  const all = lanes(0, 10);
  await ask(...all);
  const probes: string[] = [];
  for (let count = 0; count < 30; count += 1) {
    const lane = await end('unreached');
    probes.push(lane);
    await ask(lane);
    await pass(1_000);
  }
  assert.deepEqual(probes, [...all, ...all, ...all]);
});

test('an endpoint that refuses at once is tried three times a second, and not as fast as it refuses (2)', async () => {
  const { inside, ask, end, pass } = await probing();
  await ask(...lanes(0, 600));
  for (let second = 0; second < 10; second += 1) {
    for (let count = 0; count < 3; count += 1) await end('unreached');
    assert.equal(inside.length, 0, 'the next wait for their turn');
    await pass(999);
    assert.equal(inside.length, 0, 'for a second');
    await pass(1);
    assert.equal(inside.length, 3);
  }
});

test('an answer gives back at once the places that are kept (3)', async () => {
  const { inside, ask, end, pass } = await probing();
  await ask(...lanes(0, 600));
  await end('unreached');
  await end('unreached');
  assert.equal(inside.length, 1);
  await end('answered');
  assert.equal(inside.length, 3);
  await pass(50);
  assert.equal(inside.length, 4, 'the fourth place has rested');
});

test('a gate that is opened keeps no places any more, for who stops must not be waited for', async () => {
  const { gate, inside, ask, end } = await probing();
  await ask(...lanes(0, 600));
  await end('unreached');
  assert.equal(inside.length, 2);
  gate.open();
  await turn();
  assert.equal(inside.length, 3);
  for (let count = 0; count < 50; count += 1) await end('unreached');
  assert.equal(inside.length, 3);
});

test('an endpoint that answers again takes one more each half second, not all at once (3, 4)', async () => {
  const { inside, ask, end, pass } = await probing();
  await ask(...lanes(0, 2_000));
  const taken = [inside.length];
  for (let half = 0; half < 130; half += 1) {
    await end('answered');
    await pass(500);
    taken.push(inside.length);
  }
  assert.deepEqual(
    taken,
    Array.from({ length: 131 }, (_, halves) => Math.min(3 + halves, 128)),
  );
});

test('an endpoint that answers seldom gets up no slower (4)', async () => {
  const { inside, ask, end, pass } = await probing();
  await ask(...lanes(0, 2_000));
  await end('answered');
  await pass(1_000);
  assert.equal(inside.length, 4);
  await end('answered');
  await pass(60_000);
  assert.equal(inside.length, 6);
  await end('answered');
  await pass(50);
  assert.equal(inside.length, 10);
});

test('a place rests between two calls while its endpoint gets up (4)', async () => {
  const { inside, ask, end, pass } = await probing();
  await ask(...lanes(0, 600));
  await end('answered');
  for (let count = 0; count < 3; count += 1) await end('answered');
  assert.equal(inside.length, 0);
  await pass(49);
  assert.equal(inside.length, 0);
  await pass(1);
  assert.equal(inside.length, 4);
});

test('an endpoint that fails again while it gets up is probed again (2, 4)', async () => {
  const { inside, ask, end, pass } = await probing();
  await ask(...lanes(0, 600));
  for (let count = 0; count < 9; count += 1) {
    await end('answered');
    await pass(500);
  }
  assert.equal(inside.length, 12);
  while (inside.length > 0) await end('unreached');
  await pass(1_000);
  assert.equal(inside.length, 3);
});

test('a slow endpoint that is probed leaves the others of its host alone (2)', async () => {
  const { inside, enter } = await probing();
  for (let count = 0; count < 20; count += 1) void enter(`status ${count}`, 'https://desk.example/status');
  await turn();
  assert.equal(inside.length, 20);
});

test('endpoints that were called once are forgotten when there are many, and those that fail are not', async () => {
  const { inside, enter, end } = await probing();
  for (let count = 0; count < 3_000; count += 1) {
    await enter('once', `https://desk-${count}.example/`);
    await end('answered');
  }
  for (let count = 0; count < 10; count += 1) void enter(`lane ${count}`);
  await turn();
  assert.equal(inside.length, 3, 'it is still probed');
});
