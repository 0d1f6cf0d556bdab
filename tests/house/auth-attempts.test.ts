import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import { closeCodes } from '../../src/contract/frames.ts';
import { type Route, type Scope, scopes } from '../../src/contract/route.ts';
import { routes } from '../../src/contract/routes.ts';
import { deriveKey } from '../../src/platform/secrets.ts';
import { type Asking, openClient } from './kit/client.ts';
import { openSocket } from './kit/end-user.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, type Conversation, type House, openHouse } from './kit/house.ts';

// Everybody who may not come in, at every door. Each attempt comes from an address of its own, so that none is refused only
// because others were before it; one address that tries on and on is refused with 429.

const hands = Date.UTC(2026, 4, 3);
const hourMs = 3_600_000;
const secret = 'a-secret-for-tests-only';
const client = openClient();

let house: House;
/** The session that is attacked, another one, and one that has expired. */
let session: Conversation;
let other: Conversation;
let expired: Conversation;
let keys: Readonly<{ revoked: string; expired: string; of: Readonly<Record<Scope, string>> }>;

before(async () => {
  const environment = { BATON_TRUST_PROXY: '127.0.0.1', BATON_WRONG_TRIES_PER_MINUTE: '30', BATON_SESSION_HOURS: '2' };
  house = await openHouse({ hands, environment });
  await house.publish(supportFlow(house.desk));
  expired = await house.init();
  const make = async (json: object) =>
    (await house.ask<{ id: string; key: string }>('POST', '/keys', { json: { label: 'x', ...json } })).body;
  const ends = await make({ scopes, expires_at: new Date(hands + hourMs).toISOString() });
  const revoked = await make({ scopes });
  house.hands.advance(2 * hourMs);
  await house.ask('DELETE', `/keys/${revoked.id}`);
  const of: Partial<Record<Scope, string>> = {};
  for (const scope of scopes) of[scope] = (await make({ scopes: [scope] })).key;
  keys = { revoked: revoked.key, expired: ends.key, of: of as Record<Scope, string> };
  [session, other] = [await house.init(), await house.init()];
  await house.step(session, { input: null });
});

after(async () => {
  client.close();
  await house.close();
});

/** All that is stored, but for what says that somebody knocked or that the program runs. */
async function everything(): Promise<readonly string[]> {
  const { ask, tables } = house.storage;
  const names = (await tables()).filter((name) => !['audit', 'instances'].includes(name));
  const stored = await Promise.all(
    names.map(async (name) => (await ask(`SELECT * FROM ${name}`)).map((row) => [name, row])),
  );
  const text = (row: unknown): string =>
    JSON.stringify(row, (field, value: unknown) => (field === 'last_used_at' ? undefined : value));
  return stored.flat().map(text).sort();
}

let addresses = 0;
const freshAddress = (): string => {
  addresses += 1;
  return `10.${addresses >> 16}.${(addresses >> 8) & 255}.${addresses & 255}`;
};

/** What a good request to a route holds, so that nothing but the door refuses it. */
const pathOf = ({ path }: Route): string =>
  path
    .replace('{session_id}', session.id)
    .replace('{agent_id}', 'support')
    .replace('{version}', '1')
    .replace('{delivery_id}', `${session.id}-h1-1-0`)
    .replace('{key_id}', session.id);

const bodies: Readonly<Record<string, unknown>> = {
  init: { agent_id: 'support' },
  step: { input: 'let me in' },
  outbound: { text: 'let me in' },
  disconnect: {},
  assign: {},
  typing: {},
  restoreVersion: {},
  saveDraft: { definition: {} },
  publishDraft: {},
  makeKey: { label: 'mine', scopes: ['read'] },
  rotateKey: { overlap_hours: 0 },
};

const bodyOf = (operation: string): unknown =>
  operation === 'publishAgent' ? supportFlow(house.desk) : bodies[operation];

type Attempt = Readonly<{ headers?: Record<string, string>; query?: string }>;

const withKey = (key: string): Attempt => ({ headers: { 'x-vgai-key': key } });
const withBearer = (token: string): Attempt => ({ headers: { authorization: `Bearer ${token}` } });

/** Tokens that are none of the session. */
async function tokens(): Promise<Readonly<Record<string, string>>> {
  const claims = { session_id: session.id };
  const [header = '', payload = '', signature = ''] = session.token.split('.');
  const changed = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), exp: 9_999_999_999 };
  const signed = (key: Uint8Array, alg: string, exp = hands / 1000 + 99_999): Promise<string> =>
    new SignJWT(claims)
      .setProtectedHeader({ alg })
      .setIssuedAt(hands / 1000)
      .setExpirationTime(exp)
      .sign(key);
  const ours = deriveKey(secret, 'session-tokens');
  const none = Buffer.from('{"alg":"none"}').toString('base64url');
  return {
    'of another session': other.token,
    expired: expired.token,
    'ours, expired': await signed(ours, 'HS256', hands / 1000),
    'signed with another secret': await signed(new Uint8Array(32), 'HS256'),
    'signed with the secret itself': await signed(new TextEncoder().encode(secret.padEnd(32)), 'HS256'),
    'signed for endpoints': await signed(deriveKey(secret, 'endpoint-secrets'), 'HS256'),
    'of another algorithm': await signed(ours, 'HS512'),
    'alg none': new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('9h').encode(),
    'alg none, with our signature': `${none}.${payload}.${signature}`,
    'with a tampered payload': `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`,
    'without an end': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(ours),
    'cut off': session.token.slice(0, -2),
    'of two parts': `${header}.${payload}`,
    'of no ASCII': 'é'.repeat(43),
    'that is a key': accountKey,
    nonsense: 'x.y.z',
  };
}

const badKeys = (): Readonly<Record<string, Attempt>> => ({
  'no key': {},
  'an empty key': withKey(''),
  'a wrong key': withKey('wrong'),
  'a cut-off key': withKey(accountKey.slice(0, -1)),
  'two keys': withKey(`${accountKey}, ${accountKey}`),
  'a revoked key': withKey(keys.revoked),
  'an expired key': withKey(keys.expired),
  'a token as the key': withKey(session.token),
  'the key in the query': { query: `?x-vgai-key=${accountKey}&key=${accountKey}` },
  'the key as bearer': withBearer(accountKey),
  'the key as basic': { headers: { authorization: `Basic ${Buffer.from(accountKey).toString('base64')}` } },
  'the key as a cookie': { headers: { cookie: `x-vgai-key=${accountKey}` } },
  "a session's token": withBearer(session.token),
});

/** The cookie of a sign-in opens nothing when it is none, and changes nothing from elsewhere than our own pages. */
const badCookies = (): Readonly<Record<string, Attempt>> => {
  const { port } = new URL(house.url);
  const own = { 'sec-fetch-site': 'same-origin' };
  const withCookie = (token: string) => ({ headers: { cookie: `baton_${port}=${token}`, ...own } });
  return {
    'a cookie of nobody': withCookie('a'.repeat(43)),
    'a token as the cookie': withCookie(session.token),
    'an account key as the cookie': withCookie(accountKey),
    'a cookie of the desk': { headers: { cookie: `baton_desk_${port}=${'a'.repeat(43)}`, ...own } },
  };
};

async function attemptsAt({ access }: Route): Promise<Readonly<Record<string, Attempt>>> {
  if (access === 'anybody') return {};
  if (access === 'person') return { ...badKeys(), ...badCookies(), 'an account key': withKey(accountKey) };
  if (access !== 'session') {
    const wrong = scopes.filter((scope) => !access.includes(scope));
    return {
      ...badKeys(),
      ...badCookies(),
      ...Object.fromEntries(wrong.map((scope) => [`a key that may ${scope}`, withKey(keys.of[scope])])),
    };
  }
  const bad = Object.entries(await tokens()).filter(([, token]) => !/[^\x20-\x7e]/.test(token));
  return {
    'no token': {},
    'an empty token': withBearer(''),
    'the token in the query': { query: `?session_token=${session.token}` },
    'the token as basic': { headers: { authorization: `Basic ${session.token}` } },
    'an account key': withKey(accountKey),
    ...Object.fromEntries(bad.map(([name, token]) => [`a token ${name}`, withBearer(token)])),
  };
}

let refused = 0;

async function attempt(operation: string, route: Route, { headers = {}, query = '' }: Attempt, from = freshAddress()) {
  const json = bodyOf(operation);
  const asking: Asking = { headers: { 'x-forwarded-for': from, ...headers }, ...(json !== undefined && { json }) };
  const answer = await client.ask(route.method, `${house.url}${pathOf(route)}${query}`, asking);
  if ([401, 403, 429].includes(answer.status)) refused += 1;
  return answer;
}

const told = (t: TestContext, what: string, count: number): void => t.diagnostic(`${what}: ${count} attempts refused`);

for (const [operation, route] of Object.entries(routes) as [string, Route][]) {
  test(`${route.method} ${route.path} lets nobody in who may not`, async (t) => {
    const attempts = Object.entries(await attemptsAt(route));
    const stored = await everything();
    for (const [name, one] of attempts) {
      const { status, body, text } = await attempt(operation, route, one);
      const wanted = name.startsWith('a key that may') ? 403 : 401;
      assert.equal(status, wanted, `${name}: ${text}`);
      assert.match(String(body.message), /\S.*\.$/);
    }
    assert.deepEqual(await everything(), stored, 'nothing was changed');
    told(t, operation, attempts.length);
  });
}

test('only routes that say so are open to anybody', () => {
  const open = (Object.entries(routes) as [string, Route][]).filter(([, { access }]) => access === 'anybody');
  assert.deepEqual(
    open.map(([operation]) => operation),
    [
      ...['chatProfile', 'openChat'],
      // They take what they are sent and do nothing.
      ...['trialStart', 'trialInbound', 'trialStatus', 'trialEnded'],
      ...['signInOffer', 'signIn', 'signInByLink', 'claimOwner', 'acceptInvitation'],
      ...['startOpenIdConnect', 'finishOpenIdConnect', 'health', 'ready'],
    ],
  );
});

test('no socket opens for a token that is not of its session', async (t) => {
  const stored = await everything();
  const attempts = Object.entries({ ...(await tokens()), 'that is empty': '' });
  let made = 0;
  for (const [name, token] of attempts) {
    for (const tokenIn of ['protocol', 'query'] as const) {
      // Neither can stand in a list of subprotocols: the client refuses to send it.
      if (tokenIn === 'protocol' && !/^[\w.-]+$/.test(token)) continue;
      const headers = { 'x-forwarded-for': freshAddress() };
      const user = openSocket(house.url, session.id, token, { tokenIn, headers });
      user.say('let me in');
      assert.equal((await user.ends()).code, closeCodes.token, `a token ${name} in the ${tokenIn}`);
      assert.deepEqual(user.frames, []);
      made += 1;
    }
  }
  assert.deepEqual(await everything(), stored);
  refused += made;
  told(t, 'socket', made);
});

test('one address that tries on and on is told to wait, at every door', async (t) => {
  const stored = await everything();
  const address = freshAddress();
  for (let tries = 0; tries < 30; tries += 1) {
    assert.equal((await attempt('listAgents', routes.listAgents, withKey(`guess ${tries}`), address)).status, 401);
  }
  assert.equal((await attempt('listAgents', routes.listAgents, withKey('guess 30'), address)).status, 429);
  let made = 31;
  for (const [operation, route] of Object.entries(routes) as [string, Route][]) {
    // A cookie cannot be guessed, and a page that was left open is told to sign in, however often it asks.
    if (route.access === 'anybody' || route.access === 'person') continue;
    for (const one of [{}, route.access === 'session' ? withBearer('wrong') : withKey('wrong')]) {
      const { status, headers } = await attempt(operation, route, one, address);
      assert.deepEqual([status, headers['retry-after']], [429, '60'], operation);
      made += 1;
    }
  }
  assert.deepEqual(await everything(), stored);
  told(t, 'one address', made);
});

test('hundreds of attempts were made and every one was refused', (t) => {
  assert.ok(refused > 500, `${refused} attempts`);
  t.diagnostic(`${refused} attempts refused`);
});
