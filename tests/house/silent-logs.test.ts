import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { WebSocket } from 'ws';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Log } from '../../src/platform/log.ts';
import { type Answer, type AnyBody, type Asking, openClient } from './kit/client.ts';
import { type Desk, openDesk } from './kit/desk.ts';
import { type EndUser, openSocket } from './kit/end-user.ts';
import { supportFlow } from './kit/flows.ts';
import { engine, openStorage, type TestStorage } from './kit/storage.ts';
import { until } from './kit/until.ts';

// The real program at log level debug, led through all that goes right and much that goes wrong. Every key, token, secret,
// cookie, password and text that it met is looked for in what it wrote.

const program = new URL('../../bin/baton.mjs', import.meta.url).pathname;

/** Texts that nobody else writes, by what they were used for. */
const met = new Map<string, string>();

function word(what: string): string {
  const text = `zq-${what.replaceAll(' ', '-')}-${randomUUID()}`;
  met.set(text, what);
  return text;
}

function meet(what: string, text: string | undefined): string {
  assert.ok(text !== undefined && text.length > 8, `there is ${what}`);
  met.set(text, what);
  return text;
}

const found = (written: string): readonly string[] =>
  [...met].flatMap(([text, what]) => (written.includes(text) ? [what] : []));

type World = Readonly<{
  url: string;
  storage: TestStorage;
  desk: Desk;
  key: string;
  ask: (method: string, path: string, asking?: Asking) => Promise<Answer<AnyBody & Record<string, unknown>>>;
  connect: (id: string, token: string, tokenIn?: 'protocol' | 'query') => EndUser;
  errors: () => string;
  out: () => string;
  child: ChildProcess;
  ended: Promise<unknown>;
}>;

async function worldFor(t: TestContext): Promise<World> {
  const storage = await openStorage();
  const desk = await openDesk();
  const client = openClient();
  const key = word('account key');
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, 'start'], {
    env: {
      ...{ PATH: process.env.PATH ?? '', PORT: '0', BATON_LOG_LEVEL: 'debug', ...storage.environment },
      ...{ BATON_KEY: key, BATON_SECRET: word('secret'), BATON_ALLOW_NETWORKS: '127.0.0.1/32' },
    },
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    errors += String(chunk);
  });
  const ended = once(child, 'close');
  const users: EndUser[] = [];
  t.after(async () => {
    for (const { socket } of users) socket.terminate();
    child.kill('SIGKILL');
    await ended;
    await desk.close();
    client.close();
    storage.close();
  });
  const url = await until('it serves', () => /Baton serves at (\S+)/.exec(out)?.[1]);
  const world = { url, storage, desk, key, errors: () => errors, out: () => out, child, ended };
  return {
    ...world,
    ask: (method, path, { headers, ...rest } = {}) =>
      client.ask(method, `${url}${path}`, { ...rest, headers: { 'x-vgai-key': key, ...headers } }),
    connect: (id, token, tokenIn = 'protocol') => {
      const user = openSocket(url, id, token, { tokenIn });
      users.push(user);
      return user;
    },
  };
}

/** A flow whose every text and value is unmistakable. */
function wordyFlow(desk: Pick<Desk, 'url'>): Record<string, unknown> {
  const flow = supportFlow({ url: (kind) => `${desk.url(kind)}?token=${word('token of an endpoint')}` });
  const nodes = flow.nodes as Record<string, object>;
  return {
    ...flow,
    parameters: [...(flow.parameters as object[]), { name: 'LANG', kind: 'custom', value: word('parameter value') }],
    nodes: { ...nodes, hello: { ...nodes.hello, text: word('flow text') } },
  };
}

async function manageKeys({ ask }: World): Promise<void> {
  const made = await ask('POST', '/keys', { json: { label: 'one', scopes: ['manage', 'read'] } });
  const key = meet('a stored key', String(made.body.key));
  const rotated = await ask('POST', `/keys/${String(made.body.id)}/rotate`);
  meet('a rotated key', String(rotated.body.key));
  assert.equal((await ask('GET', '/keys', { headers: { 'x-vgai-key': key } })).status, 200);
  assert.equal((await ask('DELETE', `/keys/${key}`)).status, 404);
  assert.equal(
    (await ask('POST', '/keys', { json: { label: word('bad label'), scopes: [word('bad scope')] } })).status,
    422,
  );
  for (const method of ['POST', 'GET']) {
    const { body } = await ask(method, '/agents/support/secrets');
    for (const { secret } of body.secrets as readonly { secret: string }[]) meet('an endpoint secret', secret);
  }
}

async function comeWithWrongThings({ ask, connect: open }: World, id: string): Promise<void> {
  const wrongKey = { 'x-vgai-key': word('wrong key') };
  for (const path of ['/agents', '/keys', `/sessions/${id}/events`]) {
    assert.equal((await ask('GET', path, { headers: wrongKey })).status, 401);
  }
  assert.equal((await ask('DELETE', '/agents/support', { headers: wrongKey })).status, 401);
  const authorization = `Bearer ${word('wrong token')}`;
  assert.equal(
    (await ask('POST', `/http/${id}/step`, { json: { input: word('step text') }, headers: { authorization } })).status,
    401,
  );
  for (const tokenIn of ['protocol', 'query'] as const) {
    assert.equal((await open(id, word(`wrong token in the ${tokenIn}`), tokenIn).ends()).code, 4401);
  }
  assert.equal((await ask('GET', `/nowhere/${word('path')}?key=${word('key in a query')}`)).status, 404);
  assert.equal((await ask('GET', `/agents/${word('agent id')}`)).status, 404);
}

async function sendBadBodies({ ask, desk }: World, id: string): Promise<void> {
  const json = { 'content-type': 'application/json' };
  const statuses = [
    await ask('POST', `/live-agent/outbound/${id}`, { raw: `{"text": "${word('broken JSON')}`, headers: json }),
    await ask('POST', `/live-agent/outbound/${id}`, { raw: `{"__proto__": "${word('poison')}"}`, headers: json }),
    await ask('POST', `/live-agent/outbound/${id}`, {
      raw: word('plain text'),
      headers: { 'content-type': 'text/plain' },
    }),
    await ask('POST', `/live-agent/outbound/${id}`, {
      raw: `{"text":"${word('much').repeat(30_000)}"}`,
      headers: json,
    }),
    await ask('POST', `/live-agent/outbound/${id}`, { json: { text: word('long text').repeat(200) } }),
    await ask('POST', `/live-agent/outbound/${id}`, { json: { message_type: 'image', image: { url: word('image') } } }),
    await ask('PUT', '/agents/support', { json: { ...wordyFlow(desk), start: word('no node'), more: word('field') } }),
    await ask('PUT', '/agents/support', { json: { name: word('name'), nodes: [word('nodes')] } }),
  ].map(({ status }) => status);
  assert.deepEqual(statuses, [400, 400, 415, 413, 422, 422, 422, 422]);
}

/** What breaks below HTTP: a request that is none, and a frame that is none. */
async function breakConnections({ url }: World, id: string, token: string): Promise<void> {
  const { port } = new URL(url);
  const raw = connect(Number(port), '127.0.0.1');
  raw.end(`GET /${word('request line')} HTTP/1.1\r\nbroken header ${word('header')}\r\n\r\n`);
  raw.resume();
  await once(raw, 'close');
  const socket = new WebSocket(`${url.replace('http', 'ws')}/http/${id}/socket`, ['baton.v1', token]);
  await once(socket, 'open');
  const closed = once(socket, 'close');
  // Unmasked, which a client may not send.
  const text = Buffer.from(word('unmasked frame'));
  (socket as unknown as { _socket: { write: (bytes: Buffer) => void } })._socket.write(
    Buffer.concat([Buffer.from([0x81, text.length]), text]),
  );
  await closed;
}

/** A handoff whose desk answers errors that quote what it was sent, and which ends with dead calls. */
async function talkToARudeDesk({ ask, connect: open, desk, errors }: World, agentId = 'support') {
  const opened = await ask('POST', '/http/init', { json: { agent_id: agentId, user: { id: word('user id') } } });
  const id = String(opened.body.session_id);
  const token = meet('a session token', String(opened.body.session_token));
  const user = open(id, token);
  await until('it greets', () => user.texts()[0]);
  user.send({ type: 'parameters', parameters: [{ name: 'LANG', value: word('value of an end user') }] });
  user.send(`{"type":"message","id":"1","text":"${word('frame that is no JSON')}`);
  user.send({ type: word('frame type'), text: word('frame of no type') });
  user.say(word('issue'), word('client id'));
  await user.sees('connected');
  let calls = 0;
  desk.behave = ({ raw, kind }) => {
    if (!kind.startsWith('inbound')) return { status: 200, body: '{}' };
    calls += 1;
    if (calls === 1) return 'reset';
    return { status: calls === 2 ? 500 : 422, body: `${raw} ${word('answer of a desk')}` };
  };
  user.say(word('inbound text'));
  await until('a call failed', () => errors().includes('it is repeated'));
  await until('a call is dead', () => errors().includes('A call to a desk is dead.'));
  const liveAgent = { id: word('live agent id'), name: word('live agent name') };
  const answer = {
    json: { text: word('live agent text'), liveAgent },
    headers: { 'idempotency-key': word('idempotency key') },
  };
  assert.equal((await ask('POST', `/live-agent/outbound/${id}`, answer)).status, 200);
  const outdated = { json: { text: word('text of a wrong epoch'), epoch: 7 } };
  assert.equal((await ask('POST', `/live-agent/outbound/${id}`, outdated)).status, 409);
  return { id, token, user };
}

/** @returns the cookie of the first owner, who came in by the link that was printed. */
async function comeInAsOwner({ ask, out, url }: Pick<World, 'ask' | 'out' | 'url'>): Promise<string> {
  const setup = /#setup=(\S+)/.exec(out())?.[1];
  const owner = { name: word('owner'), email: `${word('email')}@desk.example`, password: word('password') };
  const people = (method: string, path: string, asking: Asking = {}) =>
    ask(method, path, { ...asking, headers: { origin: url, ...asking.headers } });
  const wrongToken = await people('POST', '/sign-in/owner', { json: { ...owner, token: word('wrong link') } });
  assert.equal(wrongToken.status, 401);
  const claimed = await people('POST', '/sign-in/owner', { json: { ...owner, token: String(setup) } });
  assert.equal(claimed.status, 200, claimed.text);
  const cookie = String(claimed.headers['set-cookie']).split(';')[0] ?? '';
  meet('a cookie', cookie.split('=')[1]);
  const wrong = { email: owner.email, password: word('wrong password') };
  assert.equal((await people('POST', '/sign-in', { json: wrong })).status, 401);
  const invited = { json: { email: `${word('invited')}@desk.example`, role: 'viewer', name: word('invited name') } };
  const { body } = await people('POST', '/people', invited);
  const link = String((body as { invitation?: { url?: string } }).invitation?.url);
  const token = meet('an invitation', link.split('=')[1]);
  const accept = { token, name: word('accepted name'), password: word('accepted password') };
  assert.equal((await people('POST', '/sign-in/invitation', { json: accept })).status, 200);
  assert.equal((await people('POST', '/sign-in/invitation', { json: accept })).status, 401);
  const change = { current: owner.password, password: word('changed password') };
  assert.equal((await people('POST', '/me/password', { json: change, headers: { cookie } })).status, 204);
  return cookie;
}

async function sitAtTheBuiltInDesk({ ask, out, connect: open, url }: World): Promise<void> {
  const cookie = await comeInAsOwner({ ask, out, url });
  const api = (method: string, path: string, asking: Asking = {}) =>
    ask(method, `/desk/api${path}`, { ...asking, headers: { origin: url, ...asking.headers } });
  assert.equal((await api('GET', '/me', { headers: { cookie } })).status, 200);
  assert.equal((await api('GET', '/me', { headers: { cookie: `${cookie.slice(0, -1)}-` } })).status, 401);
  const hooks = { url: (kind: string) => `${url}/desk/hooks/${kind}` };
  assert.equal((await ask('PUT', '/agents/inner', { json: supportFlow(hooks) })).status, 200);
  const forged = { 'webhook-id': 'x', 'webhook-timestamp': '1', 'webhook-signature': `v1,${word('signature')}` };
  const call = { agentId: 'inner', sessionId: word('session'), text: word('forged text') };
  assert.equal((await ask('POST', '/desk/hooks/inbound', { json: call, headers: forged })).status, 401);
  const opened = await ask('POST', '/http/init', { json: { agent_id: 'inner' } });
  const id = String(opened.body.session_id);
  const user = open(id, meet('a session token', String(opened.body.session_token)));
  user.say(word('issue for the built-in desk'));
  await user.sees('connected');
  const text = word('text of the built-in desk');
  const said = { json: { id: randomUUID(), text }, headers: { cookie } };
  assert.equal((await api('POST', `/conversations/${id}.1/messages`, said)).status, 200);
  await user.hears(text);
}

/** What makes every commit fail. PostgreSQL shows with the error the row that it did not take. */
const damage =
  engine === 'sqlite'
    ? { begin: 'ALTER TABLE events RENAME TO elsewhere', end: 'ALTER TABLE elsewhere RENAME TO events' }
    : {
        begin: 'ALTER TABLE events ADD CONSTRAINT nothing CHECK (false) NOT VALID',
        end: 'ALTER TABLE events DROP CONSTRAINT nothing',
      };

/** The database is damaged under the running program: a body that is no JSON, then tables that take nothing. */
async function damageTheDatabase(
  { ask, storage, key, errors }: World,
  talk: Readonly<{ id: string; user: EndUser }>,
): Promise<void> {
  const opened = await ask('POST', '/http/init', { json: { agent_id: 'support' } });
  const id = String(opened.body.session_id);
  const authorization = `Bearer ${meet('a session token', String(opened.body.session_token))}`;
  const body = `${word('damaged body')} is no JSON`;
  const first = `WHERE session_id = '${talk.id}' AND seq = 1`;
  assert.equal((await storage.ask(`UPDATE events SET body = '${body}' ${first} RETURNING seq`)).length, 1);
  const damaged = await ask('GET', `/insights/sessions/${talk.id}`, { headers: { 'x-vgai-key': key } });
  assert.ok(damaged.status >= 500, damaged.text);
  await storage.ask(damage.begin);
  const step = { json: { input: word('step without a database') }, headers: { authorization } };
  assert.equal((await ask('POST', `/http/${id}/step`, step)).status, 503);
  talk.user.say(word('frame without a database'));
  await talk.user.waitFor('an error', (frame) => frame.type === 'error' && frame.code === 'unavailable');
  await storage.ask(damage.end);
  assert.match(errors(), /A batch (could not be stored|was not answered)/);
}

test('nothing that opens a door and nothing that was said is written to the log', async (t) => {
  const world = await worldFor(t);
  assert.equal((await world.ask('PUT', '/agents/support', { json: wordyFlow(world.desk) })).status, 200);
  const talk = await talkToARudeDesk(world);
  await manageKeys(world);
  await comeWithWrongThings(world, talk.id);
  await sendBadBodies(world, talk.id);
  await breakConnections(world, talk.id, talk.token);
  if (engine === 'sqlite') await sitAtTheBuiltInDesk(world);
  else await comeInAsOwner(world);
  await damageTheDatabase(world, talk);
  world.child.kill('SIGTERM');
  await world.ended;
  const [lines, said] = [world.errors().split('\n'), found(world.errors())];
  assert.ok(lines.length > 5, 'the log was written to');
  assert.deepEqual(said, []);
  assert.deepEqual(found(world.out()), [], 'nor to standard output');
  t.diagnostic(`${met.size} keys, tokens, secrets and texts looked for in ${lines.length} lines of log; found 0`);
});

test('an error whose message quotes what was said is logged without it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'baton-silent-'));
  const lines: string[] = [];
  const write = (fields: object, message: string): void => void lines.push(JSON.stringify({ ...fields, message }));
  const log: Log = { debug: write, info: write, warn: write, error: write };
  const key = word('account key');
  const environment = { PORT: '0', BATON_DATA: folder, BATON_KEY: key, BATON_SECRET: word('secret') };
  const app = await startApp(readConfig(environment), { log });
  t.after(async () => {
    await app.stop();
    rmSync(folder, { recursive: true });
  });
  const quoting = new Error(
    `Unexpected token, "${word('quoted text')}\n    at ${word('line like a frame')}" is no JSON`,
  );
  Object.assign(app.store.agents, { list: () => Promise.reject(quoting) });
  assert.equal((await fetch(`${app.url}/agents`, { headers: { 'x-vgai-key': key } })).status, 500);
  const written = lines.join('\n');
  assert.match(written, /A request failed\./);
  assert.match(written, /silent-logs\.test\.ts/, 'where it arose is told');
  assert.deepEqual(found(written), []);
});
