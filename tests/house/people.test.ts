// Who is let in may do what their role says, from the server's own pages, until somebody takes it away.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { test } from 'node:test';
import type { InvitationAnswer, Person } from '../../src/contract/people/people.ts';
import { type Role, roles } from '../../src/contract/people/roles.ts';
import { supportFlow } from './kit/flows.ts';
import { type House, houseFor } from './kit/house.ts';
import {
  colleagueOf,
  invite,
  openVisitor,
  ownerOf,
  ownPage,
  type PersonBody,
  password,
  type Visitor,
} from './kit/visitor.ts';

const hands = Date.UTC(2026, 4, 3);
const nobody = '01900000-0000-7000-8000-000000000000';

type Entry = Readonly<{
  actor: string;
  key_id: string | null;
  operation: string;
  target: string;
  status: number;
  code: string;
}>;

/** Oldest first. */
const record = async (house: House): Promise<readonly Entry[]> =>
  (await house.ask<{ entries: readonly Entry[] }>('GET', '/audit?limit=1000')).body.entries.toReversed();

const peopleOf = async (house: House): Promise<readonly Person[]> =>
  (await house.ask<{ people: readonly Person[] }>('GET', '/people')).body.people;

/** Calls, each with those who may make it. */
const calls: readonly (readonly [method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, ...who: Role[]])[] = [
  ['GET', '/me', ...roles],
  ['GET', '/agents', 'owner', 'designer', 'supervisor', 'viewer'],
  ['GET', '/insights/sessions', 'owner', 'designer', 'supervisor', 'viewer'],
  ['GET', '/deliveries', 'owner', 'designer', 'supervisor', 'viewer'],
  ['GET', '/users/ada/parameters', 'owner', 'designer', 'supervisor', 'viewer'],
  ['GET', '/metrics', 'owner', 'designer', 'supervisor', 'viewer'],
  ['PUT', '/agents/support', 'owner', 'designer'],
  ['PUT', '/agents/support/draft', 'owner', 'designer'],
  ['DELETE', '/agents/support', 'owner', 'designer'],
  ['GET', '/agents/support/secrets', 'owner', 'designer'],
  ['POST', '/http/init', 'owner', 'designer'],
  ['POST', `/live-agent/outbound/${nobody}`, 'owner', 'designer', 'supervisor', 'live-agent'],
  ['POST', `/live-agent/disconnect/${nobody}`, 'owner', 'designer', 'supervisor', 'live-agent'],
  ['POST', `/deliveries/${nobody}-h1-1-0/replay`, 'owner', 'designer', 'supervisor'],
  ['POST', `/deliveries/${nobody}-h1-1-0/skip`, 'owner', 'designer', 'supervisor'],
  ['DELETE', '/users/ada/parameters', 'owner'],
  ['GET', '/keys', 'owner'],
  ['POST', '/keys', 'owner'],
  ['POST', `/keys/${nobody}/rotate`, 'owner'],
  ['DELETE', `/keys/${nobody}`, 'owner'],
  ['GET', '/audit', 'owner'],
  ['GET', '/people', 'owner'],
  ['POST', '/people', 'owner'],
  ['PUT', `/people/${nobody}`, 'owner'],
  ['POST', `/people/${nobody}/invitation`, 'owner'],
  ['DELETE', `/people/${nobody}`, 'owner'],
];

test('each role may make its calls and no other, and is told who may', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const visitors = new Map<Role, Visitor>([['owner', owner]]);
  for (const role of roles.slice(1)) visitors.set(role, await colleagueOf(house, owner, role));
  for (const [method, path, ...who] of calls) {
    for (const [role, visitor] of visitors) {
      const { status, body } = await visitor.ask(method, path, method === 'GET' ? undefined : { wrong: true });
      const isRefused = body.code === 'role-missing';
      assert.equal(isRefused, !who.includes(role), `${role}: ${method} ${path}: ${status} ${body.code}`);
      if (!isRefused) continue;
      assert.equal(status, 403);
      for (const one of who) assert.ok(body.message?.includes(one), body.message);
    }
  }
});

test('people publish under their e-mail, and make keys without the bounds that a key has', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const designer = await colleagueOf(house, owner, 'designer');
  const published = await designer.ask('PUT', '/agents/support', supportFlow(house.desk));
  assert.equal(published.status, 200, published.text);
  type Versions = { versions: readonly { published_by: string }[] };
  const { versions } = (await designer.ask<Versions>('GET', '/agents/support/versions')).body;
  assert.deepEqual(
    versions.map(({ published_by }) => published_by),
    ['designer@example.org'],
  );
  const scopes = ['init', 'live-agent', 'manage', 'read'];
  const made = await owner.ask<{ key: string; id: string }>('POST', '/keys', { label: 'all', scopes });
  assert.equal(made.status, 200, made.text);
  assert.equal((await owner.ask('POST', `/keys/${made.body.id}/rotate`)).status, 200);
  assert.equal((await owner.ask('DELETE', `/keys/${made.body.id}`)).status, 204);
});

test('with a key beside the cookie the key is judged, and nobody else', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const reading = { 'x-vgai-key': await house.makeKey(['read']) };
  assert.equal((await owner.ask('GET', '/keys', undefined, reading)).body.code, 'scope-missing');
  assert.equal((await owner.ask('GET', '/agents', undefined, { 'x-vgai-key': 'wrong' })).body.code, 'key-wrong');
  assert.equal((await owner.ask('GET', '/agents', undefined, { 'x-vgai-key': '' })).status, 200);
  assert.equal((await house.ask('GET', '/me')).body.code, 'signed-out', 'a key is no person');
});

test('a key that manages invites people too, for a script sets servers up', async (t) => {
  const house = await houseFor(t);
  const json = { email: 'Bo@Example.org', role: 'supervisor' };
  const invited = await house.ask<InvitationAnswer>('POST', '/people', { json });
  const { id, name, email, state, signs_in_with } = invited.body.person;
  assert.deepEqual([name, email, state, signs_in_with], ['bo', 'bo@example.org', 'invited', []]);
  assert.equal((await house.ask('DELETE', `/people/${id}`)).status, 204);
  assert.deepEqual(await peopleOf(house), []);
  const key = await house.makeKey(['read', 'live-agent', 'init']);
  const refused = await house.askBare('POST', '/people', { json, headers: { 'x-vgai-key': key } });
  assert.equal(refused.body.code, 'scope-missing');
});

test('a call that changes something comes from our own pages, or nothing is changed', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const cookie = owner.cookie();
  const { origin, host } = new URL(house.url);
  const call = (headers: Record<string, string>) =>
    house.askBare('POST', '/people', {
      json: { email: 'eve@example.org', role: 'owner' },
      headers: { cookie, ...headers },
    });
  for (const headers of [
    {},
    { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
    { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'cross-site', origin },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `https://${host}` },
    { origin: `${origin}.evil.example` },
  ]) {
    const { status, body } = await call(headers);
    assert.deepEqual([status, body.code], [403, 'origin-refused'], JSON.stringify(headers));
  }
  assert.equal((await peopleOf(house)).length, 1);
  assert.equal((await house.askBare('GET', '/people', { headers: { cookie } })).status, 200, 'reading is not changing');
  assert.equal((await call({ origin })).status, 200);
  const signOut = { headers: { cookie, 'sec-fetch-site': 'cross-site' } };
  assert.equal((await house.askBare('POST', '/sign-out', signOut)).body.code, 'origin-refused');
});

test('no page of another site signs anybody in', async (t) => {
  const house = await houseFor(t);
  await ownerOf(house);
  const json = { email: 'ana@example.org', password };
  const signIn = (headers: Record<string, string>) => house.askBare('POST', '/sign-in', { json, headers });
  for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const { body, headers: answered } = await signIn(headers);
    assert.deepEqual([body.code, answered['set-cookie']], ['origin-refused', undefined]);
  }
  assert.equal((await signIn({})).status, 200);
});

test('pages of other sites may read nothing of what people may', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const { headers } = await owner.ask('GET', '/me', undefined, { origin: 'https://evil.example' });
  assert.equal(headers['access-control-allow-origin'], undefined);
  assert.equal(
    (await house.askBare('OPTIONS', '/people', { headers: { origin: 'https://evil.example' } })).status,
    405,
  );
});

test('who is removed is out at once, and their links are good for nothing', async (t) => {
  const house = await houseFor(t, { hands });
  const owner = await ownerOf(house);
  const designer = await colleagueOf(house, owner, 'designer');
  assert.equal((await designer.ask('GET', '/agents')).status, 200);
  const { token } = await invite(owner, 'late@example.org', 'viewer');
  const late = (await peopleOf(house)).find(({ email }) => email === 'late@example.org');
  for (const id of [designer.id, late?.id]) assert.equal((await owner.ask('DELETE', `/people/${id}`)).status, 204);
  assert.equal((await designer.ask('GET', '/agents')).body.code, 'signed-out');
  const signIn = { email: 'designer@example.org', password };
  assert.equal((await openVisitor(house).ask('POST', '/sign-in', signIn)).body.code, 'sign-in-failed');
  const accept = { token, name: 'Late', password };
  assert.equal((await openVisitor(house).ask('POST', '/sign-in/invitation', accept)).body.code, 'link-used');
  assert.equal((await owner.ask('DELETE', `/people/${designer.id}`)).body.code, 'person-not-found');
});

test('who is removed while their call is still being sent does nothing by it', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const second = await colleagueOf(house, owner, 'owner');
  const body = JSON.stringify({ email: 'eve@example.org', role: 'owner' });
  const headers = {
    ...{ ...ownPage(house.url), cookie: second.cookie(), expect: '100-continue' },
    ...{ 'content-type': 'application/json', 'content-length': body.length },
  };
  const call = request(`${house.url}/people`, { method: 'POST', headers });
  call.flushHeaders();
  await once(call, 'continue');
  assert.equal((await second.ask('GET', '/people')).status, 200, 'by now the call was let in');
  assert.equal((await owner.ask('DELETE', `/people/${second.id}`)).status, 204);
  call.end(body);
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  assert.equal(answer.statusCode, 401);
  assert.deepEqual(
    (await peopleOf(house)).map(({ email }) => email),
    ['ana@example.org'],
  );
});

test('another role counts at once, for the one who has it and everybody who asks', async (t) => {
  const house = await houseFor(t, { hands });
  const owner = await ownerOf(house);
  const viewer = await colleagueOf(house, owner, 'viewer');
  assert.equal((await viewer.ask('PUT', '/agents/a/draft', { definition: {} })).body.code, 'role-missing');
  const changed = await owner.ask<PersonBody>('PUT', `/people/${viewer.id}`, { role: 'designer', name: 'Dee' });
  assert.deepEqual([changed.body.person.role, changed.body.person.name], ['designer', 'Dee']);
  assert.equal((await viewer.ask('PUT', '/agents/a/draft', { definition: {} })).status, 200);
  await owner.ask('PUT', `/people/${viewer.id}`, { role: 'live-agent' });
  assert.equal((await viewer.ask('GET', '/agents')).body.code, 'role-missing');
});

test('what another process changes counts within five seconds', async (t) => {
  const house = await houseFor(t, { hands });
  const owner = await ownerOf(house);
  const viewer = await colleagueOf(house, owner, 'viewer');
  assert.equal((await viewer.ask('GET', '/agents')).status, 200);
  const { people } = house.app.store;
  await people.change(viewer.id, { role: 'live-agent' });
  house.hands.advance(5_000);
  assert.equal((await viewer.ask('GET', '/agents')).body.code, 'role-missing');
  await people.remove(viewer.id);
  house.hands.advance(5_000);
  assert.equal(await viewer.me(), 'signed-out');
});

test('the last owner stays, and stays the owner', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const { id } = (await peopleOf(house))[0] ?? { id: '' };
  for (const [method, json] of [
    ['DELETE', undefined],
    ['PUT', { role: 'designer' }],
  ] as const) {
    const { status, body } = await owner.ask(method, `/people/${id}`, json);
    assert.deepEqual([status, body.code], [409, 'last-owner']);
  }
  await invite(owner, 'invited@example.org', 'owner');
  assert.equal(
    (await owner.ask('DELETE', `/people/${id}`)).body.code,
    'last-owner',
    'who was only invited is none yet',
  );
  const second = await colleagueOf(house, owner, 'owner');
  assert.equal((await owner.ask('DELETE', `/people/${id}`)).status, 204);
  assert.equal(await owner.me(), 'signed-out');
  assert.equal((await second.ask('DELETE', `/people/${second.id}`)).body.code, 'last-owner');
});

test('of two owners who remove each other at once one stays', async (t) => {
  const house = await houseFor(t);
  const first = await ownerOf(house);
  const second = await colleagueOf(house, first, 'owner');
  const me = await first.me();
  assert.ok(typeof me === 'object');
  const removals = [first.ask('DELETE', `/people/${second.id}`), second.ask('DELETE', `/people/${me.id}`)];
  const statuses = (await Promise.all(removals)).map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 204).length, 1, statuses.join());
  assert.equal((await peopleOf(house)).length, 1);
});

test('an e-mail is one person’s, however it is written', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const taken = await owner.ask('POST', '/people', { email: 'ANA@example.ORG', role: 'viewer' });
  assert.deepEqual([taken.status, taken.body.code], [409, 'email-taken']);
  const many = Array.from({ length: 4 }, () =>
    owner.ask('POST', '/people', { email: 'bo@example.org', role: 'viewer' }),
  );
  const statuses = (await Promise.all(many)).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, 409, 409, 409]);
});

test('people change how they are called, and nothing else of themselves', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const viewer = await colleagueOf(house, owner, 'viewer');
  assert.equal((await viewer.ask<PersonBody>('PUT', '/me', { name: 'Víola' })).body.person.name, 'Víola');
  assert.equal((await viewer.ask('PUT', '/me', { name: 'V', role: 'owner' })).body.code, 'wrong-shape');
  const me = await viewer.me();
  assert.ok(typeof me === 'object');
  assert.deepEqual([me.name, me.role], ['Víola', 'viewer']);
});

test('what has the wrong shape is refused with its path, and changes nothing', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const before = await peopleOf(house);
  const token = 'a'.repeat(43);
  for (const [method, path, json, fault] of [
    ['POST', '/people', { email: 'no e-mail', role: 'viewer' }, 'email'],
    ['POST', '/people', { email: `${'a'.repeat(200)}@b.c`, role: 'viewer' }, 'email'],
    ['POST', '/people', { email: 'a\u0000@b.c', role: 'viewer' }, 'email'],
    ['POST', '/people', { email: 'a\ud800@b.c', role: 'viewer' }, 'email'],
    ['POST', '/people', { email: 'a@b.c', role: 'boss' }, 'role'],
    ['POST', '/people', { email: 'a@b.c' }, 'role'],
    ['POST', '/people', { email: 'a@b.c', role: 'viewer', name: 'a\u001b[2J' }, 'name'],
    ['POST', '/people', { email: 'a@b.c', role: 'viewer', name: '' }, 'name'],
    ['POST', '/people', { email: 'a@b.c', role: 'viewer', nmae: 'A' }, 'nmae'],
    ['PUT', `/people/${before[0]?.id}`, { email: 'a@b.c' }, 'email'],
    ['PUT', '/me', { name: 'a'.repeat(81) }, 'name'],
    ['POST', '/me/password', { current: password, password: 'too short' }, 'password'],
    ['POST', '/sign-in', { email: 'ana@example.org', password: 'a'.repeat(201) }, 'password'],
    ['POST', '/sign-in', [], ''],
    ['POST', '/sign-in/link', { token: 7 }, 'token'],
    ['POST', '/sign-in/owner', { token, name: 'Eve\u0000', email: 'eve@example.org', password }, 'name'],
    ['POST', '/sign-in/invitation', { token, name: 'Eve', password: 'short' }, 'password'],
  ] as const) {
    const { status, body } = await owner.ask(method, path, json);
    assert.deepEqual([status, body.code], [422, 'wrong-shape'], `${path} ${JSON.stringify(json)}`);
    assert.ok(
      body.faults?.some((one) => one.path === fault),
      JSON.stringify(body.faults),
    );
  }
  for (const [method, path] of [
    ['PUT', `/people/${nobody}`],
    ['POST', '/people/x/invitation'],
    ['DELETE', '/people/__proto__'],
  ] as const) {
    assert.equal((await owner.ask(method, path, method === 'PUT' ? {} : undefined)).body.code, 'person-not-found');
  }
  assert.deepEqual(
    (await peopleOf(house)).map(({ last_seen_at: _, ...rest }) => rest),
    before.map(({ last_seen_at: _, ...rest }) => rest),
  );
});

test('a stranger who sends much is refused before it is read', async (t) => {
  const house = await houseFor(t);
  const json = { email: 'a@b.c', password: 'x'.repeat(20_000) };
  const answer = await house.askBare('POST', '/sign-in', { json, headers: ownPage(house.url) });
  assert.deepEqual([answer.status, answer.body.code], [413, 'body-too-large']);
});

test('sign-ins and what becomes of people are on record, and nothing that lets anybody in', async (t) => {
  const house = await houseFor(t);
  const owner = await ownerOf(house);
  const { id } = (await peopleOf(house))[0] ?? { id: '' };
  await openVisitor(house).ask('POST', '/sign-in', { email: 'ana@example.org', password });
  await openVisitor(house).ask('POST', '/sign-in', { email: 'ana@example.org', password: 'wrong one entirely' });
  await openVisitor(house).ask('POST', '/sign-in/link', { token: 'a'.repeat(43) });
  const viewer = await colleagueOf(house, owner, 'viewer');
  await viewer.ask('GET', '/people');
  await viewer.ask('POST', '/people', { email: 'eve@example.org', role: 'owner' });
  await viewer.ask('PUT', '/me', { name: 'Vi' });
  await viewer.ask('POST', '/me/password', { current: 'wrong', password: 'another password' });
  await owner.ask('PUT', `/people/${viewer.id}`, { role: 'designer' });
  await owner.ask('POST', `/people/${viewer.id}/invitation`);
  await owner.ask('DELETE', `/people/${viewer.id}`);
  await owner.ask('DELETE', `/people/${id}`);
  await house.ask('POST', '/people', { json: { email: 'ana@example.org', role: 'owner' } });
  const [ana, other] = ['ana@example.org', 'viewer@example.org'];
  const entries = await record(house);
  assert.deepEqual(
    entries.map(({ actor, operation, target, status, code }) => [actor, operation, target, status, code]),
    [
      [ana, 'claimOwner', id, 200, null],
      [ana, 'signIn', id, 200, null],
      ['unknown', 'signIn', '', 401, 'sign-in-failed'],
      ['unknown', 'signInByLink', '', 401, 'link-used'],
      [ana, 'invitePerson', `${viewer.id} viewer`, 200, null],
      [other, 'acceptInvitation', viewer.id, 200, null],
      [other, 'invitePerson', '', 403, 'role-missing'],
      [other, 'changeMe', '', 200, null],
      [other, 'changePassword', '', 401, 'sign-in-failed'],
      [ana, 'changePerson', `${viewer.id} designer`, 200, null],
      [ana, 'invitePersonAgain', viewer.id, 200, null],
      [ana, 'removePerson', viewer.id, 204, null],
      [ana, 'removePerson', id, 409, 'last-owner'],
      ['BATON_KEY', 'invitePerson', '', 409, 'email-taken'],
    ],
  );
  assert.ok(entries.every(({ key_id }) => key_id === null));
});
