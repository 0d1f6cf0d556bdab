import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { deskApi, deskPaths } from '../contract/desk-api.ts';
import { closeCodes, readClientFrame, subprotocol } from '../contract/frames.ts';
import { acceptRequest } from '../contract/people/people.ts';
import { roles } from '../contract/people/roles.ts';
import { routes } from '../contract/routes.ts';
import { closed, protocol } from './chat/connection.ts';
import { deskApiPath, deskCalls } from './desk/desk-calls.ts';
import { shortestPassword } from './parts/gate/use-gate-form.ts';
import { longestText } from './parts/text.ts';
import { allRoles } from './studio/people/roles.ts';
import { recordTexts } from './texts/studio/access/keys.ts';

// The pages take only types from the contract, so that its validators stay out of what browsers load; what they repeat
// of its values is compared here.

test('the socket is spoken to as the contract says', () => {
  assert.equal(protocol, subprotocol);
  assert.deepEqual(closed, closeCodes);
  const isTaken = (length: number): boolean =>
    readClientFrame({ type: 'message', id: 'a1', text: '😀'.repeat(length) }).ok;
  assert.deepEqual([isTaken(longestText), isTaken(longestText + 1)], [true, false]);
});

test("the desk's calls are those of the contract", async (t) => {
  assert.equal(deskApiPath, deskPaths.api);
  const asked: string[] = [];
  t.mock.method(globalThis, 'fetch', async (url: string, { method }: { method: string }) => {
    asked.push(`${method} ${url}`);
    return new Response('{}');
  });
  for (const call of Object.values(deskCalls)) await (call as (...given: unknown[]) => Promise<unknown>)('ID', {});
  const known = Object.values(deskApi).map(
    ({ method, path }) => `${method} ${deskPaths.api}${path.replace('{id}', 'ID')}`,
  );
  assert.deepEqual(
    asked.filter((one) => !known.includes(one)),
    [],
  );
});

test('people are what the contract says, with passwords of its length', () => {
  assert.deepEqual(allRoles, roles);
  const accepted = { token: 't'.repeat(43), name: 'Ada' };
  const isTaken = (length: number): boolean => acceptRequest.read({ ...accepted, password: 'x'.repeat(length) }).ok;
  assert.deepEqual([isTaken(shortestPassword - 1), isTaken(shortestPassword)], [false, true]);
});

test('the record has words for every call that it tells of', () => {
  const signingIn = Object.entries(routes).filter(([, route]) => 'signsIn' in route);
  const managing = Object.entries(routes).filter(([, route]) => 'audited' in route);
  for (const [name] of [...managing, ...signingIn]) assert.ok(recordTexts.operations[name], name);
});
