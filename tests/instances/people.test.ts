// People of several servers on one database: one owner, whoever claims where, and nobody stays in who was taken away.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { InvitationAnswer, Person } from '../../src/contract/people/people.ts';
import { until } from '../house/kit/until.ts';
import { ownPage, password, tokenOf } from '../house/kit/visitor.ts';
import { type Cluster, clusters, type Server } from './kit/cluster.ts';

const clusterFor = clusters(before, after);

const from = ({ url }: Server, cookie = ''): Readonly<{ headers: Record<string, string> }> => ({
  headers: { 'x-vgai-key': '', ...ownPage(url), cookie },
});

/** The cookie that a server takes for a sign-in's token. */
const cookieAt = ({ url }: Server, token: string): string => `baton_${new URL(url).port}=${token}`;

async function signInAt(cluster: Cluster, server: Server, path: string, json: object): Promise<string> {
  const answer = await cluster.ask(server, 'POST', path, { json, ...from(server) });
  assert.equal(answer.status, 200, answer.text);
  return tokenOf(answer.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '');
}

test('of all who claim the set-up links of servers that start at once, one is the owner, everywhere', async (t) => {
  const cluster = await clusterFor(t);
  const servers = await Promise.all([cluster.start(), cluster.start()]);
  const tokens = await Promise.all(servers.map(({ people }) => people.setupToken()));
  const claims = servers.flatMap((server, nth) =>
    [...tokens, ...tokens].map((token, mth) => {
      const json = { token, name: 'Ana', email: `ana-${nth}-${mth}@example.org`, password };
      return cluster.ask(server, 'POST', '/sign-in/owner', { json, ...from(server) });
    }),
  );
  const statuses = (await Promise.all(claims)).map(({ status }) => status);
  assert.deepEqual(statuses.sort(), [200, ...Array.from({ length: 7 }, () => 401)]);
  for (const server of servers) {
    const { body } = await cluster.ask<{ people: readonly Person[] }>(server, 'GET', '/people');
    assert.equal(body.people.length, 1);
    assert.equal((await cluster.ask<{ needs_owner: boolean }>(server, 'GET', '/sign-in')).body.needs_owner, false);
  }
});

test('who is removed on one server, or gets another role, is out on the other within five seconds', async (t) => {
  const cluster = await clusterFor(t);
  const [a, b] = [await cluster.start(), await cluster.start()];
  const json = { email: 'dee@example.org', role: 'designer' };
  const { body } = await cluster.ask<InvitationAnswer>(a, 'POST', '/people', { json });
  const accepted = { token: tokenOf(body.invitation.url), name: 'Dee', password };
  const token = await signInAt(cluster, b, '/sign-in/invitation', accepted);
  const codeAt = async (server: Server, path: string): Promise<string | undefined> =>
    (await cluster.ask(server, 'GET', path, from(server, cookieAt(server, token)))).body.code;
  assert.deepEqual([await codeAt(a, '/agents'), await codeAt(b, '/agents')], [undefined, undefined]);
  const within = async (what: string, path: string, code: string): Promise<void> => {
    const begun = performance.now();
    await until(what, async () => (await codeAt(b, path)) === code);
    assert.ok(performance.now() - begun < 5_000, what);
    assert.equal(await codeAt(a, path), code);
  };
  const person = `/people/${body.person.id}`;
  assert.equal((await cluster.ask(a, 'PUT', person, { json: { role: 'live-agent' } })).status, 200);
  assert.equal(await codeAt(a, '/agents'), 'role-missing', 'at once where it was changed');
  await within('the other server knows the role', '/agents', 'role-missing');
  assert.equal((await cluster.ask(a, 'DELETE', person)).status, 204);
  assert.equal(await codeAt(a, '/me'), 'signed-out', 'at once where they were removed');
  await within('the other server knows that they are gone', '/me', 'signed-out');
});

test('who signs out on one server is out on the other within five seconds', async (t) => {
  const cluster = await clusterFor(t);
  const [a, b] = [await cluster.start(), await cluster.start()];
  const token = await signInAt(cluster, a, '/sign-in/link', { token: await a.people.ownersSignInToken() });
  const codeAt = async (server: Server) =>
    (await cluster.ask(server, 'GET', '/me', from(server, cookieAt(server, token)))).body.code;
  assert.equal(await codeAt(b), undefined);
  assert.equal((await cluster.ask(a, 'POST', '/sign-out', from(a, cookieAt(a, token)))).status, 204);
  const begun = performance.now();
  await until('the other server knows', async () => (await codeAt(b)) === 'signed-out');
  assert.ok(performance.now() - begun < 5_000);
});
