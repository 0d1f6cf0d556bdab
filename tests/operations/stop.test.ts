// SIGTERM while desks hang and sockets are open: the program goes within seconds, and what is owed stays owed.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openClient } from '../house/kit/client.ts';
import { openDesk } from '../house/kit/desk.ts';
import { openSocket } from '../house/kit/end-user.ts';
import { supportFlow } from '../house/kit/flows.ts';
import { accountKey, issue } from '../house/kit/house.ts';
import { until } from '../house/kit/until.ts';
import { baton, folderFor, serving } from './kit/program.ts';

/** Twice the grace of a stop for sockets, requests and desks. */
const patienceMs = 16_000;

test('SIGTERM ends the program with code 0 though desks hang and sockets stay, and nothing owed is lost', async (t) => {
  const desk = await openDesk();
  const client = openClient(false);
  t.after(async () => {
    client.close();
    await desk.close();
  });
  const environment = {
    BATON_DATA: join(folderFor(t), 'data'),
    BATON_KEY: accountKey,
    BATON_ALLOW_NETWORKS: '127.0.0.1/32',
    BATON_LOG_LEVEL: 'silent',
  };
  const server = baton(t, ['start'], environment);
  const url = await serving(server);
  const headers = { 'x-vgai-key': accountKey };
  await client.ask('PUT', `${url}/agents/support`, { json: supportFlow(desk), headers });
  const talks = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const asked = client.ask<Record<string, string>>('POST', `${url}/http/init`, {
        json: { agent_id: 'support' },
        headers,
      });
      const { session_id: id = '', session_token: token = '' } = (await asked).body;
      const user = openSocket(url, id, token);
      await user.hears('Hello.');
      user.say(issue);
      await user.sees('connected');
      return { id, user };
    }),
  );
  desk.behave = () => 'hang';
  for (const { id, user } of talks) user.say('owed', `owed-${id}`);
  await until('every call hangs', () => desk.of('inbound').length === talks.length);
  const ids = new Set(desk.of('inbound').map(({ id }) => id));

  const begunAt = performance.now();
  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0);
  const tookMs = performance.now() - begunAt;
  assert.ok(tookMs < patienceMs, `it took ${Math.round(tookMs)} ms`);
  for (const { user } of talks) assert.equal((await user.ends()).code, 1012, 'sockets are told to come back');

  desk.behave = () => ({ status: 200, body: '{}' });
  const before = desk.calls.length;
  await serving(baton(t, ['start'], environment));
  await until('all that was owed arrives', () => desk.calls.length >= before + talks.length);
  assert.deepEqual(new Set(desk.calls.slice(before).map(({ id }) => id)), ids);
});
