import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
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

/** A socket that is being let in, until its session is `known`. */
function stage() {
  const clock = countingClock();
  const submitted: string[] = [];
  const webSocket = Object.assign(new EventEmitter(), {
    ...{ OPEN: 1, readyState: 1, bufferedAmount: 0, isPaused: false },
    ...{ pause: () => {}, resume: () => {}, close: () => {}, send: () => {} },
  });
  const known = Promise.withResolvers<object | null>();
  const engine = {
    read: () => known.promise,
    ...{ flowOf: async () => ({}), published: async () => ({ webChat: true }) },
    submit: async (_: string, { clientId }: Readonly<{ clientId: string }>) => {
      submitted.push(clientId);
      return { kind: 'done', seq: submitted.length };
    },
  };
  const parts = {
    ...{ clock, engine, hub: createHub(null), heartbeat: new Heartbeat(clock), random: { uuid: () => sessionId } },
    ...{ sessions: { readEvents: async () => [] } },
    tokens: { grantOf: async () => ({ sessionId, until: 1_000, opens: { virtualAgentId: 'support', until: 1_000 } }) },
  } as unknown as Parameters<typeof admit>[0];
  const connection = {
    webSocket: webSocket as unknown as WebSocket,
    wire: { cork: () => {}, uncork: () => {} } as Socket,
  };
  const target = { sessionId, token: 'token', after: 9, origin: undefined, address: '127.0.0.1' };
  const say = (id: string): void => {
    webSocket.emit('message', Buffer.from(JSON.stringify({ type: 'message', id, text: 'Hello' })), false);
  };
  return { clock, webSocket, known, submitted, say, admitted: admit(parts, connection, target) };
}

const session = { version: 9, phase: { kind: 'waiting' }, socketSeen: true };

test('a socket that closes while it is let in leaves no timer behind, which would keep a stopped server alive', async () => {
  const { clock, webSocket, known, admitted } = stage();
  await turn();
  webSocket.readyState = 3;
  webSocket.emit('close');
  known.resolve(null);
  await admitted;
  assert.equal(clock.waiting(), 0);
});

test('a socket that is let in is listened to', async () => {
  const { known, submitted, say, admitted } = stage();
  known.resolve(session);
  await admitted;
  say('m1');
  assert.deepEqual(submitted, ['m1']);
});

test('a socket that was told to come again while it was let in is not heard in the middle of what it says', async () => {
  const { webSocket, known, submitted, say, admitted } = stage();
  await turn();
  // Closing reads on, for the answer to the close, and nobody listens yet.
  webSocket.readyState = 2;
  say('m1');
  known.resolve(session);
  await admitted;
  say('m2');
  assert.deepEqual(submitted, []);
});
