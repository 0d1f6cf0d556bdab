import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { deskApi, deskPaths } from '../contract/desk-api.ts';
import { closeCodes, readClientFrame, subprotocol } from '../contract/frames.ts';
import { closed, protocol } from './chat/connection.ts';
import { deskApiPath, deskCalls } from './desk/desk-calls.ts';
import { longestText } from './parts/text.ts';

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
