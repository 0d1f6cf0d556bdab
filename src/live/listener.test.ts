import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import type { ServerFrame } from '../contract/frames.ts';
import { handClock } from '../platform/hand-clock.ts';
import { listen } from './listener.ts';
import type { Stream } from './stream.ts';

/** A socket of paper that is listened to. */
function stage() {
  const clock = handClock(0);
  const state = { isPaused: false, bufferedAmount: 0, codes: [] as number[], taken: 0, told: [] as ServerFrame[] };
  const unstored = new Set<string>();
  const emitter = Object.assign(new EventEmitter(), {
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
  listen(clock, emitter as unknown as WebSocket, stream, async (frame) => {
    state.taken += 1;
    if (frame.type !== 'message' || !unstored.has(frame.id)) return null;
    return { type: 'error', code: 'unavailable', message: 'Send it again.', id: frame.id };
  });
  const send = (frame: object | string, isBinary = false): void => {
    emitter.emit('message', Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), isBinary);
  };
  return { clock, state, send, emitter, unstored };
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
  const { state, send, unstored } = stage();
  const say = async (id: string): Promise<number> => {
    const { taken } = state;
    send({ type: 'message', id, text: 'Hello' });
    await Promise.resolve();
    return state.taken - taken;
  };
  unstored.add('m1');
  assert.equal(await say('m1'), 1);
  unstored.clear();
  assert.equal(await say('m2'), 0);
  assert.equal(await say('m1'), 1);
  assert.equal(await say('m2'), 1);
  const ids = state.told.map((frame) => (frame.type === 'error' ? `${frame.code} ${frame.id}` : frame.type));
  assert.deepEqual(ids, ['unavailable m1', 'unavailable m2']);
  unstored.add('m1');
  await say('m1');
  for (let count = 0; count < 1_000; count += 1) send({ type: 'message', id: `n${count}`, text: 'Hello' });
  assert.ok(state.isPaused, 'what is held back is read no faster than other frames that the engine does not limit');
});
