// The edge of the HTTP surface: who may call from a browser, what every answer carries, and what is refused before it is read.
import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readConfig } from '../../src/config.ts';
import { type ErrorCode, errorStatus } from '../../src/contract/errors.ts';
import { routes } from '../../src/contract/routes.ts';
import { silentLog } from '../../src/platform/log.ts';
import { type Served, serve } from '../../src/serve.ts';
import { type Answer, type AnyBody, openClient } from './kit/client.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, connectTalk, type House, houseFor } from './kit/house.ts';
import { mortalServer } from './kit/mortal-server.ts';
import { openRaw, type Raw, requestText } from './kit/raw.ts';
import { until } from './kit/until.ts';

const fast = { BATON_MESSAGES_PER_SECOND: '100000', BATON_MESSAGE_BURST: '100000' };

function assertError({ status, body }: Answer<AnyBody>, code: ErrorCode): void {
  assert.deepEqual([status, body.statusCode, body.code], [errorStatus[code], errorStatus[code], code]);
  assert.match(String(body.message), /\S.*[.!?]$/);
}

/** Router and desk in one process, as `baton start` runs them. */
async function programFor(t: TestContext, environment: Readonly<Record<string, string>> = {}): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'baton-edge-'));
  const config = readConfig({ PORT: '0', BATON_DATA: folder, BATON_KEY: accountKey, ...environment });
  const served = await serve(config, { log: silentLog });
  t.after(async () => {
    await served.app.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return served;
}

const chatFlow = (house: House, more: object = {}) => ({ ...supportFlow(house.desk), webChat: true, ...more });

test('a page of any site may ask before it calls what takes no key, and may read every answer', async (t) => {
  const house = await houseFor(t);
  await house.publish(chatFlow(house));
  const { id } = await house.init();
  const paths = [
    ['POST', `/http/${id}/step`],
    ['GET', '/chat/support/profile'],
    ['POST', '/chat/support/session'],
  ] as const;
  const origin = 'https://shop.example';
  for (const [method, path] of paths) {
    const asking = {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': 'authorization',
    };
    const { status, headers, text } = await house.askBare('OPTIONS', path, { headers: asking });
    assert.deepEqual([status, text], [204, ''], path);
    assert.equal(headers['access-control-allow-origin'], '*');
    assert.equal(headers['access-control-allow-methods'], method);
    assert.equal(headers['access-control-allow-headers'], 'authorization, content-type');
    assert.equal(headers['access-control-max-age'], '7200');
    assert.equal(headers['access-control-allow-credentials'], undefined);
    const answer = await house.askBare(method, path, { headers: { origin } });
    assert.equal(answer.headers['access-control-allow-origin'], '*', `${path} answers ${answer.status}`);
    assert.equal(answer.headers['access-control-expose-headers'], 'retry-after');
  }
  const gone = await house.askBare('GET', '/chat/nobody/profile', { headers: { origin } });
  assertError(gone, 'agent-not-found');
  assert.equal(gone.headers['access-control-allow-origin'], '*');
});

test('what takes a key says nothing to browsers: keys do not belong there', async (t) => {
  const house = await houseFor(t);
  const ours = Object.entries(routes).filter(([, route]) => !('browsers' in route));
  assert.equal(ours.length, Object.keys(routes).length - 3);
  for (const [operation, { method, path }] of ours) {
    const url = path.replaceAll(/\{\w+\}/g, 'x');
    const headers = { origin: 'https://shop.example', 'access-control-request-method': method };
    const preflight = await house.askBare('OPTIONS', url, { headers });
    assertError(preflight, 'method-not-allowed');
    const answers = [preflight, await house.ask(method, url, { headers })];
    for (const answer of answers) {
      const told = Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));
      assert.deepEqual(told, [], operation);
    }
  }
});

test('a page calls step where the virtual agent allows its origin, and nowhere else', async (t) => {
  const house = await houseFor(t);
  await house.publish(chatFlow(house, { allowedOrigins: ['https://shop.example'] }));
  const session = await house.init();
  const step = (origin: string | null) =>
    house.askBare('POST', `/http/${session.id}/step`, {
      json: { input: 'hello' },
      headers: { authorization: `Bearer ${session.token}`, ...(origin === null ? {} : { origin }) },
    });
  const before = await house.events(session.id);
  for (const origin of ['https://evil.example', 'http://shop.example', 'https://shop.example:444', 'null', '']) {
    const refused = await step(origin);
    assertError(refused, 'origin-refused');
    assert.equal(refused.headers['access-control-allow-origin'], '*', 'the page may read why');
  }
  assert.deepEqual(await house.events(session.id), before, 'nothing was changed');
  assert.equal((await step('https://shop.example')).status, 200);
  assert.equal((await step(null)).status, 200, 'what is no browser names no origin');
  await house.publish(chatFlow(house), 'open');
  const open = await house.init('open');
  const headers = { authorization: `Bearer ${open.token}`, origin: 'https://any.example' };
  assert.equal((await house.askBare('POST', `/http/${open.id}/step`, { json: { input: null }, headers })).status, 200);
});

/** What every answer carries, whoever gives it. */
function assertGuarded({ headers }: Answer<AnyBody>, what: string): void {
  assert.equal(headers['x-content-type-options'], 'nosniff', what);
  assert.match(String(headers['referrer-policy']), /^(no-referrer|same-origin)$/, what);
  assert.match(String(headers['content-security-policy']), /frame-ancestors '(none|self)'/, what);
  for (const name of ['server', 'x-powered-by']) assert.equal(headers[name], undefined, `${what}: ${name}`);
}

test('every answer of router and desk carries the headers that guard it, and what is secret is kept nowhere', async (t) => {
  const { app, localUrl } = await programFor(t);
  const client = openClient();
  t.after(() => client.close());
  const ask = (method: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
    client.ask(method, `${localUrl}${path}`, { headers: { 'x-vgai-key': accountKey, ...headers } });
  await app.store.ping();
  const kept = ['/docs/', '/docs/static/swagger-ui.css'];
  const pages = ['/desk', '/desk/', '/chat/support'];
  const secret = [
    ...[
      '/',
      '/agents',
      '/agents/nobody',
      '/openapi.json',
      '/insights/sessions',
      '/deliveries',
      '/metrics',
      '/health',
      '/ready',
    ],
    ...[
      '/nowhere',
      '/http/init',
      '/%zz',
      '/desk/api/me',
      '/desk/api/nowhere',
      '/desk/hooks/start',
      '/chat/support/profile',
    ],
  ];
  for (const path of [...kept, ...pages, ...secret]) {
    const answer = await ask('GET', path);
    if (path === '/%zz') assertError(answer, 'bad-request');
    assertGuarded(answer, path);
    assert.equal(answer.headers['strict-transport-security'], undefined, path);
    if (secret.includes(path)) assert.equal(answer.headers['cache-control'], 'no-store', path);
  }
  for (const path of [
    '/http/init',
    '/desk/hooks/start',
    '/desk/api/sign-in',
    '/chat/support/session',
    '/agents/x/secrets',
  ]) {
    const answer = await ask('POST', path);
    assertGuarded(answer, path);
    assert.equal(answer.headers['cache-control'], 'no-store', path);
  }
  const policy = "default-src 'none'; frame-ancestors 'none'";
  assert.equal((await ask('GET', '/agents')).headers['content-security-policy'], policy);
});

test('browsers are held to https where the public address is https', async (t) => {
  const { localUrl } = await programFor(t, { BATON_URL: 'https://baton.example', BATON_TRUST_PROXY: '127.0.0.1' });
  const client = openClient();
  t.after(() => client.close());
  for (const path of ['/health', '/desk/hooks/start', '/docs/', '/nowhere']) {
    const { headers } = await client.ask('GET', `${localUrl}${path}`);
    assert.equal(headers['strict-transport-security'], 'max-age=31536000', path);
  }
});

test('what the server refuses before the desk sees it keeps its own code there', async (t) => {
  const { localUrl } = await programFor(t);
  const client = openClient();
  t.after(() => client.close());
  const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
  for (const path of ['/desk/hooks/start', '/desk/api/sign-in']) {
    assertError(await client.ask('POST', `${localUrl}${path}`, { raw: 'x', headers }), 'media-type');
  }
});

const long = 'x'.repeat(20_000);
const head = ['POST /http/init HTTP/1.1', 'Host: baton', 'Content-Type: application/json', `X-Vgai-Key: ${accountKey}`];

/** Requests that are none, by what is wrong with them, and what they are answered with. */
const broken: Readonly<Record<string, readonly [string, ErrorCode]>> = {
  'both lengths, the way of smugglers': [
    requestText([...head, 'Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
    'bad-request',
  ],
  'both lengths the other way round': [
    requestText([...head, 'Transfer-Encoding: chunked', 'Content-Length: 5'], '0\r\n\r\n'),
    'bad-request',
  ],
  'two lengths': [requestText([...head, 'Content-Length: 2', 'Content-Length: 3'], '{}x'), 'bad-request'],
  'a length with a sign': [requestText([...head, 'Content-Length: +2'], '{}'), 'bad-request'],
  'an encoding after chunked': [requestText([...head, 'Transfer-Encoding: chunked, gzip'], '0\r\n\r\n'), 'bad-request'],
  'a chunk without a size': [requestText([...head, 'Transfer-Encoding: chunked'], 'x\r\n\r\n'), 'bad-request'],
  'lines that end with a bare LF': [[...head, 'Content-Length: 2', '', '{}'].join('\n'), 'bad-request'],
  'a bare LF within the headers': [requestText([...head, 'A: b\nContent-Length: 2'], '{}'), 'bad-request'],
  'a blank before the colon': [requestText([...head, 'Content-Length : 2'], '{}'), 'bad-request'],
  'a NUL in a header': [requestText([...head, 'A: \u0000']), 'bad-request'],
  'a line that is folded': [requestText([...head, 'A: b', ' Content-Length: 2'], '{}'), 'bad-request'],
  'no HTTP at all': ['\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003', 'bad-request'],
  'another protocol': ['SSH-2.0-OpenSSH_9.9\r\n', 'bad-request'],
  'a version to come': [requestText(['GET / HTTP/9.9', 'Host: baton']), 'bad-request'],
  'no Host': [requestText(['GET /agents HTTP/1.1', 'Connection: close']), 'bad-request'],
  'a header that is too long': [requestText([...head, `A: ${long}`]), 'headers-too-large'],
  'many headers': [
    requestText([...head, ...Array.from({ length: 2_000 }, (_, i) => `A${i}: bcdef`)]),
    'headers-too-large',
  ],
  'a URL that is too long': [requestText([`GET /${long} HTTP/1.1`, 'Host: baton']), 'headers-too-large'],
};

test('what is no HTTP request is answered in our form, and its connection is ended', async (t) => {
  const house = await houseFor(t);
  for (const [what, [text, code]] of Object.entries(broken)) {
    const raw = await openRaw(house.url, text);
    const [answerHead = '', body = ''] = (await raw.ended()).split('\r\n\r\n', 2);
    assert.match(answerHead, new RegExp(`^HTTP/1.1 ${errorStatus[code]} `), what);
    assert.match(answerHead, /Connection: close/i, what);
    const said = JSON.parse(body) as AnyBody;
    assert.deepEqual([said.statusCode, said.code], [errorStatus[code], code], what);
    assert.match(String(said.message), /\S.*[.]$/);
    assert.equal((await house.askBare('GET', '/health')).status, 200);
  }
});

test('a request that comes too slowly is cut with 408, in its headers and in its body', async (t) => {
  const house = await houseFor(t, { instead: { limits: { requestWithinMs: 150, lookEveryMs: 20 } } });
  const slow = {
    'in its first line': 'POST /ht',
    'in its headers': [...head, 'Content-Le'].join('\r\n'),
    'in its body': requestText([...head, 'Content-Length: 50'], '{"agent_id"'),
    'in its chunks': requestText([...head, 'Transfer-Encoding: chunked'], '5\r\n{"age\r\n'),
  };
  for (const [where, text] of Object.entries(slow)) {
    const raw = await openRaw(house.url, text);
    const drip = setInterval(() => raw.socket.write(where.endsWith('chunks') ? '1\r\nx\r\n' : 'x'), 30);
    const got = await raw.ended().finally(() => clearInterval(drip));
    assert.match(got, /^HTTP\/1.1 408 /, where);
    assert.match(got, /"code":"request-timeout"/, where);
  }
  assert.equal((await house.ask('GET', '/agents')).status, 200);
});

const smallest = JSON.stringify({ name: 'Small', start: 'end', nodes: { end: { type: 'end-conversation' } } });

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test('a body or a frame that is nested too deeply is refused before anything walks it', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const headers = { 'content-type': 'application/json' };
  const post = (method: string, path: string, levels: number) =>
    house.ask(method, path, { raw: `{"text":"a","more":${deep(levels - 1)}}`, headers });
  const before = await house.events(talk.id);
  for (const levels of [65, 1_000, 400_000]) {
    assertError(await post('POST', `/live-agent/outbound/${talk.id}`, levels), 'too-deep');
    assertError(await post('PUT', '/agents/deep', levels), 'too-deep');
    assertError(await post('POST', `/live-agent/disconnect/${talk.id}`, levels), 'too-deep');
  }
  for (const levels of [65, 100_000])
    talk.user.send(`{"type":"message","id":"deep","text":"a","more":${deep(levels - 1)}}`);
  await house.until('both frames are refused', () => talk.user.errors().length === 2);
  assert.deepEqual(
    talk.user.errors().map(({ code }) => code),
    ['too-deep', 'too-deep'],
  );
  assert.deepEqual(await house.events(talk.id), before);
  assert.ok(talk.user.isOpen());
  assert.equal((await post('POST', `/live-agent/outbound/${talk.id}`, 64)).status, 200, '64 levels are read');
});

test('a compressed body is refused unread, whatever it would become', async (t) => {
  const house = await houseFor(t);
  const bomb = gzipSync(Buffer.alloc(10_000_000));
  for (const encoding of ['gzip', 'br', 'deflate', 'zstd', 'x-gzip', 'gzip, gzip']) {
    const headers = { 'content-type': 'application/json', 'content-encoding': encoding };
    const answer = await house.ask('POST', '/http/init', { raw: bomb, headers });
    assertError(answer, 'media-type');
    assert.match(String(answer.body.message), /without Content-Encoding/);
  }
  await house.publish(supportFlow(house.desk));
  const headers = { 'content-encoding': 'identity' };
  assert.equal((await house.ask('POST', '/http/init', { json: { agent_id: 'support' }, headers })).status, 200);
});

test('a body that goes nowhere, or where none is wanted, is not read', async (t) => {
  const house = await houseFor(t);
  await house.publish(chatFlow(house));
  for (const path of ['/nowhere', '/agents', '/chat/support/profile']) {
    const raw = await openRaw(
      house.url,
      requestText([`POST ${path} HTTP/1.1`, 'Host: baton', 'Content-Length: 9999999']),
    );
    assert.match(await raw.gets('"code"'), /^HTTP\/1.1 40[45] /);
    raw.socket.destroy();
  }
  assertError(
    await house.askBare('POST', '/chat/support/session', { json: { x: 'x'.repeat(2_000) } }),
    'body-too-large',
  );
  assert.equal((await house.askBare('POST', '/chat/support/session', { json: {} })).status, 200);
});

/** A call whose headers are there and whose body never comes whole. */
const hanging = (house: House, path: string, length: number, more: readonly string[]): Promise<Raw> =>
  openRaw(
    house.url,
    requestText(
      [`POST ${path} HTTP/1.1`, 'Host: baton', 'Content-Type: application/json', `Content-Length: ${length}`, ...more],
      '{',
    ),
  );

test('bodies that fill the room of their kind are refused before they are read, and other callers are not', async (t) => {
  const house = await houseFor(t, { instead: { limits: { held: { requests: 100, bytes: 10_000 } } } });
  await house.publish(chatFlow(house));
  const session = await house.init();
  const key = [`X-Vgai-Key: ${accountKey}`];
  const path = `/live-agent/outbound/${session.id}`;
  const strangers = await Promise.all(
    Array.from({ length: 5 }, () => hanging(house, path, 9_000, ['X-Vgai-Key: wrong'])),
  );
  for (const stranger of strangers) await stranger.gets('"code":"key-wrong"');
  const first = await hanging(house, path, 9_000, key);
  const refused = await house.until('the next one finds no room', async () => {
    const raw = await hanging(house, path, 2_000, key);
    const isRefused = await Promise.race([raw.gets('"code"'), house.settle().then(() => '')]);
    raw.socket.destroy();
    return isRefused;
  });
  assert.match(refused, /^HTTP\/1.1 503 .*"code":"overloaded"/s);
  assert.match(refused, /retry-after: 1\r\n/i);
  assert.equal((await house.step(session, { input: 'hello' })).status, 200, 'an end user has room of their own');
  assert.equal((await house.askBare('GET', '/health')).status, 200);
  first.socket.destroy();
  await house.until(
    'there is room again',
    async () => (await house.outbound(session.id, { text: 'x'.repeat(2_000) })).status === 409,
  );
  for (const raw of strangers) raw.socket.destroy();
});

test('more requests at once than are served are told to come again', async (t) => {
  const house = await houseFor(t, { instead: { limits: { held: { requests: 3, bytes: 1_000_000 } } } });
  const key = [`X-Vgai-Key: ${accountKey}`];
  const open = await Promise.all(Array.from({ length: 3 }, () => hanging(house, '/http/init', 10, key)));
  const full = await house.until('three are under way', async () => {
    const answer = await house.ask('GET', '/agents');
    return answer.status === 503 && answer;
  });
  assertError(full, 'overloaded');
  assert.equal(full.headers['retry-after'], '1');
  assert.equal((await house.askBare('GET', '/ready')).status, 200, 'it is still ready');
  open[0]?.socket.destroy();
  await house.until('there is room', async () => (await house.ask('GET', '/agents')).status === 200);
  for (const raw of open) raw.socket.destroy();
});

test('a queue that is full refuses with 503, and all that was accepted is kept', async (t) => {
  const house = await houseFor(t, { environment: fast, instead: { limits: { longestQueue: 1 } } });
  const talk = await connectTalk(house);
  const accepted: string[] = [];
  const refused: Answer<AnyBody>[] = [];
  let said = 0;
  const send = async (): Promise<void> => {
    said += 1;
    const text = `answer ${said}`;
    const answer = await house.outbound(talk.id, { text });
    if (answer.status === 200) accepted.push(text);
    else refused.push(answer);
  };
  await house.until('some were accepted and some refused', async () => {
    await Promise.all(Array.from({ length: 100 }, send));
    return accepted.length > 0 && refused.length > 0;
  });
  for (const answer of refused) {
    assertError(answer, 'overloaded');
    assert.equal(answer.headers['retry-after'], '1');
  }
  const logged = (await house.eventsOf(talk.id, 'live-agent-message-sent')).map(({ text }) => text);
  assert.deepEqual(new Set(logged), new Set(accepted));
  assert.equal(logged.length, accepted.length);
  t.diagnostic(`${accepted.length} accepted and kept, ${refused.length} refused`);
});

const needsShell = { skip: process.platform === 'win32' ? 'no shell here limits open files' : false };

test(
  'a server that may open no more files lives, serves those who are in, and lets others in afterwards',
  needsShell,
  async (t) => {
    const environment = { BATON_KEY: accountKey, BATON_SECRET: 'a-secret-for-tests-only' };
    const server = mortalServer(environment, 64);
    t.after(() => server.close());
    await server.start();
    const first = await openRaw(server.url(), '');
    const others = await Promise.all(Array.from({ length: 100 }, () => openRaw(server.url(), '')));
    await until('some are turned away', () => others.some(({ socket }) => socket.destroyed));
    first.socket.write(
      requestText(['PUT /agents/small HTTP/1.1', ...head.slice(1), `Content-Length: ${smallest.length}`], smallest),
    );
    assert.match(await first.gets('"version":1'), /^HTTP\/1.1 200 /, 'it even writes');
    for (const { socket } of [first, ...others]) socket.destroy();
    const client = openClient();
    t.after(() => client.close());
    const headers = { 'x-vgai-key': accountKey };
    const answer = await until('it lets others in', async () => {
      const listed = await client.ask('GET', `${server.url()}/agents`, { headers }).catch(() => null);
      return listed?.status === 200 && listed;
    });
    assert.match(answer.text, /"agent_id":"small"/);
    const insights = await client.ask('GET', `${server.url()}/insights/sessions`, { headers });
    assert.equal(insights.status, 200, 'the thread of reports, which opens files of its own, starts too');
  },
);

test('the report of a long session is the same whichever thread writes it', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const talk = await connectTalk(house);
  for (const part of [0, 1, 2, 3]) {
    await Promise.all(Array.from({ length: 150 }, (_, index) => house.outbound(talk.id, { text: `${part}-${index}` })));
  }
  const one = await house.ask<Report>('GET', `/insights/sessions/${talk.id}`);
  const page = await house.ask<{ sessions: Report[]; total: number }>('GET', '/insights/sessions?page_size=1');
  assert.match(String(one.headers['content-type']), /^application\/json/);
  assert.ok(one.body.transcription.length > 600);
  assert.equal(page.body.total, 1);
  assert.deepEqual(page.body.sessions, [one.body]);
  const { body } = await house.ask<Report>('GET', `/insights/sessions/${talk.id}/parameters`);
  assert.deepEqual(body.parameters, one.body.parameters);
});

type Report = Readonly<{ id: string; transcription: readonly object[]; parameters: object }>;

test('the API’s description names what the edge may answer', async (t) => {
  const house = await houseFor(t);
  type Described = { paths: Record<string, Record<string, { responses: Record<string, { description: string }> }>> };
  const { body } = await house.askBare<Described>('GET', '/openapi.json');
  const { responses = {} } = body.paths['/http/{session_id}/step']?.post ?? {};
  const codes: readonly ErrorCode[] = [
    'bad-request',
    'request-timeout',
    'headers-too-large',
    'too-deep',
    'origin-refused',
    'overloaded',
    'media-type',
  ];
  for (const code of codes)
    assert.match(String(responses[errorStatus[code]]?.description), new RegExp(`\\b${code}\\b`), code);
});
