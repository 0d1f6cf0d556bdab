import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { studioSample } from '../../tests/formats/studio-sample.ts';
import { systemClock } from '../platform/clock.ts';
import { handClock } from '../platform/hand-clock.ts';
import { maxDefinitionBytes } from './import-file.ts';
import { type Importer, importThread } from './import-thread.ts';

async function told(importer: Importer, file: Uint8Array, saidToBeJson = false): Promise<string> {
  const read = await importer.read({ file, saidToBeJson });
  return read === null ? 'closed' : 'message' in read ? read.message : `${(read.definition as { name: string }).name}`;
}

const agent = { name: 'Support', start: 'a', nodes: { a: { type: 'end-conversation' } } };
const json = (value: unknown): Uint8Array => strToU8(JSON.stringify(value));

test('what a file is shows in it, whatever it is said to be', async (t) => {
  const importer = importThread(systemClock());
  t.after(importer.close);
  assert.equal(await told(importer, studioSample(), true), 'Café Baton');
  assert.equal(await told(importer, json(agent)), 'Support');
  // A small buffer is a part of one that others have parts of, too.
  assert.equal(await told(importer, Buffer.from(JSON.stringify(agent))), 'Support');
  assert.equal(await told(importer, strToU8(`\ufeff\n ${JSON.stringify({ definition: agent })}`)), 'Support');
  assert.match(await told(importer, strToU8('hello')), /is no zip file/);
  assert.match(await told(importer, strToU8('hello'), true), /no JSON/);
  assert.match(await told(importer, new Uint8Array()), /empty/);
  assert.match(await told(importer, new Uint8Array([0x7b, 0xff, 0xfe])), /UTF-8/);
  assert.match(await told(importer, strToU8('{"nodes": {"__proto__": {}}}')), /__proto__/);
  assert.match(
    await told(importer, json({ ...agent, name: 'x'.repeat(maxDefinitionBytes) })),
    /are the most; divide it/,
  );
});

test('a file that takes too much memory or too long ends its thread and nothing else', async (t) => {
  const importer = importThread(systemClock());
  t.after(importer.close);
  const objects = `{"nodes":[${'{"a":{}},'.repeat(2_000_000)}{}]}`;
  const zip = zipSync({ 'agent.json': strToU8('{}'), 'version.json': strToU8(objects) });
  assert.match(await told(importer, zip), /more memory|more than 2000 nodes/);
  assert.equal(await told(importer, json(agent)), 'Support');
  const hands = handClock(0);
  const slow = importThread(hands);
  t.after(slow.close);
  const late = told(slow, zip);
  await Promise.resolve();
  await Promise.resolve();
  hands.advance(60_000);
  assert.match(await late, /longer to read/);
});

test('what is read when it is closed is not read, nor what waits', async () => {
  const importer = importThread(systemClock());
  const both = [told(importer, studioSample()), told(importer, studioSample())];
  await Promise.resolve();
  await importer.close();
  assert.deepEqual(await Promise.all(both), ['closed', 'closed']);
});
