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
  listen(clock, emitter as unknown as WebSocket, stream, async () => {
    state.taken += 1;
    return null;
  });
  const send = (frame: object | string, isBinary = false): void => {
    emitter.emit('message', Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)), isBinary);
  };
  return { clock, state, send, emitter };
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
