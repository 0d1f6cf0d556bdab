import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Contact, Gate } from './gate.ts';

const url = 'https://desk.example/inbound';

/** A call that was let in, and what ends it. */
type Entered = Readonly<{ lane: string; leave: (contact: Contact) => void }>;

/** A gate with the calls that are under way, in the order in which they were let in. */
function bench() {
  const gate = new Gate();
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
  return { inside, enter, ask, end };
}

const lanes = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `lane ${from + index}`);

/** A gate whose endpoint three lanes could not reach. */
async function probing() {
  const all = bench();
  await all.ask('a', 'b', 'c');
  for (let count = 0; count < 3; count += 1) await all.end('unreached');
  return all;
}

test('an endpoint takes 200 calls at once; the others wait their turn, first come, first served', async () => {
  const { inside, ask, end } = bench();
  await ask(...lanes(0, 210));
  assert.equal(inside.length, 200);
  for (let count = 0; count < 5; count += 1) await end('answered');
  assert.deepEqual(
    inside.slice(-5).map(({ lane }) => lane),
    lanes(200, 205),
  );
  assert.equal(inside.length, 200);
});

test('one endpoint does not wait for another', async () => {
  const { inside, ask, enter } = bench();
  await ask(...lanes(0, 201));
  await enter('other', 'https://other.example/inbound');
  assert.equal(inside.at(-1)?.lane, 'other');
});

test('an endpoint that three lanes could not reach is probed by three calls at a time', async () => {
  const { inside, ask } = await probing();
  await ask(...lanes(0, 20));
  assert.deepEqual(
    inside.map(({ lane }) => lane),
    lanes(0, 3),
  );
});

test('calls that were under way before are not followed by others until fewer than three are left', async () => {
  const { inside, ask, end } = bench();
  await ask(...lanes(0, 10));
  for (let count = 0; count < 3; count += 1) await end('unreached');
  await ask('late');
  for (let left = 7; left > 3; left -= 1) {
    assert.equal(inside.length, left, 'the late one waits');
    await end('unreached');
  }
  assert.ok(!inside.some(({ lane }) => lane === 'late'));
  await end('unreached');
  assert.deepEqual([inside.length, inside.at(-1)?.lane], [3, 'late']);
});

test('one lane or two that fail again and again are no reason to probe', async () => {
  const { inside, ask, end } = bench();
  for (let round = 0; round < 10; round += 1) {
    await ask('a', 'b');
    await end('unreached');
    await end('unreached');
  }
  await ask(...lanes(0, 20));
  assert.equal(inside.length, 20);
});

test('a call that was not made says nothing about the endpoint', async () => {
  const all = bench();
  await all.ask(...lanes(0, 10));
  for (let count = 0; count < 10; count += 1) await all.end('not called');
  await all.ask(...lanes(0, 10));
  assert.equal(all.inside.length, 10);
  const { inside, ask, end } = await probing();
  await ask('a');
  await end('not called');
  await ask(...lanes(0, 10));
  assert.equal(inside.length, 3, 'it is still probed');
});

test('an answer between the failures counts them anew', async () => {
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

test('while an endpoint is probed the lanes take turns', async () => {
  const { ask, end } = await probing();
  const all = lanes(0, 10);
  await ask(...all);
  const probes: string[] = [];
  for (let count = 0; count < 30; count += 1) {
    const lane = await end('unreached');
    probes.push(lane);
    await ask(lane);
  }
  assert.deepEqual(probes, [...all, ...all, ...all]);
});

test('any answer to a probe lets all in again', async () => {
  const { inside, ask, end } = await probing();
  await ask(...lanes(0, 300));
  assert.equal(inside.length, 3);
  await end('answered');
  assert.equal(inside.length, 200);
});
