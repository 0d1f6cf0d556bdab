// Signing in at a real provider: who comes in, who does not, and what everybody learns when it goes wrong.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { signInErrors } from '../../src/contract/people/sign-in-page.ts';
import { openClient } from './kit/client.ts';
import { freePort } from './kit/free-port.ts';
import { type House, houseFor } from './kit/house.ts';
import { openProvider, type ProviderOptions, type TestProvider } from './kit/provider.ts';
import { invite, ownerOf, password } from './kit/visitor.ts';

const start = '/sign-in/openid-connect';
const callback = `${start}/callback`;

type World = Readonly<{ house: House; provider: TestProvider }>;

type Options = Partial<ProviderOptions> & Readonly<{ role?: string; name?: string }>;

async function worldFor(t: TestContext, { role = '', name = '', ...options }: Options = {}): Promise<World> {
  const port = await freePort();
  const provider = await openProvider(t, { callback: `http://127.0.0.1:${port}${callback}`, ...options });
  const environment = {
    ...{ PORT: String(port), BATON_OIDC_ISSUER: provider.issuer, BATON_OIDC_CLIENT_ID: provider.clientId },
    ...{ BATON_OIDC_CLIENT_SECRET: provider.clientSecret, BATON_OIDC_ROLE: role, BATON_OIDC_NAME: name },
  };
  return { house: await houseFor(t, { environment }), provider };
}

/** A browser that keeps cookies by name, for all ports of this machine as browsers do, and follows where it is led. */
function openBrowser(t: TestContext) {
  const client = openClient();
  t.after(client.close);
  const cookies = new Map<string, string>();
  const go = async (url: string) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await client.ask<{ person?: { email: string; role: string; name: string }; code?: string }>(
      'GET',
      url,
      {
        headers: cookie === '' ? {} : { cookie },
      },
    );
    for (const set of answer.headers['set-cookie'] ?? []) {
      const [pair = ''] = set.split(';', 1);
      const at = pair.indexOf('=');
      if (/Max-Age=0|expires=Thu, 01 Jan 1970/i.test(set)) cookies.delete(pair.slice(0, at));
      else cookies.set(pair.slice(0, at), pair.slice(at + 1));
    }
    const { location } = answer.headers;
    return { ...answer, location: location === undefined ? null : new URL(location, url).href };
  };
  /** Follows until somewhere that `stops` is, or where nothing leads on. @returns where that is. */
  const follow = async (url: string, stops: (url: string) => boolean): Promise<string> => {
    let at = url;
    for (let steps = 0; steps < 10 && !stops(at); steps += 1) {
      const { location } = await go(at);
      if (location === null) return at;
      at = location;
    }
    return at;
  };
  return { go, follow, cookies };
}

type Browser = ReturnType<typeof openBrowser>;

const isBack =
  ({ url }: House) =>
  (at: string): boolean =>
    at.startsWith(`${url}${callback}`);

/** Signs in at the provider. @returns where the browser ends up, without the server's address. */
async function signIn(browser: Browser, house: House, next = ''): Promise<string> {
  const back = await browser.follow(`${house.url}${start}${next}`, isBack(house));
  const { location } = await browser.go(back);
  return location?.slice(house.url.length) ?? back;
}

const me = async (browser: Browser, { url }: House) => {
  const { body } = await browser.go(`${url}/me`);
  return body.person === undefined ? body.code : [body.person.email, body.person.name, body.person.role];
};

const errorPage = (code: keyof typeof signInErrors): string => `/studio/sign-in#error=${code}`;
const ana = { sub: 'ana', email: 'Ana@Example.org', email_verified: true, name: 'Ana of the provider' };

test('who was invited comes in by a verified e-mail, and is known by name from then on', async (t) => {
  const { house, provider } = await worldFor(t, { name: 'Our accounts' });
  const owner = await ownerOf(house, 'owner@example.org');
  const { token } = await invite(owner, 'ana@example.org', 'designer');
  assert.deepEqual((await house.askBare('GET', '/sign-in')).body, {
    ...{ password: true, openid_connect: { name: 'Our accounts' }, needs_owner: false },
  });
  provider.people.next = ana;
  const browser = openBrowser(t);
  assert.equal(await signIn(browser, house, '?next=/desk'), '/desk');
  assert.deepEqual(await me(browser, house), ['ana@example.org', 'ana', 'designer']);
  const answer = await house.askBare('POST', '/sign-in/invitation', { json: { token, name: 'Eve', password } });
  assert.equal(answer.body.code, 'link-used', 'who is in needs no invitation');
  provider.people.next = { sub: 'ana', email: 'new-name@example.org', email_verified: false };
  const other = openBrowser(t);
  assert.equal(await signIn(other, house), '/studio');
  assert.deepEqual(await me(other, house), ['ana@example.org', 'ana', 'designer']);
  type People = { people: readonly { email: string; signs_in_with: readonly string[]; state: string }[] };
  const { people } = (await house.ask<People>('GET', '/people')).body;
  assert.deepEqual(
    people.map(({ signs_in_with, state }) => [state, ...signs_in_with]),
    [
      ['active', 'password'],
      ['active', 'openid-connect'],
    ],
  );
});

for (const options of [{ fatTokens: true }, { authMethod: 'client_secret_post' }] as const) {
  test(`a provider of another kind lets people in too: ${JSON.stringify(options)}`, async (t) => {
    const { house, provider } = await worldFor(t, options);
    await invite(await ownerOf(house), 'bo@example.org', 'viewer');
    provider.people.next = { sub: 'bo', email: 'bo@example.org', email_verified: true };
    const browser = openBrowser(t);
    assert.equal(await signIn(browser, house), '/studio');
    assert.deepEqual(await me(browser, house), ['bo@example.org', 'bo', 'viewer']);
    assert.equal(provider.calls.includes('GET /me'), !('fatTokens' in options), 'what is known is not asked for');
  });
}

test('a stranger is refused, and told why', async (t) => {
  const { house, provider } = await worldFor(t);
  await ownerOf(house, 'owner@example.org');
  provider.people.next = ana;
  const browser = openBrowser(t);
  assert.equal(await signIn(browser, house), errorPage('not-invited'));
  assert.equal(await me(browser, house), 'signed-out');
  assert.equal((await house.app.store.people.list()).length, 1);
});

test('a stranger comes in where strangers may, with the role that they get', async (t) => {
  const { house, provider } = await worldFor(t, { role: 'live-agent' });
  await ownerOf(house, 'owner@example.org');
  provider.people.next = { ...ana, name: `A\u0007na ${'x'.repeat(100)}` };
  const browser = openBrowser(t);
  assert.equal(await signIn(browser, house), '/studio');
  assert.deepEqual(await me(browser, house), ['ana@example.org', `A na ${'x'.repeat(75)}`, 'live-agent']);
  assert.equal(await signIn(openBrowser(t), house), '/studio');
  assert.equal((await house.app.store.people.list()).length, 2);
});

for (const role of ['', 'viewer']) {
  test(`an e-mail that is not verified is nobody's (${role === '' ? 'no strangers' : 'strangers come in'})`, async (t) => {
    const { house, provider } = await worldFor(t, { role });
    await ownerOf(house, 'ana@example.org');
    for (const next of [{ ...ana, email_verified: false }, { sub: 'ana', email: ana.email }, { sub: 'ana' }]) {
      provider.people.next = next;
      const browser = openBrowser(t);
      assert.equal(await signIn(browser, house), errorPage('email-unverified'), JSON.stringify(next));
      assert.equal(await me(browser, house), 'signed-out');
    }
    assert.deepEqual(
      (await house.app.store.people.list()).map(({ subject }) => subject),
      [null],
    );
  });
}

test('a letter that is only like one of an address is of another address', async (t) => {
  const { house, provider } = await worldFor(t, { role: 'viewer' });
  await invite(await ownerOf(house, 'owner@example.org'), 'kim@example.org', 'designer');
  provider.people.next = { sub: 'eve', email: '\u212aim@example.org', email_verified: true };
  assert.equal(await signIn(openBrowser(t), house), errorPage('email-unverified'));
  provider.people.next = { sub: 'kim', email: 'KIM@example.org', email_verified: true };
  const browser = openBrowser(t);
  assert.equal(await signIn(browser, house), '/studio');
  assert.deepEqual(await me(browser, house), ['kim@example.org', 'kim', 'designer']);
});

test('an address that somebody else has got at the provider since opens nothing', async (t) => {
  const { house, provider } = await worldFor(t);
  await invite(await ownerOf(house, 'owner@example.org'), 'ana@example.org', 'designer');
  provider.people.next = ana;
  assert.equal(await signIn(openBrowser(t), house), '/studio');
  provider.people.next = { ...ana, sub: 'another-ana' };
  assert.equal(await signIn(openBrowser(t), house), errorPage('not-invited'));
});

test('nobody becomes the owner by a provider alone', async (t) => {
  const { house, provider } = await worldFor(t, { role: 'designer' });
  provider.people.next = ana;
  assert.equal(await signIn(openBrowser(t), house), '/studio');
  assert.deepEqual(
    (await house.app.store.people.list()).map(({ role }) => role),
    ['designer'],
  );
  assert.equal((await house.askBare<{ needs_owner: boolean }>('GET', '/sign-in')).body.needs_owner, true);
  assert.notEqual(await house.app.people.setupToken(), null);
});

test('only the browser that began can finish', async (t) => {
  const { house, provider } = await worldFor(t);
  await invite(await ownerOf(house, 'owner@example.org'), 'ana@example.org', 'designer');
  provider.people.next = ana;
  const [mine, victim] = [openBrowser(t), openBrowser(t)];
  const back = await mine.follow(`${house.url}${start}`, isBack(house));
  const led = async (browser: Browser, url: string) => (await browser.go(url)).location?.slice(house.url.length);
  assert.equal(await led(victim, back), errorPage('sign-in-stale'), 'a browser that began nothing');
  await victim.go(`${house.url}${start}`);
  assert.equal(await led(victim, back), errorPage('sign-in-stale'), 'a browser that began another one');
  const forged = new URL(back);
  forged.searchParams.set('state', 'another');
  assert.equal(await led(mine, forged.href), errorPage('sign-in-stale'), 'another state');
  forged.searchParams.delete('state');
  assert.equal(await led(mine, forged.href), errorPage('sign-in-stale'), 'no state');
  const [name = ''] = [...mine.cookies.keys()].filter((one) => one.startsWith('baton_oidc'));
  const sealed = mine.cookies.get(name) ?? '';
  mine.cookies.set(name, `${sealed.slice(0, -8)}AAAA${sealed.slice(-4)}`);
  assert.equal(await led(mine, back), errorPage('sign-in-stale'), 'a cookie that was changed');
  assert.equal(provider.calls.includes('POST /token'), false, 'the provider is not asked about any of it');
  mine.cookies.set(name, sealed);
  assert.equal(await led(mine, back), '/studio');
  assert.equal(await me(victim, house), 'signed-out');
});

test('a callback that is played again opens nothing, with its cookie or without', async (t) => {
  const { house, provider } = await worldFor(t);
  await invite(await ownerOf(house, 'owner@example.org'), 'ana@example.org', 'designer');
  provider.people.next = ana;
  const browser = openBrowser(t);
  const back = await browser.follow(`${house.url}${start}`, isBack(house));
  const kept = new Map(browser.cookies);
  assert.equal((await browser.go(back)).location, `${house.url}/studio`);
  assert.ok(![...browser.cookies.keys()].some((name) => name.startsWith('baton_oidc')), 'the cookie is used up');
  assert.equal((await browser.go(back)).location, `${house.url}${errorPage('sign-in-stale')}`);
  const thief = openBrowser(t);
  for (const [name, value] of kept) thief.cookies.set(name, value);
  assert.equal((await thief.go(back)).location, `${house.url}${errorPage('sign-in-stale')}`);
  assert.equal(await me(thief, house), 'signed-out');
});

test('who does not want to, or may not, is told so', async (t) => {
  const { house, provider } = await worldFor(t);
  await ownerOf(house);
  provider.people.next = null;
  assert.equal(await signIn(openBrowser(t), house), errorPage('provider-refused'));
});

test('nobody is led to another site', async (t) => {
  const { house, provider } = await worldFor(t, { role: 'viewer' });
  provider.people.next = ana;
  for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/.//evil.example', 'studio']) {
    assert.equal(await signIn(openBrowser(t), house, `?next=${encodeURIComponent(next)}`), '/studio', next);
  }
  const deep = '/studio/agents/a?b=1#c';
  assert.equal(await signIn(openBrowser(t), house, `?next=${encodeURIComponent(deep)}`), deep);
});

test('a provider that is down keeps nobody from a password, nor the server from starting; once it is back it is used', async (t) => {
  const { house, provider } = await worldFor(t);
  await provider.disappear();
  await house.stop();
  await house.start();
  const owner = await ownerOf(house);
  assert.equal((await owner.ask('POST', '/sign-in', { email: 'ana@example.org', password })).status, 200);
  const browser = openBrowser(t);
  assert.equal((await browser.go(`${house.url}${start}`)).location, `${house.url}${errorPage('provider-down')}`);
  await provider.appear();
  provider.people.next = ana;
  assert.equal(await signIn(browser, house), '/studio');
});

test('a provider that is gone by the time that somebody comes back is told as down, and found again', async (t) => {
  const { house, provider } = await worldFor(t);
  await ownerOf(house);
  provider.people.next = ana;
  const browser = openBrowser(t);
  const back = await browser.follow(`${house.url}${start}`, isBack(house));
  await provider.disappear();
  assert.equal((await browser.go(back)).location, `${house.url}${errorPage('provider-down')}`);
  await provider.appear();
  const discoveries = () => provider.calls.filter((call) => call.endsWith('/.well-known/openid-configuration')).length;
  const before = discoveries();
  assert.equal(await signIn(browser, house), '/studio');
  assert.equal(await signIn(openBrowser(t), house), '/studio');
  assert.equal(discoveries(), before + 1, 'what it said is kept until it fails');
});

test('who tries again and again must wait', async (t) => {
  const { house, provider } = await worldFor(t);
  await ownerOf(house, 'owner@example.org');
  provider.people.next = ana;
  for (let tries = 0; tries < 10; tries += 1) {
    assert.equal(await signIn(openBrowser(t), house), errorPage('not-invited'));
  }
  assert.equal(await signIn(openBrowser(t), house), errorPage('rate-limited'));
});

test('the cookie of a sign-in that is under way is for its paths only, and bounded', async (t) => {
  const { house } = await worldFor(t);
  const { headers } = await house.askBare('GET', start);
  const [pair = '', ...attributes] = (headers['set-cookie']?.[0] ?? '').split('; ');
  assert.ok(pair.startsWith(`baton_oidc_${new URL(house.url).port}=`) && pair.length < 2_000);
  assert.deepEqual(attributes.sort(), ['HttpOnly', 'Max-Age=600', `Path=${start}`, 'SameSite=Lax']);
  const asked = new URL(headers.location ?? '').searchParams;
  assert.deepEqual([asked.get('response_type'), asked.get('code_challenge_method')], ['code', 'S256']);
  for (const name of ['state', 'nonce', 'code_challenge']) assert.match(asked.get(name) ?? '', /^[\w-]{43}$/, name);
});

test('without a provider there is none', async (t) => {
  const house = await houseFor(t);
  for (const path of [start, `${callback}?code=a&state=b`]) {
    const { status, body } = await house.askBare('GET', path);
    assert.deepEqual([status, body.code], [404, 'route-not-found'], path);
  }
});

test('who came by the provider, and who did not, is on record', async (t) => {
  const { house, provider } = await worldFor(t);
  await invite(await ownerOf(house, 'owner@example.org'), 'ana@example.org', 'designer');
  provider.people.next = ana;
  await signIn(openBrowser(t), house);
  provider.people.next = { ...ana, sub: 'eve', email: 'eve@example.org' };
  await signIn(openBrowser(t), house);
  type Entries = { entries: readonly { actor: string; operation: string; status: number; code: string | null }[] };
  const { entries } = (await house.ask<Entries>('GET', '/audit?limit=2')).body;
  assert.deepEqual(
    entries.map(({ actor, operation, status, code }) => [actor, operation, status, code]),
    [
      ['unknown', 'finishOpenIdConnect', 403, 'not-invited'],
      ['ana@example.org', 'finishOpenIdConnect', 200, null],
    ],
  );
});
