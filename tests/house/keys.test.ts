import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { type TestContext, test } from 'node:test';
import { hashKey } from '../../src/platform/secrets.ts';
import { mostKeys } from '../../src/store/store.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, type House, houseFor } from './kit/house.ts';

// Keys over HTTP: what they open, for how long, and what one key may do with another.

type Key = Readonly<{
  id: string;
  key: string;
  prefix: string | null;
  label: string;
  scopes: readonly string[];
  state: string;
  requests_per_second: number | null;
  expires_at: string | null;
  revoked_at: string | null;
  last_used_at: string | null;
  successor: string | null;
  code?: string;
  message?: string;
}>;

const hands = Date.UTC(2026, 4, 3);
const iso = (at: number): string => new Date(at).toISOString();
const all = ['init', 'live-agent', 'manage', 'read'];
const withKey = (key: string) => ({ headers: { 'x-vgai-key': key } });

async function make(house: House, json: object, by = accountKey): Promise<Key> {
  const { status, body, text } = await house.ask<Key>('POST', '/keys', { json, ...withKey(by) });
  assert.equal(status, 200, text);
  return body;
}

const statusWith = async (house: House, key: string, path = '/agents'): Promise<number> =>
  (await house.askBare('GET', path, withKey(key))).status;

const list = async (house: House): Promise<readonly Key[]> =>
  (await house.ask<{ keys: readonly Key[] }>('GET', '/keys')).body.keys;

const noAccountKey = (t: TestContext): Promise<House> => houseFor(t, { hands, environment: { BATON_KEY: '' } });

test('a key is shown once, and opens what its scopes say', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const made = await make(house, { label: 'reader', scopes: ['read'] });
  assert.match(made.key, /^baton_[\w-]{32}$/);
  assert.deepEqual([made.state, made.label, made.expires_at], ['valid', 'reader', null]);
  assert.equal(await statusWith(house, made.key), 200);
  const init = { json: { agent_id: 'support' }, ...withKey(made.key) };
  assert.equal((await house.askBare('POST', '/http/init', init)).body.code, 'scope-missing');
  const { text } = await house.ask('GET', '/keys');
  assert.ok(!text.includes(made.key) && !text.includes(hashKey(made.key)), 'neither the key nor its hash is shown');
  assert.ok(made.prefix !== null && made.key.startsWith(made.prefix) && text.includes(made.prefix));
});

test('a key that is revoked while a call with it is still being sent does nothing by it', async (t) => {
  const house = await houseFor(t);
  const leaked = await make(house, { label: 'leaked', scopes: ['manage', 'read'] });
  const body = JSON.stringify({ label: 'kept', scopes: ['manage'] });
  const headers = {
    ...{ 'x-vgai-key': leaked.key, expect: '100-continue' },
    ...{ 'content-type': 'application/json', 'content-length': body.length },
  };
  const call = request(`${house.url}/keys`, { method: 'POST', headers });
  call.flushHeaders();
  await once(call, 'continue');
  assert.equal(await statusWith(house, leaked.key), 200, 'by now the call was let in');
  assert.equal((await house.ask('DELETE', `/keys/${leaked.id}`)).status, 204);
  call.end(body);
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  assert.equal(answer.statusCode, 401);
  assert.deepEqual(
    (await list(house)).map(({ label }) => label),
    ['leaked'],
  );
});

test('a call with a body counts once for the limit of its key', async (t) => {
  const house = await houseFor(t, { hands });
  await house.publish(supportFlow(house.desk));
  const { key } = await make(house, { label: 'slow', scopes: ['init'], requests_per_second: 1 });
  const init = () => house.askBare('POST', '/http/init', { json: { agent_id: 'support' }, ...withKey(key) });
  assert.deepEqual([(await init()).status, (await init()).status, (await init()).status], [200, 200, 429]);
});

test('a wish for a key that cannot be granted is refused with every fault and makes none', async (t) => {
  const house = await houseFor(t, { hands });
  const label = 'x';
  const wishes: readonly object[] = [
    {},
    { label },
    { label, scopes: [] },
    { label, scopes: ['everything'] },
    { label, scopes: ['read', 'read'] },
    { label: '', scopes: ['read'] },
    { label: 'x'.repeat(101), scopes: ['read'] },
    { label: 'red \u001b[31m', scopes: ['read'] },
    { label, scopes: ['read'], requests_per_second: 0 },
    { label, scopes: ['read'], requests_per_second: 1.5 },
    { label, scopes: ['read'], expires_at: 'tomorrow' },
    { label, scopes: ['read'], expires_at: iso(hands) },
    { label, scopes: ['read'], expires_at: '2026-13-45T00:00:00Z' },
    { label, scopes: ['read'], hash: 'mine' },
  ];
  for (const json of wishes) {
    const { status, body } = await house.ask('POST', '/keys', { json });
    assert.deepEqual([status, body.code], [422, 'wrong-shape'], JSON.stringify(json));
  }
  assert.deepEqual(await list(house), []);
});

test('a key that is rotated goes on until the overlap is over, and its successor is like it', async (t) => {
  const house = await houseFor(t, { hands });
  const old = await make(house, { label: 'desk', scopes: ['read', 'live-agent'], requests_per_second: 100 });
  const { body: next } = await house.ask<Key>('POST', `/keys/${old.id}/rotate`);
  assert.deepEqual([next.label, next.scopes, next.requests_per_second], ['desk', ['read', 'live-agent'], 100]);
  assert.notEqual(next.key, old.key);
  const listed = async (id: string) => (await list(house)).find((key) => key.id === id);
  const [first, second] = [await listed(old.id), await listed(next.id)];
  assert.deepEqual([first?.expires_at, first?.successor, first?.state], [iso(hands + 86_400_000), next.id, 'valid']);
  assert.deepEqual([second?.expires_at, second?.successor], [null, null]);
  const twice = await house.ask('POST', `/keys/${old.id}/rotate`, { json: { overlap_hours: 1 } });
  assert.deepEqual([twice.status, twice.body.code], [409, 'key-state']);
  assert.match(String(twice.body.message), new RegExp(next.id));
  house.hands.advance(86_400_000 - 1);
  assert.deepEqual([await statusWith(house, old.key), await statusWith(house, next.key)], [200, 200]);
  house.hands.advance(1);
  assert.deepEqual([await statusWith(house, old.key), await statusWith(house, next.key)], [401, 200]);
  assert.equal((await listed(old.id))?.state, 'expired');
});

test('a key that is rotated without an overlap opens nothing at once', async (t) => {
  const house = await houseFor(t, { hands });
  const old = await make(house, { label: 'leaked', scopes: all });
  assert.equal(await statusWith(house, old.key), 200);
  const json = { overlap_hours: 0 };
  const { body: next } = await house.ask<Key>('POST', `/keys/${old.id}/rotate`, { json, ...withKey(old.key) });
  assert.deepEqual([await statusWith(house, old.key), await statusWith(house, next.key)], [401, 200]);
  for (const overlap_hours of [-1, 721, 'none']) {
    const refused = await house.ask('POST', `/keys/${next.id}/rotate`, { json: { overlap_hours } });
    assert.equal(refused.status, 422);
  }
});

test('a key that ends does not live longer by rotation', async (t) => {
  const house = await houseFor(t, { hands });
  const end = iso(hands + 3_600_000);
  const old = await make(house, { label: 'guest', scopes: ['read'], expires_at: end });
  const { body: next } = await house.ask<Key>('POST', `/keys/${old.id}/rotate`);
  assert.deepEqual(
    (await list(house)).map(({ expires_at }) => expires_at),
    [end, end],
  );
  house.hands.advance(3_600_000);
  assert.deepEqual([await statusWith(house, old.key), await statusWith(house, next.key)], [401, 401]);
  assert.equal((await house.ask('POST', `/keys/${next.id}/rotate`)).body.code, 'key-state');
});

test('a revoked key opens nothing at once, and revoking it again changes nothing', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, key } = await make(house, { label: 'reader', scopes: ['read'] });
  assert.equal(await statusWith(house, key), 200);
  assert.equal((await house.ask('DELETE', `/keys/${id}`)).status, 204);
  assert.equal(await statusWith(house, key), 401);
  const before = await list(house);
  house.hands.advance(5_000);
  assert.equal((await house.ask('DELETE', `/keys/${id}`)).status, 204);
  assert.deepEqual(await list(house), before);
  assert.equal((await house.ask('DELETE', `/keys/${key}`)).body.code, 'key-not-found');
  assert.equal((await house.ask('POST', '/keys/nobody/rotate')).body.code, 'key-not-found');
});

test('a key makes, rotates and revokes no key that could do more than itself', async (t) => {
  const house = await houseFor(t, { hands });
  const manager = await make(house, { label: 'manager', scopes: ['manage', 'read'] });
  const opener = await make(house, { label: 'opener', scopes: ['init', 'manage'] });
  const by = withKey(manager.key);
  const tries: readonly (readonly [string, string, object?])[] = [
    ['POST', '/keys', { label: 'x', scopes: ['init'] }],
    ['POST', '/keys', { label: 'x', scopes: ['read', 'live-agent'] }],
    ['POST', `/keys/${opener.id}/rotate`, { overlap_hours: 0 }],
    ['DELETE', `/keys/${opener.id}`],
  ];
  const before = await list(house);
  for (const [method, path, json] of tries) {
    const { status, body } = await house.ask(method, path, { ...by, ...(json && { json }) });
    assert.deepEqual([status, body.code], [403, 'scope-exceeded'], `${method} ${path}`);
    assert.match(String(body.message), /does not have the scope (init|live-agent)/);
  }
  assert.deepEqual(
    (await list(house)).map(({ id, state }) => [id, state]),
    before.map(({ id, state }) => [id, state]),
  );
  await make(house, { label: 'reader', scopes: ['read'] }, manager.key);
});

test('a key with a limit or an end makes none without', async (t) => {
  const house = await houseFor(t, { hands });
  const end = hands + 3_600_000;
  const slow = await make(house, { label: 'slow', scopes: all, requests_per_second: 50 });
  const guest = await make(house, { label: 'guest', scopes: all, expires_at: iso(end) });
  const wish = { label: 'x', scopes: ['read'] };
  const refused: readonly (readonly [string, object])[] = [
    [slow.key, wish],
    [slow.key, { ...wish, requests_per_second: 51 }],
    [guest.key, wish],
    [guest.key, { ...wish, expires_at: iso(end + 1) }],
  ];
  for (const [by, json] of refused) {
    assert.equal((await house.ask('POST', '/keys', { json, ...withKey(by) })).body.code, 'scope-exceeded');
  }
  const free = await make(house, { label: 'free', scopes: ['read'] });
  for (const by of [slow.key, guest.key]) {
    assert.equal((await house.ask('POST', `/keys/${free.id}/rotate`, withKey(by))).body.code, 'scope-exceeded');
  }
  await make(house, { ...wish, requests_per_second: 50 }, slow.key);
  await make(house, { ...wish, expires_at: iso(end) }, guest.key);
  assert.equal((await house.ask('POST', `/keys/${slow.id}/rotate`, withKey(slow.key))).status, 200);
});

test('the last key that may manage is not revoked while nothing else could manage', async (t) => {
  const house = await noAccountKey(t);
  const first = String(house.app.newKey);
  const { body } = await house.askBare<{ keys: readonly Key[] }>('GET', '/keys', withKey(first));
  const [{ id } = { id: '' }] = body.keys;
  const refused = await house.askBare('DELETE', `/keys/${id}`, withKey(first));
  assert.deepEqual([refused.status, refused.body.code], [409, 'last-key']);
  assert.equal(await statusWith(house, first), 200);
  const { key } = await make(house, { label: 'another', scopes: ['manage'], expires_at: iso(hands + 1_000) }, first);
  house.hands.advance(1_000);
  assert.equal((await house.askBare('DELETE', `/keys/${id}`, withKey(first))).body.code, 'last-key', 'the other ended');
  assert.equal(await statusWith(house, key, '/keys'), 401);
  await make(house, { label: 'a third', scopes: all }, first);
  assert.equal((await house.askBare('DELETE', `/keys/${id}`, withKey(first))).status, 204);
  assert.equal(await statusWith(house, first), 401);
});

test('a start makes an account key where none is valid any more, and none where one is', async (t) => {
  const house = await noAccountKey(t);
  const first = String(house.app.newKey);
  await house.stop();
  await house.start();
  assert.equal(house.app.newKey, null);
  const { body } = await house.askBare<{ keys: readonly Key[] }>('GET', '/keys', withKey(first));
  const rotated = `/keys/${body.keys[0]?.id}/rotate`;
  await house.askBare('POST', rotated, { json: { overlap_hours: 0 }, ...withKey(first) });
  await house.stop();
  await house.start();
  assert.equal(house.app.newKey, null, 'its successor is valid');
});

test('when a key was used last is known at once, written within a minute, and written at a stop', async (t) => {
  const house = await houseFor(t, { hands });
  const { key, id } = await make(house, { label: 'reader', scopes: ['read'] });
  const stored = async () => (await house.app.store.keys.list()).find((one) => one.id === id)?.lastUsedAt;
  assert.equal((await list(house))[0]?.last_used_at, null);
  house.hands.advance(500);
  await statusWith(house, key);
  assert.equal((await list(house))[0]?.last_used_at, iso(hands + 500));
  assert.equal(await stored(), null, 'a request is not held up by writing this');
  house.hands.advance(60_000);
  await house.until('it is written', stored);
  assert.equal(await stored(), hands + 500);
  house.hands.advance(1_000);
  await statusWith(house, key);
  await house.stop();
  await house.start();
  assert.equal(await stored(), hands + 61_500);
});

test('a key made or revoked by another process counts within a second, the new one at once', async (t) => {
  const house = await houseFor(t, { hands });
  assert.equal(await statusWith(house, 'not yet a key'), 401);
  const key = await house.makeKey(['read']);
  assert.equal(await statusWith(house, key), 200);
  const [stored] = await list(house);
  await house.app.store.keys.revoke(String(stored?.id), hands, false);
  house.hands.advance(1_000);
  assert.equal(await statusWith(house, key), 401);
});

test('no more keys are stored than can be looked through, and those that open nothing make room', async (t) => {
  const house = await houseFor(t, { hands });
  const first = await make(house, { label: 'first', scopes: ['read'] });
  for (let made = 1; made < mostKeys; made += 1) await house.makeKey(['read']);
  const wish = { json: { label: 'one too many', scopes: ['read'] } };
  const refused = await house.ask('POST', '/keys', wish);
  assert.deepEqual([refused.status, refused.body.code], [409, 'too-many-keys']);
  assert.equal((await house.ask('POST', `/keys/${first.id}/rotate`)).body.code, 'too-many-keys');
  assert.equal((await house.ask('DELETE', `/keys/${first.id}`)).status, 204);
  assert.equal((await house.ask('POST', '/keys', wish)).status, 200);
  assert.equal((await list(house)).length, mostKeys);
});

test('a secret that leaked is retired by rotating twice', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const path = '/agents/support/secrets';
  type Secrets = Readonly<{ secrets: readonly Readonly<{ secret: string }>[] }>;
  const read = async (method: string) =>
    (await house.ask<Secrets>(method, path)).body.secrets.map(({ secret }) => secret);
  const [leaked = ''] = await read('GET');
  const [next = '', before] = await read('POST');
  assert.equal(before, leaked, 'both sign while desks change over');
  const [last, kept] = await read('POST');
  assert.deepEqual([await read('GET'), kept], [[last, next], next]);
});
