import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { ClientFrame, ServerFrame } from '../contract/frames.ts';
import { handClock } from '../platform/hand-clock.ts';
import { listen } from './listener.ts';
import type { Stream } from './stream.ts';

/** A socket of paper that is listened to. */
function stage() {
  const clock = handClock(0);
  const state = { isPaused: false, bufferedAmount: 0, codes: [] as number[], taken: 0, told: [] as ServerFrame[] };
  const unstored = new Set<string>();
  /** What is in the log, whatever was answered. */
  const stored = new Set<string>();
  const isStored = async (id: string): Promise<boolean> => stored.has(id);
  const emitter = Object.assign(new EventEmitter(), {
    ...{ OPEN: 1, readyState: 1 },
    pause: () => {
      state.isPaused = true;
    },
    resume: () => {
      state.isPaused = false;
    },
    close: (code: number) => state.codes.push(code),
  });
  for (const name of ['isPaused', 'bufferedAmount'] as const)
    Object.defineProperty(emitter, name, { get: () => state[name] });
  const stream = { tell: (frame: ServerFrame) => state.told.push(frame) } as unknown as Stream;
  const take = async (frame: ClientFrame): Promise<ServerFrame | null> => {
    state.taken += 1;
    if (frame.type !== 'message' || !unstored.has(frame.id)) return null;
    return { type: 'error', code: 'unavailable', message: 'Send it again.', id: frame.id };
  };
  listen(clock, emitter as unknown as WebSocket, stream, { take, isStored });
  const send = (frame: object | string, isBinary = false): void => {
    emitter.emit('message', Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), isBinary);
  };
  /** @returns whether it was taken, and not held back. */
  const say = async (id: string): Promise<boolean> => {
    const { taken } = state;
    send({ type: 'message', id, text: 'Hello' });
    await turn();
    return state.taken > taken;
  };
  return { clock, state, send, say, emitter, unstored, stored };
}

test('whoever takes no answers is closed before they fill the memory', () => {
  const { state, send } = stage();
  send({ type: 'ping' });
  assert.deepEqual(state.told, [{ type: 'pong' }]);
  state.bufferedAmount = 512 * 1024 + 1;
  send({ type: 'ping' });
  assert.deepEqual([state.told.length, state.codes], [1, [4408]]);
});

test('wrong frames are forgiven with time: binary ones, no JSON, unknown kinds', () => {
  const { clock, state, send } = stage();
  for (let count = 0; count < 49; count += 1) send('{}', count % 2 === 0);
  assert.deepEqual([state.told.length, state.codes], [49, []]);
  clock.advance(2_000);
  for (let count = 0; count < 10; count += 1) send('no JSON');
  assert.deepEqual(state.codes, []);
  send({ type: 'unknown' });
  assert.deepEqual(state.codes, [1008]);
});

test('small frames and pings beyond the share are held back for a second, messages are not', async () => {
  const { clock, state, send, emitter } = stage();
  for (let count = 0; count < 999; count += 1)
    if (count % 2 === 0) send({ type: 'typing' });
    else emitter.emit('ping');
  await Promise.resolve();
  for (let count = 0; count < 2_000; count += 1) {
    send({ type: 'message', id: `m${count}`, text: 'Hello' });
    await Promise.resolve();
  }
  assert.equal(state.isPaused, false);
  emitter.emit('ping');
  assert.equal(state.isPaused, true);
  clock.advance(999);
  assert.equal(state.isPaused, true);
  clock.advance(1);
  assert.equal(state.isPaused, false);
  assert.deepEqual(state.codes, []);
});

test('a message that could not be stored holds back those after it until it is said again', async () => {
  const { state, send, say, unstored } = stage();
  unstored.add('m1');
  assert.equal(await say('m1'), true);
  unstored.clear();
  assert.equal(await say('m2'), false);
  assert.equal(await say('m1'), true);
  assert.equal(await say('m2'), true);
  const ids = state.told.map((frame) => (frame.type === 'error' ? `${frame.code} ${frame.id}` : frame.type));
  assert.deepEqual(ids, ['unavailable m1', 'unavailable m2']);
  unstored.add('m1');
  await say('m1');
  for (let count = 0; count < 1_000; count += 1) send({ type: 'message', id: `n${count}`, text: 'Hello' });
  assert.ok(state.isPaused, 'what is held back is read no faster than other frames that the engine does not limit');
});

test('a message that was stored, and whose answer was lost, holds back nobody who saw it in the stream', async () => {
  const { say, unstored, stored } = stage();
  unstored.add('m1');
  assert.equal(await say('m1'), true);
  stored.add('m1');
  assert.equal(await say('m2'), false, 'that it is stored is not known yet');
  assert.equal(
    await say('m3'),
    false,
    'it may have been on its way before its sender heard that the second was held back',
  );
  assert.equal(await say('m2'), true);
  assert.equal(await say('m3'), true);
});

test('when one that was held back is stored by another socket, the next one that was held back is waited for', async () => {
  const { say, unstored, stored } = stage();
  unstored.add('m1');
  assert.equal(await say('m1'), true);
  assert.equal(await say('m2'), false);
  assert.equal(await say('m3'), false);
  for (const id of ['m1', 'm2']) stored.add(id);
  assert.equal(await say('m4'), false);
  assert.equal(await say('m4'), false, 'the third is not stored');
  assert.equal(await say('m3'), true);
  assert.equal(await say('m4'), true);
});

test('of several messages whose answers were lost the first that is not stored is waited for', async () => {
  const { send, say, unstored, stored } = stage();
  for (const id of ['m1', 'm2', 'm3']) unstored.add(id);
  for (const id of ['m1', 'm2']) send({ type: 'message', id, text: 'Hello' });
  assert.equal(await say('m3'), true, 'all three were on their way together');
  unstored.clear();
  for (const id of ['m1', 'm2']) stored.add(id);
  assert.equal(await say('m4'), false);
  assert.equal(await say('m4'), false, 'the third is not stored');
  assert.equal(await say('m3'), true);
  assert.equal(await say('m4'), true);
});
