import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fastify } from 'fastify';
import { handClock } from '../platform/hand-clock.ts';
import { openDeskStore } from './store/desk-store.ts';
import { createStreams } from './streams.ts';

const at = '2026-11-24T08:00:00.000Z';

test('a reader that stands still is closed, costs little memory, and resumes', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-streams-'));
  const store = openDeskStore(folder);
  const clock = handClock(0);
  const streams = createStreams(store, clock);
  store.onChange(streams.hint);
  const server = fastify();
  const sent: { buffered: () => number; isCut: () => boolean }[] = [];
  server.get('/', (request, reply) => {
    sent.push({ buffered: () => reply.raw.writableLength, isCut: () => reply.raw.destroyed });
    streams.open(reply, { signIn: '', isSignedIn: async () => true }, Number(request.headers['last-event-id'] ?? 0));
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  t.after(async () => {
    streams.stop();
    await server.close();
    store.close();
    rmSync(folder, { recursive: true });
  });
  const many = 2_000;
  const text = '字'.repeat(4096); // 24 MB in all, more than the buffers between the two hold.
  store.commit(() => {
    for (let seq = 1; seq <= many; seq += 1) {
      const place = { conversationId: 'c', place: [seq, 0], messageId: `m${seq}`, seq, previousSeq: seq - 1 };
      store.entries.addUserMessage({ kind: 'user-message', ...place, text, at }, 0);
    }
  });
  const open = (lastEventId: number): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      get(url, { headers: { 'last-event-id': lastEventId }, agent: false }, resolve).on('error', reject);
    });
  const slow = await open(0);
  slow.on('error', () => {});
  slow.pause();
  assert.ok((sent[0]?.buffered() ?? 0) < 4 * 1024 * 1024, `${sent[0]?.buffered()} bytes wait in memory`);
  for (let beats = 0; beats < 3; beats += 1) clock.advance(15_000);
  assert.equal(sent[0]?.isCut(), true);

  const resumed = await open(many - 500);
  let seen = '';
  for await (const chunk of resumed.setEncoding('utf8')) {
    seen += chunk;
    if (seen.includes(`id: ${many}\n`) && seen.endsWith('\n\n')) break;
  }
  const first = many - 499;
  assert.deepEqual(
    [...seen.matchAll(/"messageId":"m(\d+)"/g)].map(([, n]) => Number(n)),
    Array.from({ length: 500 }, (_, index) => first + index),
  );
});
