import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import type { Clock } from '../platform/clock.ts';
import { handClock } from '../platform/hand-clock.ts';
import { admit } from './admission.ts';
import { Heartbeat } from './heartbeat.ts';
import { createHub } from './hub.ts';

const sessionId = '01890000-0000-7000-8000-000000000001';

/** A clock that counts what waits for it. */
function countingClock(): Clock & Readonly<{ waiting: () => number }> {
  const hands = handClock(0);
  let waiting = 0;
  return {
    ...hands,
    waiting: () => waiting,
    after: (ms, action) => {
      waiting += 1;
      let isOver = false;
      const cancel = hands.after(ms, action);
      return () => {
        cancel();
        if (!isOver) waiting -= 1;
        isOver = true;
      };
    },
  };
}

test('a socket that closes while it is let in leaves no timer behind, which would keep a stopped server alive', async () => {
  const clock = countingClock();
  const webSocket = Object.assign(new EventEmitter(), {
    ...{ OPEN: 1, readyState: 1, pause: () => {}, resume: () => {}, close: () => {} },
  });
  const read = Promise.withResolvers<null>();
  const parts = {
    ...{ clock, hub: createHub(null), heartbeat: new Heartbeat(clock) },
    tokens: { grantOf: async () => ({ sessionId, until: 1_000, opens: { virtualAgentId: 'support', until: 1_000 } }) },
    engine: { read: () => read.promise, published: async () => ({ webChat: true }) },
  } as unknown as Parameters<typeof admit>[0];
  const connection = { webSocket: webSocket as unknown as WebSocket, wire: new EventEmitter() as Socket };
  const target = { sessionId, token: 'token', after: 0, origin: undefined, address: '127.0.0.1' };
  const admitted = admit(parts, connection, target);
  await new Promise(setImmediate);
  webSocket.readyState = 3;
  webSocket.emit('close');
  read.resolve(null);
  await admitted;
  assert.equal(clock.waiting(), 0);
});
