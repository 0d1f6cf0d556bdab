// How people come in, and how nobody else does.
import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { type Person, SignInOffer } from '../../src/contract/people/people.ts';
import { shape } from '../../src/contract/shape.ts';
import { openClient } from './kit/client.ts';
import { houseFor } from './kit/house.ts';
import { colleagueOf, invite, openVisitor, ownerOf, type PersonBody, password, tokenOf } from './kit/visitor.ts';

const hands = Date.UTC(2026, 4, 3);
const minute = 60_000;
const day = 24 * 3_600_000;
const ana = { name: 'Ana', email: 'Ana@Example.org', password };
const offer = shape(SignInOffer);

test('the set-up link makes the first owner, once', async (t) => {
  const house = await houseFor(t, { hands });
  const before = await house.askBare('GET', '/sign-in');
  assert.deepEqual(before.body, { password: true, openid_connect: null, needs_owner: true });
  assert.ok(offer.read(before.body).ok);
  const token = await house.app.people.setupToken();
  const visitor = openVisitor(house);
  const claimed = await visitor.ask<PersonBody>('POST', '/sign-in/owner', { token, ...ana });
  const { id, ...person } = claimed.body.person;
  assert.match(id, /^[0-9a-f-]{36}$/);
  const at = new Date(hands).toISOString();
  assert.deepEqual(
    [claimed.status, person],
    [
      200,
      {
        ...{ name: 'Ana', email: 'ana@example.org', role: 'owner', state: 'active', created_at: at, last_seen_at: at },
        signs_in_with: ['password'],
      },
    ],
  );
  assert.deepEqual(await visitor.me(), claimed.body.person);
  const again = await openVisitor(house).ask('POST', '/sign-in/owner', { token, ...ana, email: 'bo@example.org' });
  assert.deepEqual([again.status, again.body.code], [401, 'link-used']);
  assert.equal((await house.askBare<SignInOffer>('GET', '/sign-in')).body.needs_owner, false);
  assert.equal(await house.app.people.setupToken(), null);
});

test('of two who claim the set-up links of two starts at once, one is the owner', async (t) => {
  const house = await houseFor(t);
  const tokens = [await house.app.people.setupToken(), await house.app.people.setupToken()];
  const claims = [...tokens, ...tokens].map((token, nth) =>
    openVisitor(house).ask('POST', '/sign-in/owner', { token, ...ana, email: `owner-${nth}@example.org` }),
  );
  const statuses = (await Promise.all(claims)).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 401, 401, 401]);
  const { body } = await house.ask<{ people: readonly Person[] }>('GET', '/people');
  assert.deepEqual(
    body.people.map(({ role }) => role),
    ['owner'],
  );
});

test('the cookie cannot be read by pages, bears the port, and comes along to nobody else', async (t) => {
  const house = await houseFor(t);
  const token = await house.app.people.setupToken();
  const { headers } = await openVisitor(house).ask('POST', '/sign-in/owner', { token, ...ana });
  const [pair = '', ...attributes] = (headers['set-cookie']?.[0] ?? '').split('; ');
  assert.match(pair, new RegExp(`^baton_${new URL(house.url).port}=[A-Za-z0-9_-]{43}$`));
  assert.deepEqual(attributes.sort(), ['HttpOnly', 'Max-Age=2592000', 'Path=/', 'SameSite=Strict']);
  assert.equal(headers['cache-control'], 'no-store');
});

test('behind https the cookie is sent by https only', async (t) => {
  let port = (): number => 0;
  const house = await houseFor(t, {
    environment: { BATON_URL: 'https://baton.example', BATON_TRUST_PROXY: '127.0.0.1' },
    instead: {
      mount: ({ server }) => {
        port = () => (server.address() as AddressInfo).port;
      },
    },
  });
  const client = openClient();
  t.after(client.close);
  const json = { token: await house.app.people.setupToken(), ...ana };
  const { headers } = await client.ask('POST', `http://127.0.0.1:${port()}/sign-in/owner`, { json });
  assert.match(headers['set-cookie']?.[0] ?? '', /^__Host-baton_443=\S+; .*; Secure$/);
});

test('an e-mail and its password let in, however the e-mail is written', async (t) => {
  const house = await houseFor(t);
  await ownerOf(house);
  const visitor = openVisitor(house);
  const answer = await visitor.ask<PersonBody>('POST', '/sign-in', { email: 'ANA@example.ORG', password });
  assert.deepEqual([answer.status, answer.body.person.email], [200, 'ana@example.org']);
  assert.notEqual(await visitor.me(), 'signed-out');
});

test('a password lets in, whichever way a keyboard writes its letters', async (t) => {
  const house = await houseFor(t);
  const token = await house.app.people.setupToken();
  await openVisitor(house).ask('POST', '/sign-in/owner', { token, ...ana, password: 'Tür und Tor é' });
  const written = { email: ana.email, password: 'Tür und Tor é'.normalize('NFD') };
  assert.equal((await openVisitor(house).ask('POST', '/sign-in', written)).status, 200);
});

test('a wrong password, an unknown e-mail and somebody without a password are refused alike', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  await invite(owner, 'invited@example.org', 'viewer');
  const refusals = await Promise.all(
    ['ana@example.org', 'nobody@example.org', 'invited@example.org'].map((email) =>
      openVisitor(house).ask('POST', '/sign-in', { email, password: 'another password' }),
    ),
  );
  for (const { status, body, text, headers } of refusals) {
    assert.deepEqual([status, body.code, text], [401, 'sign-in-failed', refusals[0]?.text]);
    assert.equal(headers['set-cookie'], undefined);
  }
});

test('who guesses must wait, a neighbour with a link need not, and it passes', async (t) => {
  const house = await houseFor(t, { hands });
  await ownerOf(house);
  const guess = (word: string) => openVisitor(house).ask('POST', '/sign-in', { email: ana.email, password: word });
  for (let tries = 0; tries < 10; tries += 1) assert.equal((await guess('a wrong password')).status, 401);
  const limited = await guess(password);
  assert.deepEqual([limited.status, limited.body.code, limited.headers['retry-after']], [429, 'rate-limited', '600']);
  const link = await house.app.people.ownersSignInToken();
  assert.equal((await openVisitor(house).ask('POST', '/sign-in/link', { token: link })).status, 200);
  house.hands.advance(10 * minute);
  assert.equal((await guess(password)).status, 200);
});

test('who has a network of addresses to guess from must wait like who has one', async (t) => {
  const house = await houseFor(t, { hands, environment: { BATON_TRUST_PROXY: '127.0.0.1' } });
  await ownerOf(house);
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const tries = Array.from({ length: 10 }, (_, nth) => `2001:db8:0:1::${nth + 1}`);
  const guess = (address: string) =>
    openVisitor(house).ask('POST', '/sign-in', { email: ana.email, password: 'a wrong password' }, from(address));
  const follow = (address: string) =>
    openVisitor(house).ask('POST', '/sign-in/link', { token: 'a'.repeat(43) }, from(address));
  for (const attempt of [guess, follow]) {
    for (const address of tries) assert.equal((await attempt(address)).status, 401);
    assert.equal((await attempt('2001:db8:0:1:2::1')).status, 429, 'another address of the same network');
    assert.equal((await attempt('2001:db8:0:2::1')).status, 401, 'another network');
  }
});

test('who guesses the current password of a browser that was left open must wait too', async (t) => {
  const house = await houseFor(t, { hands });
  const owner = await ownerOf(house);
  const guess = (current: string) => owner.ask('POST', '/me/password', { current, password: 'their own password' });
  for (let tries = 0; tries < 10; tries += 1)
    assert.equal((await guess('a wrong password')).body.code, 'sign-in-failed');
  assert.equal((await guess(password)).status, 429);
});

test('a sign-in link is good once, and for ten minutes', async (t) => {
  const house = await houseFor(t, { hands });
  await ownerOf(house);
  const [first, second] = [await house.app.people.ownersSignInToken(), await house.app.people.ownersSignInToken()];
  const follow = async (token: string) => (await openVisitor(house).ask('POST', '/sign-in/link', { token })).body.code;
  house.hands.advance(10 * minute - 1);
  assert.deepEqual([await follow(first), await follow(first)], [undefined, 'link-used']);
  house.hands.advance(1);
  assert.equal(await follow(second), 'link-used');
});

test('a link of one kind opens nothing of another', async (t) => {
  const house = await houseFor(t);
  const setup = String(await house.app.people.setupToken());
  const more = { name: 'Eve', email: 'eve@example.org', password };
  for (const path of ['/sign-in/link', '/sign-in/invitation']) {
    const answer = await openVisitor(house).ask('POST', path, { token: setup, ...more });
    assert.deepEqual([answer.status, answer.body.code], [401, 'link-used'], path);
  }
  const owner = await ownerOf(house);
  const { token } = await invite(owner, 'bo@example.org', 'viewer');
  for (const path of ['/sign-in/link', '/sign-in/owner']) {
    assert.equal((await openVisitor(house).ask('POST', path, { token, ...more })).body.code, 'link-used', path);
  }
  const accepted = await openVisitor(house).ask('POST', '/sign-in/invitation', { token, ...more });
  assert.equal(accepted.status, 200, 'trying it elsewhere did not use it up');
});

test('an invitation is good for seven days, and the newest one only', async (t) => {
  const house = await houseFor(t, { hands });
  const owner = await ownerOf(house);
  const { id, token: first } = await invite(owner, 'bo@example.org', 'viewer');
  const again = await owner.ask<{ invitation: { url: string; expires_at: string } }>(
    'POST',
    `/people/${id}/invitation`,
  );
  const { url, expires_at } = again.body.invitation;
  assert.match(url, new RegExp(`^${house.url}/studio/sign-in#invitation=[A-Za-z0-9_-]{43}$`));
  assert.equal(expires_at, new Date(hands + 7 * day).toISOString());
  const accept = async (token: string) =>
    (await openVisitor(house).ask('POST', '/sign-in/invitation', { token, name: 'Bo', password })).body.code;
  assert.equal(await accept(first), 'link-used');
  house.hands.advance(7 * day);
  assert.equal(await accept(tokenOf(url)), 'link-used');
});

test('a password that is set by a new invitation ends who sat there, and the old password', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const viewer = await colleagueOf(house, owner, 'viewer');
  const again = await owner.ask<{ invitation: { url: string } }>('POST', `/people/${viewer.id}/invitation`);
  const anew = openVisitor(house);
  const json = { token: tokenOf(again.body.invitation.url), name: 'Vi', password: 'quite another one' };
  const { person } = (await anew.ask<PersonBody>('POST', '/sign-in/invitation', json)).body;
  assert.deepEqual([person.id, person.name, person.role], [viewer.id, 'Vi', 'viewer']);
  assert.equal(await viewer.me(), 'signed-out');
  const signIn = (word: string) => openVisitor(house).ask('POST', '/sign-in', { email: person.email, password: word });
  assert.deepEqual([(await signIn(password)).status, (await signIn('quite another one')).status], [401, 200]);
});

test('who signs out is signed out, in this browser only', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const other = openVisitor(house);
  await other.ask('POST', '/sign-in', { email: ana.email, password });
  const cookie = owner.cookie();
  const answer = await owner.ask('POST', '/sign-out');
  assert.deepEqual([answer.status, answer.text], [204, '']);
  assert.match(answer.headers['set-cookie']?.[0] ?? '', /=; Max-Age=0; /);
  assert.equal((await owner.ask('GET', '/me', undefined, { cookie })).body.code, 'signed-out');
  assert.notEqual(await other.me(), 'signed-out');
});

test('a new password ends the other sign-ins, and this one goes on', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const other = openVisitor(house);
  await other.ask('POST', '/sign-in', { email: ana.email, password });
  const wrong = await owner.ask('POST', '/me/password', { current: 'not the password', password: 'another password' });
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'sign-in-failed']);
  assert.notEqual(await other.me(), 'signed-out');
  const right = await owner.ask('POST', '/me/password', { current: password, password: 'another password' });
  assert.equal(right.status, 204, right.text);
  assert.equal(await other.me(), 'signed-out');
  assert.notEqual(await owner.me(), 'signed-out');
});

test('a sign-in slides while it is used, and ends when it is not', async (t) => {
  const house = await houseFor(t, { hands });
  const owner = await ownerOf(house);
  const me = () => owner.ask<PersonBody>('GET', '/me');
  assert.equal((await me()).headers['set-cookie'], undefined);
  house.hands.advance(20 * day);
  const prolonged = await me();
  assert.match(prolonged.headers['set-cookie']?.[0] ?? '', /Max-Age=2592000/);
  house.hands.advance(20 * day);
  const { status, body } = await me();
  house.hands.advance(4_000);
  assert.equal(status, 200);
  assert.equal((await me()).body.person.last_seen_at, new Date(hands + 40 * day).toISOString());
  assert.equal(body.person.id, prolonged.body.person.id);
  house.hands.advance(30 * day);
  assert.equal(await owner.me(), 'signed-out');
});

test('a cookie that is none, or of nobody, opens nothing', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const [name = '', token = ''] = owner.cookie().split('=');
  for (const wrong of ['', 'x', `${token}x`, token.slice(1), 'a'.repeat(43), '\u00e4']) {
    const headers = { cookie: `${name}=${wrong}` };
    assert.equal((await house.askBare('GET', '/me', { headers })).body.code, 'signed-out', wrong);
  }
  const headers = { cookie: `other=1; ${name}=${token} ; baton_desk_1=x` };
  assert.equal((await house.askBare('GET', '/me', { headers })).status, 200);
});

test('an owner of the demonstration is taken over by the claim, and whoever sat there is out', async (t) => {
  const house = await houseFor(t);
  const robin = openVisitor(house);
  await robin.ask('POST', '/sign-in/link', { token: await house.app.people.ownersSignInToken() });
  const before = await robin.me();
  assert.ok(typeof before === 'object');
  assert.deepEqual([before.name, before.role, before.signs_in_with], ['Robin', 'owner', []]);
  const unused = await house.app.people.ownersSignInToken();
  const owner = await ownerOf(house);
  const me = await owner.me();
  assert.ok(typeof me === 'object');
  assert.deepEqual([me.id, me.name], [before.id, 'Ana']);
  assert.equal(await robin.me(), 'signed-out');
  assert.equal((await robin.ask('POST', '/sign-in/link', { token: unused })).body.code, 'link-used');
});
