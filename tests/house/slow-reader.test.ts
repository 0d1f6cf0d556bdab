// Readers that do not read (docs/socket.md, 4408): they are closed in time, resume without a hole, and hold up nobody. The
// sockets are real: a client that reads no more fills the kernel's buffers first, then ours.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { ServerFrame } from '../../src/contract/frames.ts';
import { highWater } from '../../src/live/stream.ts';
import { supportFlow } from './kit/flows.ts';
import { connectTalk, type House, houseFor } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const fast = { BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000' };

/** Frames that are facts: they have a place in the log. */
const facts = (frames: readonly ServerFrame[]): readonly ServerFrame[] =>
  frames.filter(({ type }) => type === 'message' || type === 'session');

/** Bytes that wait in this process for readers to take them. */
async function waiting(house: House): Promise<number> {
  const { text } = await house.ask('GET', '/metrics');
  return Number(/^baton_socket_bytes_waiting (\d+)/m.exec(text)?.[1]);
}

/** One line of the flow becomes so many messages of 16 kB in one commit. */
const flood = 600;

function floodFlow(house: House): object {
  const nodes = {
    ask: { type: 'collect-input', parameter: 'NEXT', outputs: { default: 'flood' } },
    flood: { type: 'send-message', text: '$LONG'.repeat(flood), outputs: { default: 'done' } },
    done: { type: 'send-message', text: 'Done $NEXT.', outputs: { default: 'ask' } },
  };
  const parameters = [
    { name: 'NEXT', kind: 'custom' },
    { name: 'LONG', kind: 'custom', value: '🙂'.repeat(4_096) },
  ];
  return { ...supportFlow(house.desk), parameters, start: 'ask', nodes };
}

async function floodedReader(house: House) {
  await house.publish(floodFlow(house));
  const session = await house.init();
  const slow = house.connect(session);
  await house.until('it is open', async () => (await house.eventsOf(session.id, 'input-awaited')).length === 1);
  slow.socket.pause();
  await house.step(session, { input: null });
  for (const input of ['one', 'two']) assert.equal((await house.step(session, { input })).status, 200);
  await house.settle();
  return { session, slow };
}

test('a reader who takes nothing for 15 s is closed with 4408 and resumes without a hole', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const { session, slow } = await floodedReader(house);
  house.hands.advance(15_000);
  await house.settle();
  slow.socket.resume();
  assert.equal((await slow.ends()).code, 4408);
  assert.ok(!slow.texts().includes('Done two.'), 'it was closed before it had all');
  const again = house.connect(session, { after: slow.lastSeq() });
  await again.hears('Done two.');
  const whole = [...facts(slow.frames), ...facts(again.frames)];
  const watcher = house.connect(session);
  await watcher.hears('Done two.');
  assert.deepEqual(whole, facts(watcher.frames));
  assert.equal(watcher.messages().length, 2 * flood + 4);
});

test('a reader who takes it up again in time is sent everything on the same socket', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const { slow } = await floodedReader(house);
  house.hands.advance(14_999);
  await house.settle();
  slow.socket.resume();
  await slow.hears('Done two.');
  assert.ok(slow.isOpen());
  assert.equal(slow.messages().length, 2 * flood + 4);
});

test('a reader who does not read holds up nobody else', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const { session } = await floodedReader(house);
  const other = house.connect(session);
  await other.hears('Done two.');
  other.say('three');
  await other.hears('Done three.');
});

const longest = 16 * 1024 + 512;

test('one commit of 10 MB to a reader who does not read waits in the log, not in memory', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const { slow } = await floodedReader(house);
  await house.until('the kernel holds no more', async () => (await waiting(house)) > 0);
  for (let look = 0; look < 50; look += 1) {
    const bytes = await waiting(house);
    assert.ok(bytes <= highWater + longest, `${bytes} bytes wait`);
  }
  slow.socket.resume();
  await slow.hears('Done two.');
  assert.equal(slow.messages().length, 2 * flood + 4);
  await house.until('nothing waits', async () => (await waiting(house)) === 0);
});

test('a thousand live messages to a slow reader cost little memory and delay no other tab', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const { user, ...session } = await connectTalk(house);
  const slow = house.connect(session);
  await slow.sees('connected');
  slow.socket.pause();
  const text = '字'.repeat(4_000);
  let most = 0;
  for (let count = 0; count < 1_000; count += 20) {
    const calls = Array.from({ length: 20 }, (_, index) =>
      house.outbound(session.id, { text: `${count + index} ${text}` }),
    );
    for (const { status } of await Promise.all(calls)) assert.equal(status, 200);
    most = Math.max(most, await waiting(house));
  }
  await house.until('the other tab has all', () => user.messages().length >= 1_003);
  most = Math.max(most, await waiting(house));
  assert.ok(most > 0, 'the network held it all');
  assert.ok(most <= 2 * highWater + longest, `${most} bytes waited`);
  house.hands.advance(15_000);
  await house.settle();
  slow.socket.resume();
  assert.equal((await slow.ends()).code, 4408);
  const again = house.connect(session, { after: slow.lastSeq() });
  await house.until('it has the rest', () => again.lastSeq() === user.lastSeq());
  assert.deepEqual([...facts(slow.frames), ...facts(again.frames)], facts(user.frames));
});

test('a slow reader who takes not even the close does not keep the server from stopping', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const { session, slow } = await floodedReader(house);
  house.hands.advance(15_000);
  await house.settle();
  const other = house.connect(session);
  await other.hears('Done two.');
  let isStopped = false;
  const stopped = house.stop().then(() => {
    isStopped = true;
  });
  await house.advanceUntil('it stops', 100, () => isStopped);
  await stopped;
  slow.socket.terminate();
});
