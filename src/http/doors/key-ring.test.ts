import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handClock } from '../../platform/hand-clock.ts';
import { silentLog } from '../../platform/log.ts';
import { hashKey } from '../../platform/secrets.ts';
import type { KeyStore, StoredKey } from '../../store/store.ts';
import { createKeyRing } from './key-ring.ts';

const stored = (key: string, more: Partial<StoredKey> = {}): StoredKey => ({
  ...{ id: key, hash: hashKey(key), prefix: null, label: key, scopes: ['read'], requestsPerSecond: null, createdAt: 0 },
  ...{ expiresAt: null, revokedAt: null, lastUsedAt: null, successor: null, ...more },
});

function ringFor(valid: StoredKey[]) {
  const clock = handClock(0);
  const counts = { reads: 0, stamps: 0 };
  const keys = {
    valid: async () => {
      counts.reads += 1;
      return [...valid];
    },
    stamp: async () => {
      counts.stamps += 1;
      return valid.map(({ id }) => id).join();
    },
  } as unknown as KeyStore;
  const fixedKeys = [{ name: 'BATON_KEY', key: 'the account key', scopes: ['manage'] as const }];
  return { clock, counts, ring: createKeyRing({ keys, clock, log: silentLog, fixedKeys }) };
}

test('a flood of wrong keys reads no keys and pushes no good one out', async () => {
  const { clock, counts, ring } = ringFor([stored('good')]);
  assert.equal((await ring.find('good'))?.name, 'good');
  for (let tries = 0; tries < 20_000; tries += 1) assert.equal(await ring.find(`wrong ${tries}`), null);
  const known = ring.find('good');
  assert.ok(!(known instanceof Promise), 'the good one is found without asking');
  assert.equal(known?.name, 'good');
  assert.equal(counts.reads, 1);
  clock.advance(1_000);
  for (let tries = 0; tries < 1_000; tries += 1) await ring.find(`wrong again ${tries}`);
  assert.equal(counts.reads, 2);
});

test('many who come at once while nothing is known read the keys once', async () => {
  const { counts, ring } = ringFor([stored('good')]);
  const found = await Promise.all(Array.from({ length: 100 }, () => ring.find('good')));
  assert.ok(found.every((one) => one?.name === 'good'));
  assert.equal(counts.reads, 1);
});

test('a key that was taken away while keys were being read opens nothing afterwards', async () => {
  const valid = [stored('good')];
  const { ring } = ringFor(valid);
  const asked = ring.find('good');
  valid.pop();
  ring.forget();
  await asked;
  assert.equal(await ring.find('good'), null);
});

test('a key is over at the very instant at which it ends, without reading keys', async () => {
  const { clock, ring } = ringFor([stored('guest', { expiresAt: 500 })]);
  assert.notEqual(await ring.find('guest'), null);
  clock.advance(499);
  assert.notEqual(await ring.find('guest'), null);
  clock.advance(1);
  assert.equal(await ring.find('guest'), null);
});

test('the limit of a key goes on counting when keys are read again', async () => {
  const { clock, ring } = ringFor([stored('slow', { requestsPerSecond: 2 })]);
  const take = async (): Promise<number> => {
    const known = await ring.find('slow');
    assert.ok(known !== null);
    return ring.take(known);
  };
  assert.deepEqual([await take(), await take(), await take(), await take()], [0, 0, 0, 0]);
  assert.equal(await take(), 500);
  ring.forget();
  assert.equal(await take(), 500);
  clock.advance(500);
  assert.deepEqual([await take(), await take()], [0, 500]);
});

test('the account key opens while the database does not answer', async () => {
  const down = async () => {
    throw new Error('The database is down.');
  };
  const keys = { valid: down, stamp: down } as unknown as KeyStore;
  const fixedKeys = [{ name: 'BATON_KEY', key: 'the account key', scopes: ['manage'] as const }];
  const ring = createKeyRing({ keys, clock: handClock(0), log: silentLog, fixedKeys });
  assert.equal((await ring.find('the account key'))?.name, 'BATON_KEY');
  await assert.rejects(async () => ring.find('another'));
});
