// The disk fills up under the running program: what cannot be stored is refused, the rest goes on, and with room all of it.

import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openBrowser, textsOf, untilStory } from '../desk/kit/browser.ts';
import { openClient } from '../house/kit/client.ts';
import { openDesk } from '../house/kit/desk.ts';
import { type EndUser, openSocket } from '../house/kit/end-user.ts';
import { supportFlow } from '../house/kit/flows.ts';
import { freePort } from '../house/kit/free-port.ts';
import { accountKey, issue, type LoggedEvent } from '../house/kit/house.ts';
import { until } from '../house/kit/until.ts';
import { baton, batonDone, folderFor, printed, serving } from './kit/program.ts';
import { smallDisk } from './kit/small-disk.ts';

const skip = process.platform === 'linux' ? false : 'a disk can be made small on Linux only';

const environmentOf = (folder: string, more: Record<string, string> = {}): Record<string, string> => ({
  BATON_DATA: join(folder, 'data'),
  BATON_KEY: accountKey,
  BATON_ALLOW_NETWORKS: '127.0.0.1/32',
  BATON_LOG_LEVEL: 'silent',
  ...more,
});

/** Asks a server as its owner. */
function asker(t: TestContext, url: string) {
  const client = openClient(false);
  t.after(() => client.close());
  return <Body = { code?: string }>(method: string, path: string, json?: object) =>
    client.ask<Body>(method, `${url}${path}`, { ...(json && { json }), headers: { 'x-vgai-key': accountKey } });
}

type Ask = ReturnType<typeof asker>;

async function begin(ask: Ask, url: string): Promise<Readonly<{ id: string; user: EndUser }>> {
  const { body } = await ask<{ session_id: string; session_token: string }>('POST', '/http/init', {
    agent_id: 'support',
  });
  const user = openSocket(url, body.session_id, body.session_token);
  await user.hears('Hello.');
  user.say(issue);
  await user.sees('connected');
  return { id: body.session_id, user };
}

/** Says something and waits for what becomes of it. */
async function say({ user }: Readonly<{ user: EndUser }>, id: string): Promise<'accepted' | string> {
  const from = user.frames.length;
  user.say(id, id);
  const frame = await until(`something becomes of "${id}"`, () =>
    user.frames.slice(from).find((one) => (one.type === 'accepted' || one.type === 'error') && one.id === id),
  );
  return frame.type === 'error' ? frame.code : frame.type;
}

const owedNow = async (ask: Ask): Promise<number> => {
  const { text } = await ask('GET', '/metrics');
  return Number(/^baton_deliveries_owed (\d+)/m.exec(text)?.[1]);
};

test('a full disk refuses what it cannot keep, reads on, and takes up everything when there is room', {
  skip,
}, async (t) => {
  const disk = smallDisk(t);
  const desk = await openDesk();
  t.after(() => desk.close());
  const server = baton(t, ['start'], environmentOf(disk.folder));
  const url = await serving(server);
  const ask = asker(t, url);
  assert.equal((await ask('PUT', '/agents/support', supportFlow(desk))).status, 200);
  const talk = await begin(ask, url);
  t.after(() => talk.user.close());
  desk.behave = ({ kind }) => ({ status: kind === 'inbound' ? 503 : 200, body: '{}' });
  assert.equal(await say(talk, 'before'), 'accepted');
  await until('the desk refused it', () => desk.of('inbound').length > 0);
  const tried = new Set(desk.of('inbound').map(({ id }) => id));

  disk.fill(server.child.pid ?? 0);
  let last = '';
  for (let n = 0; last !== 'unavailable' && n < 200; n += 1) last = await say(talk, 'while full');
  assert.equal(last, 'unavailable', 'the end user is told that it was not stored');
  for (const [method, path, json] of [
    ['POST', '/http/init', { agent_id: 'support' }],
    ['POST', `/live-agent/outbound/${talk.id}`, { text: 'hello' }],
    ['PUT', '/agents/support', supportFlow(desk)],
  ] as const) {
    const answer = await ask(method, path, json);
    assert.deepEqual([answer.status, answer.body.code], [503, 'unavailable'], path);
    assert.equal(answer.headers['retry-after'], '1');
  }
  const log = async () => (await ask<{ events: LoggedEvent[] }>('GET', `/sessions/${talk.id}/events`)).body.events;
  const kept = await log();
  assert.equal(kept.at(-1)?.text, 'before', 'reading works, and nothing was changed');
  assert.match((await ask('GET', '/metrics')).text, /^baton_commits_refused_total [1-9]/m);
  // The desk takes the call now, which cannot be noted: it stays owed, and at worst is repeated under its id.
  desk.behave = () => ({ status: 200, body: '{}' });
  const taken = desk.of('inbound').length;
  await until('the desk takes what was owed', () => desk.of('inbound').length > taken);
  assert.equal(await owedNow(ask), 1, 'what could not be noted is owed still');
  assert.equal(server.child.exitCode, null, 'the program lives');

  disk.free(server.child.pid ?? 0);
  assert.equal(await say(talk, 'while full'), 'accepted');
  assert.equal((await ask('POST', `/live-agent/outbound/${talk.id}`, { text: 'welcome back' })).status, 200);
  await talk.user.hears('welcome back');
  await until('nothing is owed any more', async () => (await owedNow(ask)) === 0);
  assert.deepEqual(
    new Set(
      desk
        .of('inbound')
        .slice(0, taken + 1)
        .map(({ id }) => id),
    ),
    tried,
    'under the id of before',
  );
  assert.deepEqual(
    desk
      .firstArrivals(talk.id)
      .filter(({ kind }) => kind === 'inbound')
      .map(({ body }) => body.text),
    ['before', 'while full'],
  );
  const events = await log();
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, at) => at + 1),
  );
});

test('a start and a backup on a full disk end with a sentence and leave nothing; with room all is there', {
  skip,
}, async (t) => {
  const disk = smallDisk(t);
  if (disk.kind === 'quota') return; // A limit is a process's own; one that starts anew has none.
  const environment = environmentOf(disk.folder);
  const made = (await batonDone(t, ['keys', 'add', 'one', '--scopes', 'read'], environment)).trim();
  const first = baton(t, ['start'], environment);
  await serving(first);
  disk.fill(0);
  const elsewhere = join(folderFor(t), 'backup.tar');
  await batonDone(t, ['backup', elsewhere], environment);
  assert.ok(existsSync(elsewhere), 'the full disk itself can be backed up to another one');
  first.child.kill('SIGKILL');
  await first.ended;
  const again = baton(t, ['start'], environment);
  assert.equal(await again.ended, 1);
  assert.match(again.errors(), /^The disk (is full; make room|failed or has no room left; look) [^\n]*\.\n$/);
  const file = join(disk.folder, 'backup.tar');
  const backup = baton(t, ['backup', file], environment);
  assert.equal(await backup.ended, 1);
  assert.match(backup.errors(), /backup\.tar was not written\. The disk (is full|failed or has no room left)/);
  assert.deepEqual(readdirSync(disk.folder).sort(), ['data', 'filler']);
  disk.free(0);
  const url = await serving(baton(t, ['start'], environment));
  const client = openClient(false);
  t.after(() => client.close());
  assert.equal((await client.ask('GET', `${url}/agents`, { headers: { 'x-vgai-key': made } })).status, 200);
});

test('a full disk under the built-in desk: the router keeps what it owes, the live agent is told, and all arrives later', {
  skip,
}, async (t) => {
  const disk = smallDisk(t);
  const routerFolder = folderFor(t);
  const port = String(await freePort());
  const deskUrl = `http://127.0.0.1:${port}`;
  const router = baton(t, ['start'], environmentOf(routerFolder));
  const url = await serving(router);
  const ask = asker(t, url);
  const args = ['desk', '--router', url, '--key', accountKey, '--port', port, '--data', join(disk.folder, 'desk')];
  const program = baton(t, args, { BATON_LOG_LEVEL: 'silent' });
  const token = await printed(program, /#setup=(\S+)/);
  await printed(program, /(desk\/hooks\/ended)/);
  const browser = openBrowser(() => deskUrl);
  t.after(() => browser.close());
  const owner = { token, name: 'Robin', email: 'robin@desk.example', password: 'correct horse battery' };
  assert.equal((await browser.post('/desk/api/owner', owner)).status, 200);
  const hooks = { url: (kind: string) => `${deskUrl}/desk/hooks/${kind}` };
  assert.equal((await ask('PUT', '/agents/support', supportFlow(hooks))).status, 200);
  const talk = await begin(ask, url);
  t.after(() => talk.user.close());
  const at = `${talk.id}.1`;
  assert.equal((await browser.say(at, 'client-0', 'client-0')).status, 200);
  await talk.user.hears('client-0');

  disk.fill(program.child.pid ?? 0);
  let status = 200;
  let n = 0;
  while (status === 200 && n < 500) {
    n += 1;
    ({ status } = await browser.say(at, `client-${n}`, `client-${n}`));
  }
  assert.equal(status, 503, 'the live agent is told that it was not kept');
  assert.equal(await say(talk, 'for a full desk'), 'accepted');
  const failed = async (): Promise<boolean> =>
    /^baton_calls_failed_total [1-9]/m.test((await ask('GET', '/metrics')).text);
  await until('the router was refused by the desk', failed);
  assert.equal(program.child.exitCode, null, 'the desk lives');

  disk.free(program.child.pid ?? 0);
  assert.equal((await browser.say(at, `client-${n}`, `client-${n}`)).status, 200);
  await talk.user.hears(`client-${n}`);
  const story = await untilStory(browser, at, 'the desk has what was owed', ({ entries }) =>
    entries.some(({ text }) => text === 'for a full desk'),
  );
  const said = textsOf(story).filter((text) => text.startsWith('client-'));
  assert.deepEqual(
    said,
    Array.from({ length: n + 1 }, (_, index) => `client-${index}`),
  );
  assert.deepEqual(
    talk.user.texts().filter((text) => text.startsWith('client-')),
    said,
    'each heard once, in order',
  );
});
