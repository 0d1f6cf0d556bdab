import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailableError } from '../../src/store/unavailable.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, connectTalk, type House, houseFor } from './kit/house.ts';
import { embeddedOnly } from './kit/storage.ts';

// The record of calls that manage: each of them is there, before it takes effect, and nothing is in it that opens a door.

type Entry = Readonly<{
  id: string;
  at: string;
  actor: string;
  key_id: string | null;
  address: string | null;
  operation: string;
  target: string;
  status: number | null;
  code: string | null;
}>;
type Page = Readonly<{ entries: readonly Entry[]; next_after: string | null }>;

const hands = Date.UTC(2026, 4, 3);
const year = 365 * 86_400_000;

/** Oldest first. */
const entries = async (house: House): Promise<readonly Entry[]> =>
  (await house.ask<Page>('GET', '/audit?limit=1000')).body.entries.toReversed();

const short = ({ actor, operation, target, status, code }: Entry) => [actor, operation, target, status, code];

test('every call that manages is on record with who, from where, what and how it ended', async (t) => {
  const house = await houseFor(t);
  house.desk.behave = ({ kind }) => ({ status: kind === 'inbound' ? 400 : 200, body: '{}' });
  const { user } = await connectTalk(house);
  user.say('nobody takes this');
  const dead = await house.until('a call is dead', async () => (await house.deliveries('state=dead'))[0]);
  const made = await house.ask<{ id: string; key: string }>('POST', '/keys', {
    json: { label: 'operator', scopes: ['manage', 'read'] },
  });
  const headers = { 'x-vgai-key': made.body.key };
  await house.ask('GET', '/agents/support/secrets', { headers });
  await house.ask('POST', '/agents/support/secrets', { headers });
  await house.ask('POST', `/deliveries/${dead.id}/skip`, { headers });
  await house.ask('POST', `/deliveries/${dead.id}/replay`, { headers });
  await house.ask('PUT', '/agents/support', { json: { name: 'no flow' }, headers });
  await house.ask('DELETE', '/agents/support', { headers });
  await house.ask('DELETE', '/agents/support', { headers });
  const rotated = await house.ask<{ id: string }>('POST', `/keys/${made.body.id}/rotate`);
  await house.ask('DELETE', `/keys/${made.body.id}`);
  await house.ask('GET', '/keys');
  const { id } = made.body;
  const found = await entries(house);
  assert.deepEqual(found.map(short), [
    ['BATON_KEY', 'publishAgent', 'support', 200, null],
    ['BATON_KEY', 'makeKey', id, 200, null],
    ['operator', 'listSecrets', 'support', 200, null],
    ['operator', 'rotateSecret', 'support', 200, null],
    ['operator', 'skipDelivery', dead.id, 200, null],
    ['operator', 'replayDelivery', dead.id, 409, 'delivery-state'],
    ['operator', 'publishAgent', 'support', 422, 'invalid-flow'],
    ['operator', 'deleteAgent', 'support', 204, null],
    ['operator', 'deleteAgent', 'support', 404, 'agent-not-found'],
    ['BATON_KEY', 'rotateKey', `${id} ${rotated.body.id}`, 200, null],
    ['BATON_KEY', 'revokeKey', id, 204, null],
  ]);
  assert.deepEqual(new Set(found.map(({ address }) => address)), new Set(['127.0.0.1']));
  assert.deepEqual([found[0]?.key_id, found[2]?.key_id], [null, id]);
});

test('pages of the record follow one another without a hole, newest first', async (t) => {
  const house = await houseFor(t, { hands });
  for (let call = 0; call < 7; call += 1) {
    await house.ask('DELETE', `/agents/none-${call}`);
    house.hands.advance(1);
  }
  const seen: string[] = [];
  let after: string | null = '';
  while (after !== null) {
    const { body }: { body: Page } = await house.ask<Page>('GET', `/audit?limit=3${after && `&after=${after}`}`);
    seen.push(...body.entries.map(({ target }) => target));
    after = body.next_after;
  }
  assert.deepEqual(
    seen,
    [6, 5, 4, 3, 2, 1, 0].map((call) => `none-${call}`),
  );
  for (const query of ['limit=0', 'limit=1001', 'after=then']) {
    assert.equal((await house.ask('GET', `/audit?${query}`)).body.code, 'wrong-shape', query);
  }
});

test('an entry is on disk before its call takes effect, so a crash in between leaves that it began', async (t) => {
  const house = await houseFor(t);
  const { agents } = house.app.store;
  const remove = agents.remove;
  let seen: readonly unknown[] = [];
  Object.assign(agents, {
    remove: async (id: string) => {
      seen = await house.storage.ask('SELECT operation, target, status FROM audit ORDER BY id DESC LIMIT 1');
      return remove(id);
    },
  });
  await house.publish(supportFlow(house.desk));
  await house.ask('DELETE', '/agents/support');
  assert.deepEqual(
    seen.map((row) => ({ ...(row as object) })),
    [{ operation: 'deleteAgent', target: 'support', status: null }],
  );
});

test('a call whose entry cannot be written is not made', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const full = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' });
  for (const error of [full, new StoreUnavailableError('The database is away.')]) {
    Object.assign(house.app.store.audit, { begin: () => Promise.reject(error) });
    const { status, body } = await house.ask('DELETE', '/agents/support');
    assert.deepEqual([status, body.code], [503, 'unavailable']);
  }
  assert.equal((await house.ask('GET', '/agents/support')).status, 200);
  const wrong = await house.ask('DELETE', '/agents/support', { headers: { 'x-vgai-key': 'wrong' } });
  assert.equal(wrong.status, 401, 'a refusal needs no record');
});

test('a program that polls secrets is on record once an hour', async (t) => {
  const house = await houseFor(t, { hands });
  await house.publish(supportFlow(house.desk));
  const poll = () => house.ask('GET', '/agents/support/secrets');
  for (let polls = 0; polls < 10; polls += 1) await poll();
  const shown = async () => (await entries(house)).filter(({ operation }) => operation === 'listSecrets').length;
  assert.equal(await shown(), 1);
  house.hands.advance(3_600_000);
  await poll();
  assert.equal(await shown(), 2);
  await house.ask('GET', '/agents/gone/secrets');
  await house.ask('GET', '/agents/gone/secrets');
  assert.equal(await shown(), 2, 'what is not there may be asked for without end and leaves nothing');
});

test('who is turned away is on record, a key that lacks the scope by its name', async (t) => {
  const house = await houseFor(t);
  const reader = await house.ask<{ id: string; key: string }>('POST', '/keys', {
    json: { label: 'reader', scopes: ['read'] },
  });
  await house.askBare('DELETE', '/agents/support');
  await house.askBare('DELETE', '/agents/support', { headers: { 'x-vgai-key': 'wrong' } });
  await house.askBare('DELETE', '/agents/support', { headers: { 'x-vgai-key': reader.body.key } });
  await house.askBare('GET', '/agents', { headers: { 'x-vgai-key': 'wrong' } });
  const [, ...found] = await entries(house);
  assert.deepEqual(found.map(short), [
    ['unknown', 'deleteAgent', 'support', 401, 'key-missing'],
    ['unknown', 'deleteAgent', 'support', 401, 'key-wrong'],
    ['reader', 'deleteAgent', 'support', 403, 'scope-missing'],
  ]);
  assert.deepEqual(
    found.map(({ key_id }) => key_id),
    [null, null, reader.body.id],
  );
});

test('strangers cannot fill the disk with refusals, from one address or from many', async (t) => {
  const house = await houseFor(t, { hands, environment: { BATON_TRUST_PROXY: '127.0.0.1' } });
  const knock = (address: string) =>
    house.askBare('DELETE', '/agents/support', { headers: { 'x-forwarded-for': address, 'x-vgai-key': 'wrong' } });
  for (let tries = 0; tries < 20; tries += 1) assert.equal((await knock('203.0.113.1')).status, 401);
  assert.equal((await entries(house)).length, 6);
  for (let tries = 0; tries < 100; tries += 1) assert.equal((await knock(`198.51.100.${tries}`)).status, 401);
  assert.equal((await entries(house)).length, 30);
  await house.ask('DELETE', '/agents/support');
  assert.equal((await entries(house)).length, 31, 'those who are let in are on record all the same');
});

test('what was put into a path by mistake is not kept when it is a key, a secret or no text', async (t) => {
  const house = await houseFor(t);
  const { key } = (await house.ask<{ key: string }>('POST', '/keys', { json: { label: 'x', scopes: ['read'] } })).body;
  await house.ask('DELETE', `/keys/${key}`);
  await house.ask('DELETE', '/agents/whsec_c2VjcmV0');
  await house.ask('DELETE', '/agents/%1b%5b31mred%0a');
  const targets = (await entries(house)).slice(1).map(({ target }) => target);
  assert.deepEqual(targets, ['baton_…', 'whsec_…', ' [31mred ']);
});

test('entries are dropped after a year, those of strangers after thirty days', async (t) => {
  const house = await houseFor(t, { hands });
  await house.ask('DELETE', '/agents/old');
  await house.askBare('DELETE', '/agents/old');
  house.hands.advance(30 * 86_400_000 - 1);
  await house.settle();
  assert.equal((await entries(house)).length, 2);
  const hour = 3_600_000;
  await house.advanceUntil('the stranger is forgotten', hour, async () => (await entries(house)).length === 1);
  house.hands.advance(year - 31 * 86_400_000);
  await house.settle();
  assert.equal((await entries(house)).length, 1);
  await house.advanceUntil('all is forgotten', hour, async () => (await entries(house)).length === 0);
});

test('the built-in desk is named where it asks for secrets', embeddedOnly, async (t) => {
  const { serve } = await import('../../src/serve.ts');
  const { readConfig } = await import('../../src/config.ts');
  const { silentLog } = await import('../../src/platform/log.ts');
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  await house.stop();
  const config = readConfig({
    ...{ PORT: '0', BATON_DATA: house.folder, BATON_KEY: accountKey, BATON_LOG_LEVEL: 'silent' },
  });
  const { app } = await serve(config, { log: silentLog });
  t.after(() => app.stop());
  const headers = { 'webhook-id': 'a', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
  const body = JSON.stringify({ agentId: 'support', sessionId: 'x' });
  await fetch(`${app.url}/desk/hooks/start`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  const [entry] = await app.store.audit.list(null, 1);
  assert.deepEqual(entry && [entry.actor, entry.keyId, entry.operation], ['built-in desk', null, 'listSecrets']);
});
