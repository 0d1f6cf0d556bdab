import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { WebSocket } from 'ws';
import { baton, type Program, printed, serving } from '../operations/kit/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'baton-cli-'));
after(() => rmSync(folder, { recursive: true }));

let folders = 0;
const newFolder = (): string => {
  folders += 1;
  return join(folder, String(folders));
};

test('a port that is taken is a sentence and a non-zero exit', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as { port: number };
  const second = baton(t, ['start'], { PORT: String(port), BATON_DATA: newFolder() });
  assert.equal(await second.ended, 1);
  assert.equal(
    second.errors().trim().split('\n').at(-1),
    `Port ${port} on 127.0.0.1 is in use; set PORT to another one.`,
  );
});

test('a data folder that is taken or cannot be written is a sentence and a non-zero exit', async (t) => {
  const data = newFolder();
  const first = baton(t, ['start'], { BATON_DATA: data });
  await serving(first);
  const second = baton(t, ['start'], { BATON_DATA: data });
  assert.equal(await second.ended, 1);
  assert.match(second.errors(), /The data folder .* is in use by another Baton; stop that one, or set BATON_DATA/);
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  const third = baton(t, ['start'], { BATON_DATA: join(file, 'data') });
  assert.equal(await third.ended, 1);
  assert.match(third.errors(), /The data folder .* is not writable \(ENOTDIR\); set BATON_DATA to one that is\./);
});

test('a killed server leaves no lock behind', async (t) => {
  const data = newFolder();
  const first = baton(t, ['start'], { BATON_DATA: data });
  await serving(first);
  first.child.kill('SIGKILL');
  await first.ended;
  await serving(baton(t, ['start'], { BATON_DATA: data }));
});

test('a configuration that cannot be used is a sentence and exit code 2', async (t) => {
  const wrong = baton(t, ['start'], { BATON_DATA: newFolder(), BATON_REGION: 'moon' });
  assert.equal(await wrong.ended, 2);
  assert.equal(wrong.errors().trim(), 'BATON_REGION is "moon"; give one of eu, us.');
  const unknown = baton(t, ['dance'], {});
  assert.equal(await unknown.ended, 2);
  assert.match(unknown.errors(), /There is no command "dance"/);
});

test('the first start shows a key once; keys are made and revoked while it runs', async (t) => {
  const data = newFolder();
  const server = baton(t, ['start'], { BATON_DATA: data });
  const url = await serving(server);
  const key = await printed(server, /shown only now: (\S+)/);
  const status = async (with_: string): Promise<number> => {
    const answer = await fetch(`${url}/agents`, { headers: { 'x-vgai-key': with_ } });
    await answer.body?.cancel();
    return answer.status;
  };
  assert.equal(await status(key), 200);
  const add = baton(t, ['keys', 'add', 'my reader', '--scopes', 'read'], { BATON_DATA: data });
  assert.equal(await add.ended, 0, add.errors());
  const reader = add.out().trim();
  assert.equal(await status(reader), 200);
  const list = baton(t, ['keys'], { BATON_DATA: data });
  assert.equal(await list.ended, 0);
  assert.match(list.out(), /valid .* read {2}my reader/);
  assert.ok(!list.out().includes(reader) && !list.out().includes(key), 'a key is shown once');
  const id = /(\S+) {2}valid.*my reader/.exec(list.out())?.[1] ?? '';
  const revoke = baton(t, ['keys', 'revoke', id], { BATON_DATA: data });
  assert.equal(await revoke.ended, 0, revoke.errors());
  for (let tries = 0; (await status(reader)) !== 401; tries += 1)
    assert.ok(tries < 10_000, 'a revoked key still opens');
  const wrong = baton(t, ['keys', 'add', 'x', '--scopes', 'everything'], { BATON_DATA: data });
  assert.equal(await wrong.ended, 1);
  assert.match(wrong.errors(), /There is no scope "everything"/);
  server.child.kill('SIGTERM');
  assert.equal(await server.ended, 0);
  const again = baton(t, ['start'], { BATON_DATA: data });
  await serving(again);
  assert.ok(!again.out().includes('shown only now'));
});

test('keys are rotated with an overlap, the last one that may manage stays, and all of it is on record', async (t) => {
  const data = newFolder();
  const keys = async (...args: readonly string[]): Promise<Program> => {
    const command = baton(t, ['keys', ...args], { BATON_DATA: data });
    await command.ended;
    return command;
  };
  const idOf = async (label: string): Promise<string> =>
    new RegExp(`(\\S+) {2}valid.*ends never.* ${label}`).exec((await keys()).out())?.[1] ?? '';
  const made = (await keys('add', 'operator', '--rate', '5')).out().trim();
  const id = await idOf('operator');
  const last = await keys('revoke', id);
  assert.equal(await last.ended, 1);
  assert.match(last.errors(), /last valid key that may manage, and no BATON_KEY is set.*--force/);
  const next = (await keys('rotate', id, '--overlap', '0')).out().trim();
  assert.match(next, /^baton_/);
  const [lines, nextId] = [(await keys()).out(), await idOf('operator')];
  assert.match(lines, new RegExp(`${id} {2}expired .*used never {2}ends \\d{4}-.* 5/s `));
  assert.ok(!lines.includes(made) && !lines.includes(next));
  assert.equal(await (await keys('rotate', id)).ended, 1, 'it was rotated before');
  assert.equal(await (await keys('rotate', nextId, '--overlap', 'long')).ended, 1);
  assert.equal(await (await keys('add', 'red \u001b[31m')).ended, 1);
  assert.match((await keys('revoke', nextId, '--force')).out(), /opens nothing any more/);
  const audit = baton(t, ['audit'], { BATON_DATA: data });
  assert.equal(await audit.ended, 0, audit.errors());
  const told = audit
    .out()
    .trim()
    .split('\n')
    .map((line) => line.slice(25));
  assert.deepEqual(told, [
    `200 makeKey ${id} by command line from here`,
    `409 revokeKey ${id} by command line from here`,
    `200 rotateKey ${id} ${nextId} by command line from here`,
    `409 rotateKey ${id} by command line from here`,
    `200 revokeKey ${nextId} by command line from here`,
  ]);
});

test('SIGTERM tells sockets to come back and exits with 0', async (t) => {
  const key = 'a key for this test only';
  const server = baton(t, ['start'], { BATON_DATA: newFolder(), BATON_KEY: key });
  const url = await serving(server);
  const call = async (method: string, path: string, body: object): Promise<Record<string, string>> => {
    const headers = { 'x-vgai-key': key, 'content-type': 'application/json' };
    const answer = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
    assert.equal(answer.status, 200);
    return (await answer.json()) as Record<string, string>;
  };
  const ask = { type: 'collect-input', parameter: 'A', prompt: 'Yes?', outputs: {} };
  await call('PUT', '/agents/a', { name: 'A', start: 'ask', nodes: { ask } });
  const session = await call('POST', '/http/init', { agent_id: 'a' });
  const socket = new WebSocket(`${url.replace('http', 'ws')}/http/${session.session_id}/socket`, [
    'baton.v1',
    session.session_token ?? '',
  ]);
  await once(socket, 'message');
  const closed = once(socket, 'close');
  server.child.kill('SIGTERM');
  assert.equal((await closed)[0], 1012);
  assert.equal(await server.ended, 0);
});

test('migrate brings a folder to this schema and says so', async (t) => {
  const data = newFolder();
  const first = baton(t, ['migrate'], { BATON_DATA: data });
  assert.equal(await first.ended, 0);
  assert.match(first.out(), /^Ran 0001-/);
  const second = baton(t, ['migrate'], { BATON_DATA: data });
  assert.equal(await second.ended, 0);
  assert.equal(second.out().trim(), 'The schema is up to date.');
});

const post = (url: string, headers: Record<string, string> = {}, body?: object): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });

test('the demonstration shows its page to browsers and signs in those of this machine, by no other name', async (t) => {
  const server = baton(t, ['start', '--demo'], { BATON_DATA: newFolder() });
  const url = await serving(server);
  await printed(server, /(Stop with Ctrl-C)/);
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  assert.match(await page.text(), /<title>Baton/);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'self'/);
  assert.match(await (await fetch(url)).text(), /Baton is running/);
  assert.equal((await fetch(`${url}/chat/support/profile`)).status, 200);

  const refused: readonly Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'x-forwarded-for': '198.51.100.7' },
  ];
  for (const headers of refused) assert.equal((await post(`${url}/demo/link`, headers)).status, 403);
  const { token } = (await (await post(`${url}/demo/link`)).json()) as { token: string };
  const signedIn = await post(`${url}/sign-in/link`, {}, { token });
  assert.equal(signedIn.status, 200);
  assert.match(signedIn.headers.get('set-cookie') ?? '', /HttpOnly; SameSite=Strict/);
  assert.equal((await post(`${url}/sign-in/link`, {}, { token })).status, 401, 'a link is good once');
  const cookie = signedIn.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
  const { person } = (await (await fetch(`${url}/desk/api/me`, { headers: { cookie } })).json()) as {
    person: { name: string };
  };
  assert.equal(person.name, 'Robin');
  assert.equal(server.errors(), '');
});

test('a demonstration that others may reach signs nobody in by itself', async (t) => {
  const environment = { BATON_DATA: newFolder(), BATON_URL: 'http://baton.example' };
  const server = baton(t, ['start', '--demo'], { ...environment, PORT: '39187' });
  await printed(server, /(Stop with Ctrl-C)/);
  const answer = await post('http://127.0.0.1:39187/demo/link');
  assert.equal(answer.status, 403);
});

test('a demonstration that moves to another port brings its virtual agent along', async (t) => {
  const data = newFolder();
  for (const _ of ['first', 'second']) {
    const server = baton(t, ['start', '--demo'], { BATON_DATA: data });
    const url = await serving(server);
    const key = await printed(server, /BATON_KEY=(\S+)[\s\S]*Stop with Ctrl-C/);
    const answer = await fetch(`${url}/agents/support`, { headers: { 'x-vgai-key': key } });
    const { definition } = (await answer.json()) as {
      definition: { nodes: { human: { startConnectionUrl: string } } };
    };
    assert.equal(definition.nodes.human.startConnectionUrl, `${url}/desk/hooks/start`);
    server.child.kill('SIGTERM');
    assert.equal(await server.ended, 0);
  }
});

test('a start shows the link that makes the first owner until one is made', async (t) => {
  const data = newFolder();
  const first = baton(t, ['start'], { BATON_DATA: data });
  const url = await serving(first);
  const token = await printed(first, /\/studio\/sign-in#setup=(\S+)/);
  const owner = { token, name: 'Robin', email: 'robin@desk.example', password: 'correct horse battery' };
  assert.equal((await post(`${url}/sign-in/owner`, {}, owner)).status, 200);
  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0);
  const second = baton(t, ['start'], { BATON_DATA: data });
  const again = await serving(second);
  const { email, password } = owner;
  assert.equal((await post(`${again}/sign-in`, {}, { email, password })).status, 200);
  second.child.kill('SIGTERM');
  assert.equal(await second.ended, 0);
  assert.doesNotMatch(second.out(), /#setup=/);
});

test('people are invited and let in from the terminal, while the server runs, and it is on record', async (t) => {
  const data = newFolder();
  const url = await serving(baton(t, ['start'], { BATON_DATA: data }));
  const people = async (...args: readonly string[]): Promise<Program> => {
    const command = baton(t, ['people', ...args], { BATON_DATA: data, BATON_URL: 'https://baton.example' });
    await command.ended;
    return command;
  };
  const refusals: readonly (readonly [readonly string[], RegExp])[] = [
    [['add', 'ana@example.org'], /--role owner, designer, supervisor, live-agent, viewer/],
    [['add', 'ana@example.org', '--role', 'boss'], /--role owner/],
    [['add', 'ana', '--role', 'owner'], /The e-mail is "ana"/],
    [['add', 'ana@example.org', '--role', 'owner', '--name', 'A\u001b[31m'], /control character/],
    [['link', 'nobody@example.org'], /Nobody has the e-mail nobody@example\.org/],
    [['dance'], /no "baton people dance"; use list, add or link/],
  ];
  for (const [args, sentence] of refusals) {
    const { ended, errors } = await people(...args);
    assert.equal(await ended, 1);
    assert.match(errors(), sentence);
  }
  const invited = await people('add', 'Ana@Example.org', '--role', 'owner', '--name', 'Ana');
  const [, token] = /^https:\/\/baton\.example\/studio\/sign-in#invitation=(\S+)\n$/.exec(invited.out()) ?? [];
  assert.match((await people()).out(), / {2}invited {2}owner {2}ana@example\.org {2}no way in {2}seen never {2}Ana\n$/);
  assert.match((await people('add', 'ANA@example.org', '--role', 'viewer')).errors(), /Somebody has ana@example\.org/i);
  const accepted = await post(`${url}/sign-in/invitation`, {}, { token, name: 'Ana', password: 'correct horse' });
  assert.equal(accepted.status, 200);
  assert.match(
    (await people('list')).out(),
    / {2}active {3}owner {2}ana@example\.org {2}password {2}seen \d{4}-\S+ {2}Ana\n$/,
  );
  const [, link] = /#link=(\S+)\n$/.exec((await people('link', 'ana@example.org')).out()) ?? [];
  assert.equal((await post(`${url}/sign-in/link`, {}, { token: link })).status, 200);
  const audit = baton(t, ['audit'], { BATON_DATA: data });
  await audit.ended;
  const told = audit
    .out()
    .trim()
    .split('\n')
    .map((line) => line.slice(25));
  assert.deepEqual(
    told.map((line) => line.replaceAll(/[0-9a-f-]{36}/g, 'ID')),
    [
      '409 makeSignInLink - by command line from here',
      '200 invitePerson ID owner by command line from here',
      '409 invitePerson - by command line from here',
      '200 acceptInvitation ID by ana@example.org from 127.0.0.1',
      '200 makeSignInLink ID by command line from here',
      '200 signInByLink ID by ana@example.org from 127.0.0.1',
    ],
  );
});

test('a desk of its own says what it lacks', async (t) => {
  const nothing = baton(t, ['desk'], { BATON_DATA: newFolder() });
  assert.equal(await nothing.ended, 1);
  assert.match(nothing.errors(), /Name the router and a key of it: baton desk --router/);
  const noUrl = baton(t, ['desk', '--router', 'here', '--key', 'k'], {});
  assert.equal(await noUrl.ended, 2);
  assert.match(noUrl.errors(), /--router is "here"; give a base URL/);
  const noPort = baton(t, ['desk', '--router', 'http://127.0.0.1:9', '--key', 'k', '--port', 'many'], {});
  assert.equal(await noPort.ended, 1);
  assert.match(noPort.errors(), /--port many is no port/);
});

test('the replay of the demonstration verifies every word', async (t) => {
  const replay = baton(t, ['replay', '--demo'], {});
  assert.equal(await replay.ended, 0, replay.errors());
  assert.match(replay.out(), /every text arrived exactly once, in order and unchanged/);
});
