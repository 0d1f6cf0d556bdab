// Every error of contract 4: bad input gets its code and its sentence, and changes nothing.
import { strict as assert } from 'node:assert';
import { connect } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import type { Answer, AnyBody } from './kit/client.ts';
import { routing, supportFlow } from './kit/flows.ts';
import { beginTalk, type House, houseFor, openHouse, type Talk } from './kit/house.ts';

let house: House;

before(async () => {
  house = await openHouse({ environment: { BATON_MESSAGES_PER_SECOND: '100000', BATON_MESSAGE_BURST: '100000' } });
  await house.publish(supportFlow(house.desk));
});
after(() => house.close());

/** A conversation that a live agent owns, in which nothing is under way. */
async function quietTalk(): Promise<Talk> {
  const talk = await beginTalk(house);
  await talk.user.sees('connected');
  return talk;
}

function assertError({ status, body, headers }: Answer<AnyBody>, wanted: number, code: string): void {
  assert.deepEqual([status, body.statusCode, body.code], [wanted, wanted, code], JSON.stringify(body));
  assert.match(String(headers['content-type']), /^application\/json/);
  assert.match(String(body.message), /\S.*[.!?]$/, 'the message is a sentence');
  assert.ok(String(body.error).length > 0);
}

/** Runs what is to be refused and proves that the session's log is as before. */
async function changesNothing(talk: Talk, action: () => Promise<void>): Promise<void> {
  // What a desk has not taken yet it may take meanwhile.
  const facts = async () => (await house.events(talk.id)).map(({ delivery: _, ...fact }) => fact);
  const log = await facts();
  await action();
  assert.deepEqual(await facts(), log);
}

const keyed: readonly (readonly [string, string])[] = [
  ['POST', '/http/init'],
  ['POST', '/live-agent/outbound/01900000-0000-7000-8000-000000000000'],
  ['POST', '/live-agent/disconnect/01900000-0000-7000-8000-000000000000'],
  ['POST', '/live-agent/assign/01900000-0000-7000-8000-000000000000'],
  ['PUT', '/agents/support'],
  ['GET', '/agents'],
  ['GET', '/agents/support'],
  ['DELETE', '/agents/support'],
  ['GET', '/agents/support/secrets'],
  ['POST', '/agents/support/secrets'],
  ['POST', '/agents/support/draft/sessions'],
  ['POST', '/agents/support/endpoints/test'],
  ['GET', '/endpoints'],
  ['GET', '/server'],
  ['GET', '/sessions/01900000-0000-7000-8000-000000000000/events'],
  ['GET', '/sessions/01900000-0000-7000-8000-000000000000/transcript'],
  ['GET', '/insights/sessions'],
  ['GET', '/insights/sessions/01900000-0000-7000-8000-000000000000'],
  ['GET', '/insights/sessions/01900000-0000-7000-8000-000000000000/parameters'],
  ['GET', '/deliveries'],
  ['POST', '/deliveries/01900000-0000-7000-8000-000000000000-h1-1-0/replay'],
  ['POST', '/deliveries/01900000-0000-7000-8000-000000000000-h1-1-0/skip'],
  ['GET', '/metrics'],
];

for (const [method, path] of keyed) {
  test(`${method} ${path} wants a key, a known one, with the scope`, async () => {
    assertError(await house.askBare(method, path), 401, 'key-missing');
    assertError(await house.askBare(method, path, { headers: { 'x-vgai-key': '' } }), 401, 'key-missing');
    assertError(await house.askBare(method, path, { headers: { 'x-vgai-key': 'wrong' } }), 401, 'key-wrong');
    const scope = path.startsWith('/live-agent') ? 'init' : 'live-agent';
    const key = await house.makeKey([scope]);
    assertError(await house.askBare(method, path, { headers: { 'x-vgai-key': key } }), 403, 'scope-missing');
  });
}

test('a key that may only read changes nothing', async () => {
  const key = await house.makeKey(['read']);
  const headers = { 'x-vgai-key': key };
  assert.equal((await house.askBare('GET', '/agents', { headers })).status, 200);
  const json = supportFlow(house.desk);
  assertError(await house.askBare('PUT', '/agents/support', { json, headers }), 403, 'scope-missing');
});

test('a revoked key opens nothing', async (t) => {
  const other = await houseFor(t, { hands: Date.UTC(2026, 4, 3) });
  const key = await other.makeKey(['read']);
  const headers = { 'x-vgai-key': key };
  assert.equal((await other.askBare('GET', '/agents', { headers })).status, 200);
  const [stored] = await other.app.store.keys.list();
  await other.app.store.keys.revoke(String(stored?.id), Date.UTC(2026, 4, 3), false);
  other.hands.advance(1_000);
  assertError(await other.askBare('GET', '/agents', { headers }), 401, 'key-wrong');
});

async function badTokens(talk: Talk): Promise<Readonly<Record<string, string>>> {
  const claims = { session_id: talk.id };
  return {
    'of another session': (await house.init()).token,
    'signed by somebody else': await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuedAt()
      .setExpirationTime('1h')
      .sign(new Uint8Array(32)),
    unsigned: new UnsecuredJWT(claims).setIssuedAt().setExpirationTime('1h').encode(),
    'that is no token': 'x.y.z',
    'cut off': talk.token.slice(0, -3),
  };
}

test('a token that is not of this session opens neither step nor socket', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    const path = `/http/${talk.id}/step`;
    assertError(await house.askBare('POST', path, { json: { input: 'x' } }), 401, 'token-missing');
    const basic = { authorization: `Basic ${talk.token}` };
    assertError(await house.askBare('POST', path, { json: { input: 'x' }, headers: basic }), 401, 'token-missing');
    for (const [name, token] of Object.entries(await badTokens(talk))) {
      const headers = { authorization: `Bearer ${token}` };
      assertError(await house.askBare('POST', path, { json: { input: 'x' }, headers }), 401, 'token-wrong');
      for (const tokenIn of ['protocol', 'query'] as const) {
        const user = house.connect({ id: talk.id, token }, { tokenIn });
        user.say('let me in');
        assert.equal((await user.ends()).code, 4401, `a token ${name} in the ${tokenIn}`);
        assert.deepEqual(user.frames, []);
      }
    }
    assert.equal((await house.connect({ id: talk.id, token: '' }, { tokenIn: 'query' }).ends()).code, 4401);
  });
});

test('an expired token opens neither step nor socket', async (t) => {
  const old = await houseFor(t, { hands: Date.UTC(2026, 4, 3), environment: { BATON_SESSION_HOURS: '1' } });
  await old.publish(supportFlow(old.desk));
  const session = await old.init();
  old.hands.advance(3_600_000 - 1);
  assert.equal((await old.step(session, { input: null })).status, 200, 'it is good until the last moment');
  old.hands.advance(1);
  assertError(await old.step(session, { input: 'x' }), 401, 'token-wrong');
  assert.equal((await old.connect(session).ends()).code, 4401);
});

test('a session that does not exist has no socket', async () => {
  const { token } = await house.init();
  const unknown = '01900000-0000-7000-8000-000000000000';
  assert.equal((await house.connect({ id: unknown, token }).ends()).code, 4401);
  assert.equal((await house.connect({ id: 'no-uuid', token }).ends()).code, 4401);
});

test('an unknown virtual agent is 404', async () => {
  assertError(await house.ask('POST', '/http/init', { json: { agent_id: 'nobody' } }), 404, 'agent-not-found');
  for (const path of ['/agents/nobody', '/agents/nobody/secrets', '/agents/__proto__']) {
    assertError(await house.ask('GET', path), 404, 'agent-not-found');
  }
  assertError(await house.ask('DELETE', '/agents/nobody'), 404, 'agent-not-found');
  assertError(await house.ask('POST', '/agents/nobody/secrets'), 404, 'agent-not-found');
});

test('a virtual agent that was deleted takes no new sessions, and those that run go on', async () => {
  await house.publish(supportFlow(house.desk), 'leaving');
  const session = await house.init('leaving');
  assert.equal((await house.ask('DELETE', '/agents/leaving')).status, 204);
  assertError(await house.ask('POST', '/http/init', { json: { agent_id: 'leaving' } }), 404, 'agent-not-found');
  assertError(await house.ask('DELETE', '/agents/leaving'), 404, 'agent-not-found');
  assert.equal((await house.step(session, { input: 'hi' })).status, 200);
});

test('init wants the shape of the contract', async () => {
  for (const json of [
    {},
    { agent_id: '' },
    { agent_id: 7 },
    { agent_id: 'a b' },
    { agent_id: 'x'.repeat(65) },
    [],
    null,
  ]) {
    assertError(await house.ask('POST', '/http/init', { json }), 422, 'wrong-shape');
  }
  const { body } = await house.ask('POST', '/http/init', { json: { agent_id: 'support', user: { id: '' } } });
  assert.deepEqual(
    body.faults?.map(({ path }) => path),
    ['user.id'],
  );
});

test('an unknown session is 404 wherever it is named', async () => {
  const id = '01900000-0000-7000-8000-000000000000';
  for (const path of [`/sessions/${id}/events`, `/sessions/${id}/transcript`, `/insights/sessions/${id}`]) {
    assertError(await house.ask('GET', path), 404, 'session-not-found');
  }
  assertError(await house.ask('GET', '/sessions/nonsense/events'), 404, 'session-not-found');
  assertError(await house.outbound(id, { text: 'x' }), 404, 'session-not-found');
});

const long = 'a'.repeat(4_097);
const badTexts: Readonly<Record<string, string>> = {
  'more than 4096 characters': long,
  'more than 4096 emoji': '🙂'.repeat(4_097),
  'U+0000': 'a\u0000b',
  'a lone high surrogate': 'a\ud83d',
  'a lone low surrogate': '\ude42a',
};

for (const [name, text] of Object.entries(badTexts)) {
  test(`a text with ${name} is refused over step, socket and outbound`, async () => {
    const talk = await quietTalk();
    await changesNothing(talk, async () => {
      assertError(await house.step(talk, { input: text }), 422, 'wrong-shape');
      assertError(
        await house.step(talk, { input: null, parameters: [{ name: 'A', value: text }] }),
        422,
        'wrong-shape',
      );
      assertError(await house.outbound(talk.id, { text }), 422, 'wrong-shape');
      talk.user.say(text, 'bad');
      await talk.user.waitFor('an error', (frame) => frame.type === 'error' && frame.id === 'bad');
      assert.deepEqual(
        talk.user.errors().map(({ code }) => code),
        ['wrong-shape'],
      );
      assert.ok(talk.user.isOpen());
    });
  });
}

test('an empty text is refused over socket and outbound', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    assertError(await house.outbound(talk.id, { text: '' }), 422, 'wrong-shape');
    talk.user.say('', 'bad');
    await talk.user.waitFor('an error', (frame) => frame.type === 'error' && frame.id === 'bad');
    assert.equal((await house.step(talk, { input: '' })).status, 200, 'over step it says nothing');
  });
});

test('exactly 4096 emoji are taken over step, socket and outbound, and arrive whole', async () => {
  const talk = await quietTalk();
  const text = '🙂'.repeat(4_096);
  assert.equal((await house.outbound(talk.id, { text })).status, 200);
  assert.equal((await talk.user.hears(text)).from, 'live_agent');
  talk.user.say(text);
  assert.equal((await house.step(talk, { input: text })).status, 200);
  await house.until('both arrive', () => house.desk.of('inbound', talk.id).length === 2);
  assert.ok(house.desk.of('inbound', talk.id).every(({ body }) => body.text === text));
});

const badBodies = ['', '{', 'hello', '{"text":}', '\u0000', '{"text":"a"} x', '{"__proto__":{"text":"a"},"text":"b"}'];

for (const raw of badBodies) {
  test(`a body that is no JSON is 400: ${JSON.stringify(raw)}`, async () => {
    const talk = await quietTalk();
    const headers = { 'content-type': 'application/json' };
    await changesNothing(talk, async () => {
      const answer = await house.ask('POST', `/live-agent/outbound/${talk.id}`, { raw, headers });
      if (raw === '') assertError(answer, 422, 'wrong-shape');
      else assertError(answer, 400, 'bad-json');
      if (raw !== '') {
        const disconnect = await house.ask('POST', `/live-agent/disconnect/${talk.id}`, { raw, headers });
        assertError(disconnect, 400, 'bad-json');
      }
    });
  });
}

for (const type of [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/xml',
  'multipart/form-data; boundary=x',
  '',
]) {
  test(`a body of type "${type}" is 415`, async () => {
    const talk = await quietTalk();
    const headers: Record<string, string> = type === '' ? {} : { 'content-type': type };
    await changesNothing(talk, async () => {
      const raw = '{"text":"a"}';
      assertError(await house.ask('POST', `/live-agent/outbound/${talk.id}`, { raw, headers }), 415, 'media-type');
      assertError(await house.ask('POST', `/live-agent/disconnect/${talk.id}`, { raw, headers }), 415, 'media-type');
    });
  });
}

test('a body over the limit is 413', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    const json = { text: 'a', padding: 'x'.repeat(1024 * 1024) };
    assertError(await house.outbound(talk.id, json), 413, 'body-too-large');
  });
});

test('a body nested without end is no surprise to the server', async () => {
  const talk = await quietTalk();
  const depth = 200_000;
  const raw = `{"text":"deep","more":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const headers = { 'content-type': 'application/json' };
  for (const more of [{}, { 'idempotency-key': 'deep' }]) {
    const asking = { raw, headers: { ...headers, ...more } };
    const answer = await house.ask('POST', `/live-agent/outbound/${talk.id}`, asking);
    assert.ok(answer.status < 500, answer.text);
  }
});

test('frames that nobody knows are refused one by one, and the socket stays open', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    const frames = ['{', '[]', 'null', '7', '{}', '{"type":"bogus"}', '{"type":"constructor"}', '{"type":["message"]}'];
    for (const frame of frames) talk.user.send(frame);
    talk.user.socket.send(Buffer.from([1, 2, 3]), { binary: true });
    talk.user.send({ type: 'message', id: 7, text: 'x' });
    talk.user.send({ type: 'message', text: 'no id' });
    talk.user.send({ type: 'message', id: 'x'.repeat(129), text: 'x' });
    talk.user.send({ type: 'received', seq: -1 });
    talk.user.send({ type: 'read', seq: 1.5 });
    await house.until('each has its error', () => talk.user.errors().length === frames.length + 6);
    const codes = talk.user.errors().map(({ code }) => code);
    assert.deepEqual(new Set(codes), new Set(['bad-json', 'wrong-shape']));
    assert.equal(codes.filter((code) => code === 'bad-json').length, 1);
  });
  talk.user.say('still here');
  await talk.user.hears('still here');
});

test('a receipt of what does not exist is refused', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    talk.user.send({ type: 'read', seq: 100_000 });
    await talk.user.waitFor('an error', (frame) => frame.type === 'error' && frame.code === 'seq-unknown');
  });
});

test('an outbound while the virtual agent owns the session is 409 that says so', async () => {
  const session = await house.init();
  const user = house.connect(session);
  await user.hears('Hello.');
  const before = await house.events(session.id);
  for (const json of [{ text: 'x' }, { text: 'x', epoch: 1 }]) {
    const answer = await house.outbound(session.id, json);
    assertError(answer, 409, 'wrong-owner');
    assert.equal(answer.body.owner, 'virtual_agent');
  }
  assert.deepEqual(await house.events(session.id), before);
});

test('an outbound that names another epoch is 409 that names the one that owns', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    const answer = await house.outbound(talk.id, { text: 'x', epoch: 2 });
    assertError(answer, 409, 'wrong-epoch');
    assert.deepEqual([answer.body.owner, answer.body.epoch], ['live_agent', 1]);
    assertError(await house.outbound(talk.id, { text: 'x', epoch: 0 }), 422, 'wrong-shape');
  });
});

test('fields of a live agent that nobody knows are not kept, however deep they are', async () => {
  const talk = await quietTalk();
  for (const extra of ['"x"', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`]) {
    const raw = `{"text":"hello","liveAgent":{"id":"7","name":"Ana","extra":${extra}}}`;
    const { status } = await house.ask('POST', `/live-agent/outbound/${talk.id}`, {
      raw,
      headers: { 'content-type': 'application/json' },
    });
    // Too deep for the door is as good: what must not be is that storing it fails, for then others fail with it.
    assert.ok(status === 200 || status === 422, String(status));
  }
  const [said] = (await house.events(talk.id)).filter(({ kind }) => kind === 'live-agent-message-sent');
  assert.deepEqual(said?.liveAgent, { id: '7', name: 'Ana' });
});

test('the same idempotency key with another body is 422, and refusals are not remembered', async () => {
  const talk = await quietTalk();
  const key = { 'idempotency-key': 'k1' };
  assert.equal((await house.outbound(talk.id, { text: 'one' }, key)).status, 200);
  await changesNothing(talk, async () => {
    assertError(await house.outbound(talk.id, { text: 'two' }, key), 422, 'key-reused');
    assertError(await house.disconnect(talk.id, {}, key), 422, 'key-reused');
    const refused = { 'idempotency-key': 'k2' };
    assertError(await house.outbound(talk.id, { text: 'x', epoch: 2 }, refused), 409, 'wrong-epoch');
    assertError(await house.outbound(talk.id, { text: '' }, refused), 422, 'wrong-shape');
  });
  assert.equal((await house.outbound(talk.id, { text: 'now' }, { 'idempotency-key': 'k2' })).status, 200);
});

for (const key of ['', 'a b', 'x'.repeat(256), 'schl\u00fcssel', 'tab\tbed']) {
  test(`an Idempotency-Key of ${JSON.stringify(key.slice(0, 12))} (${key.length}) is refused`, async () => {
    const talk = await quietTalk();
    await changesNothing(talk, async () => {
      const headers = { 'idempotency-key': key };
      assertError(await house.outbound(talk.id, { text: 'x' }, headers), 422, 'wrong-shape');
      assertError(await house.disconnect(talk.id, {}, headers), 422, 'wrong-shape');
    });
  });
}

for (const type of ['image', 'audio', 'video', 'file']) {
  test(`an outbound ${type} is refused on the web channel`, async () => {
    const talk = await quietTalk();
    await changesNothing(talk, async () => {
      const json = { message_type: type, [type]: { url: 'https://desk.example/a.png', caption: 'see' } };
      assertError(await house.outbound(talk.id, json), 422, 'media-refused');
    });
  });
}

test('an outbound of the wrong shape is 422 with a path', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    for (const json of [{}, { text: 7 }, { text: null }, { message_type: 'bogus', text: 'x' }, [], 'text', null, 7]) {
      assertError(await house.outbound(talk.id, json), 422, 'wrong-shape');
    }
    const { body } = await house.outbound(talk.id, { text: 7, epoch: 'one', liveAgent: {} });
    assert.deepEqual(body.faults?.map(({ path }) => path).sort(), ['epoch', 'liveAgent.id', 'text']);
  });
});

test('a system parameter is set by nobody', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    for (const name of ['SESSION_ID', 'AGENT_ID', 'CONVERSATION_ID', 'INITIAL_MESSAGE', 'CONVERSATION_START_DATE']) {
      const parameters = [
        { name: 'FINE', value: 'x' },
        { name, value: 'mine' },
      ];
      const answer = await house.step(talk, { input: 'not to be said', parameters });
      assertError(answer as Answer<AnyBody>, 422, 'parameter-reserved');
      talk.user.send({ type: 'parameters', parameters });
    }
    await house.until('each has its error', () => talk.user.errors().length === 5);
    assert.ok(talk.user.errors().every(({ code }) => code === 'parameter-reserved'));
  });
});

test('parameters of the wrong shape are refused as a whole', async () => {
  const talk = await quietTalk();
  await changesNothing(talk, async () => {
    const bad = [
      [{ name: 'ISSUE' }],
      [{ name: 'ISSUE', value: 7 }],
      [{ name: 'not a name', value: 'x' }],
      [{ value: 'x' }],
      { ISSUE: 'x' },
    ];
    for (const parameters of bad) {
      assertError(await house.step(talk, { input: null, parameters }), 422, 'wrong-shape');
    }
    const list = [{ name: 'ISSUE', value: ['a', 'b'] }];
    assertError(await house.step(talk, { input: null, parameters: list }), 422, 'parameter-wrong-shape');
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `P${index}`, value: 'x' }));
    assertError(await house.step(talk, { input: null, parameters: many }), 422, 'too-many-parameters');
  });
});

test('a step in a session that has ended is 409', async () => {
  const talk = await quietTalk();
  talk.user.send({ type: 'end' });
  await talk.user.ends();
  await changesNothing(talk, async () => {
    const answer = await house.step(talk, { input: 'hello?' });
    assertError(answer as Answer<AnyBody>, 409, 'session-ended');
    assert.equal((answer.body as AnyBody).owner, 'nobody');
  });
});

test('unknown routes are 404, wrong methods 405 with Allow, and a URL that cannot be decoded is 400', async () => {
  for (const path of ['/nothing', '/http', '/live-agent/outbound', '/agents/support/nothing', '//']) {
    assertError(await house.ask('GET', path), 404, 'route-not-found');
  }
  assertError(await house.ask('GET', '/%'), 400, 'bad-request');
  const wrong = await house.ask('GET', '/http/init');
  assertError(wrong, 405, 'method-not-allowed');
  assert.equal(wrong.headers.allow, 'POST');
  assertError(await house.ask('PATCH', '/agents/support', { json: {} }), 405, 'method-not-allowed');
});

test('queries of the wrong shape are 422', async () => {
  const { id } = await quietTalk();
  const paths = [
    '/deliveries?state=bogus',
    '/deliveries?limit=0',
    '/deliveries?limit=1001',
    '/deliveries?after=nonsense',
    `/sessions/${id}/events?after=-1`,
    `/sessions/${id}/events?after=1e3`,
    `/sessions/${id}/events?limit=1&limit=2`,
    '/insights/sessions?from_date=yesterday',
    '/insights/sessions?page_number=-1',
    '/insights/sessions?page_size=many',
  ];
  for (const path of paths) assertError(await house.ask('GET', path), 422, 'wrong-shape');
});

/** Sends bytes as they are. @returns the first answer's status, content type and body. */
async function answerTo(lines: readonly string[]): Promise<Answer<AnyBody>> {
  const socket = connect(Number(new URL(house.url).port), '127.0.0.1');
  socket.end(`${lines.join('\r\n')}\r\n\r\n`);
  const [head = '', text = ''] = (await readText(socket)).split('\r\n\r\n');
  const status = Number(head.split(' ', 2)[1]);
  const type = /^content-type: *(.*)$/im.exec(head)?.[1];
  return { status, headers: { 'content-type': type }, text, body: JSON.parse(text) as AnyBody };
}

const upgrade = ['Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13'];
const nonce = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const at = '/http/01900000-0000-7000-8000-000000000000/socket';

test('an upgrade elsewhere than at a session is 404', async () => {
  assertError(await answerTo(['GET /elsewhere HTTP/1.1', ...upgrade, nonce]), 404, 'route-not-found');
});

test('a handshake that is none is 400', async () => {
  const handshakes = [
    [`GET ${at} HTTP/1.1`, ...upgrade],
    [`GET ${at} HTTP/1.1`, ...upgrade, 'Sec-WebSocket-Key: short'],
    [`GET ${at} HTTP/1.1`, ...upgrade.slice(0, 3), 'Sec-WebSocket-Version: 7', nonce],
    [`GET ${at} HTTP/1.1`, ...upgrade, nonce, 'Sec-WebSocket-Protocol: a,,b'],
    [`POST ${at} HTTP/1.1`, ...upgrade, nonce],
  ];
  for (const lines of handshakes) assertError(await answerTo(lines), 400, 'bad-request');
});

test('a request that names no host, or expects what nobody does, is refused in the form of every error', async () => {
  assertError(await answerTo(['GET /health HTTP/1.1', 'Connection: close']), 400, 'bad-request');
  const asking = ['GET /health HTTP/1.1', 'Host: x', 'Connection: close', 'Expect: the moon'];
  assertError(await answerTo(asking), 417, 'expectation-failed');
});

test('what any call may be refused with is described', async () => {
  type Document = { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };
  const { body } = await house.ask<Document>('GET', '/openapi.json');
  const responses = Object.keys(body.paths['/agents/{agent_id}/secrets']?.post?.responses ?? {});
  for (const status of ['400', '413', '415', '417']) assert.ok(responses.includes(status), status);
});

// Virtual agents that may not be published.

type Change = (flow: { parameters: object[]; nodes: Record<string, object>; [field: string]: unknown }) => void;

/** Faults of the flow, changed so, as the server lists them. */
async function faultsOf(change: Change): Promise<readonly string[]> {
  const flow = structuredClone(supportFlow(house.desk)) as Parameters<Change>[0];
  change(flow);
  const before = (await house.ask('GET', '/agents/support')).text;
  const answer = await house.ask('PUT', '/agents/support', { json: flow });
  assertError(answer, 422, 'invalid-flow');
  assert.equal((await house.ask('GET', '/agents/support')).text, before, 'nothing is published');
  assert.ok(answer.body.faults?.every(({ message }) => /\S.*[.!?]$/.test(message)));
  return (answer.body.faults ?? []).map(({ path }) => path).sort();
}

const human = (fields: object): Change => {
  return ({ nodes }) => {
    nodes.human = { ...routing(house.desk), ...fields };
  };
};

const faulty: Readonly<Record<string, readonly [readonly string[], Change]>> = {
  'faults of shape, meaning and endpoint at once': [
    ['nodes.human.startConnectionUrl', 'nodes.lost.outputs.default', 'nodes.odd.colour', 'parameters.0.kind', 'start'],
    (flow) => {
      Object.assign(flow, { start: 'nowhere' });
      Object.assign(flow.parameters[0] ?? {}, { kind: 'strange' });
      flow.nodes.odd = { type: 'end-conversation', colour: 'red' };
      flow.nodes.lost = { type: 'send-message', text: 'Hi', outputs: { default: 'nobody' } };
      flow.nodes.human = { ...routing(house.desk), startConnectionUrl: 'http://192.168.1.1/start' };
    },
  ],
  'no such start': [['start'], (flow) => Object.assign(flow, { start: 'nowhere' })],
  'outputs to nodes that do not exist': [
    ['nodes.ask.outputs.default', 'nodes.hello.outputs.default'],
    ({ nodes }) => {
      Object.assign(nodes.hello ?? {}, { outputs: { default: 'nowhere' } });
      Object.assign(nodes.ask ?? {}, { outputs: { default: 'constructor' } });
    },
  ],
  'an output that the node does not have': [
    ['nodes.hello.outputs.missed'],
    ({ nodes }) => Object.assign(nodes.hello ?? {}, { outputs: { default: 'ask', missed: 'ask' } }),
  ],
  'a waiting time under an hour': [['nodes.human.responseWaitingTime'], human({ responseWaitingTime: 0.99 })],
  'a waiting time over 20 hours': [['nodes.human.responseWaitingTime'], human({ responseWaitingTime: 20.01 })],
  'http outside the allowed networks': [
    ['nodes.human.inboundTransferUrl', 'nodes.human.startConnectionUrl'],
    human({ startConnectionUrl: 'http://desk.example/start', inboundTransferUrl: 'http://93.184.216.34/inbound' }),
  ],
  'https to private addresses': [
    ['nodes.human.endedUrl', 'nodes.human.inboundTransferUrl', 'nodes.human.startConnectionUrl'],
    human({
      startConnectionUrl: 'https://10.0.0.1/start',
      inboundTransferUrl: 'https://[::1]/inbound',
      endedUrl: 'https://169.254.169.254/latest',
    }),
  ],
  'endpoints that are no endpoints': [
    ['nodes.human.endedUrl', 'nodes.human.inboundTransferUrl', 'nodes.human.startConnectionUrl'],
    human({
      startConnectionUrl: 'ftp://desk.example',
      inboundTransferUrl: 'desk',
      endedUrl: 'https://user:password@desk.example/',
    }),
  ],
  'endpoints that are missing': [
    ['nodes.human.inboundTransferUrl', 'nodes.human.startConnectionUrl'],
    ({ nodes }) => {
      nodes.human = { type: 'live-agent-routing', outputs: {} };
    },
  ],
  'unknown fields': [
    ['nodes.hello.txet', 'nodes.human.webhook', 'strat'],
    (flow) => {
      Object.assign(flow, { strat: 'x' });
      Object.assign(flow.nodes.hello ?? {}, { txet: 'x' });
      Object.assign(flow.nodes.human ?? {}, { webhook: 'x' });
    },
  ],
  'a transfer parameter that nobody declared': [
    ['nodes.human.transferParameters.1'],
    human({ transferParameters: ['ISSUE', 'UNDECLARED'] }),
  ],
  'parameters named twice or like system ones': [
    ['parameters.2.name', 'parameters.3.name'],
    ({ parameters }) => parameters.push({ name: 'ISSUE', kind: 'user' }, { name: 'SESSION_ID', kind: 'custom' }),
  ],
  'a list for a parameter with one value': [
    ['parameters.2.value'],
    ({ parameters }) => parameters.push({ name: 'LIST', kind: 'custom', value: ['a', 'b'] }),
  ],
  'a node of no known kind': [
    ['nodes.hello.type'],
    ({ nodes }) => {
      nodes.hello = { type: 'send-pigeon', outputs: {} };
    },
  ],
  'a system parameter to be collected': [
    ['nodes.ask.parameter'],
    ({ nodes }) => Object.assign(nodes.ask ?? {}, { parameter: 'SESSION_ID' }),
  ],
  'a comparison without a value, deep in groups': [
    ['nodes.choose.conditions.0.when.0.1.value'],
    ({ nodes }) => {
      const comparison = { parameter: 'NEXT', operator: 'equals' };
      const when = { any: [{ all: [{ ...comparison, value: 'x' }, comparison] }] };
      Object.assign(nodes.choose ?? {}, { conditions: [{ output: 'human', when }], outputs: { human: 'human' } });
    },
  ],
};

for (const [name, [paths, change]] of Object.entries(faulty)) {
  test(`a flow with ${name} is refused with the path of every fault`, async () => {
    assert.deepEqual(await faultsOf(change), paths);
  });
}

test('a flow with faults of several kinds is refused with all of them at once', async () => {
  const paths = await faultsOf((flow) => {
    Object.assign(flow, { start: 'nowhere' });
    flow.nodes.human = { ...routing(house.desk), responseWaitingTime: 21, startConnectionUrl: 'http://10.0.0.1/' };
    flow.parameters.push({ name: 'AGENT_ID', kind: 'custom' });
  });
  const wanted = ['nodes.human.responseWaitingTime', 'nodes.human.startConnectionUrl', 'parameters.2.name', 'start'];
  assert.deepEqual(paths, wanted);
});

test('bodies that are no flow at all are refused', async () => {
  for (const json of [{}, [], null, 'flow', { nodes: [] }, { name: 'x', start: 'a', nodes: null }]) {
    assertError(await house.ask('PUT', '/agents/support', { json }), 422, 'invalid-flow');
  }
  assertError(await house.ask('PUT', '/agents/a%20b', { json: supportFlow(house.desk) }), 422, 'wrong-shape');
});

test('nodes that nothing leads to and names that nobody declared are warnings', async () => {
  const flow = structuredClone(supportFlow(house.desk)) as Parameters<Change>[0];
  flow.nodes.island = { type: 'end-conversation' };
  Object.assign(flow.nodes.hello ?? {}, { text: 'Hello $NOBODY, that is $$5.' });
  const answer = await house.ask<{ warnings: { path: string }[] }>('PUT', '/agents/warned', { json: flow });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body.warnings.map(({ path }) => path).sort(), ['nodes.hello.text', 'nodes.island']);
});

test('a waiting time of exactly 1 and exactly 20 hours is taken', async () => {
  for (const responseWaitingTime of [1, 20])
    await house.publish(supportFlow(house.desk, { responseWaitingTime }), 'edge');
});

test('a virtual agent of the other region is refused', async (t) => {
  const eu = await houseFor(t, { environment: { BATON_REGION: 'eu' } });
  const json = supportFlow(eu.desk, {}, { region: 'us' });
  assertError(await eu.ask('PUT', '/agents/support', { json }), 422, 'region-refused');
  await eu.publish(supportFlow(eu.desk, {}, { region: 'eu' }));
  await eu.publish(supportFlow(eu.desk));
});

test('who sends too many messages is told when to come back, and nothing of them is kept', async (t) => {
  const strict = await houseFor(t, {
    hands: Date.UTC(2026, 4, 3),
    environment: { BATON_MESSAGES_PER_SECOND: '1', BATON_MESSAGE_BURST: '3' },
  });
  await strict.publish(supportFlow(strict.desk));
  const session = await strict.init();
  for (const input of ['a', 'b', 'c']) assert.equal((await strict.step(session, { input })).status, 200);
  const before = await strict.events(session.id);
  const refused = (await strict.step(session, { input: 'd' })) as Answer<AnyBody>;
  assertError(refused, 429, 'rate-limited');
  assert.equal(refused.headers['retry-after'], '1');
  assert.deepEqual(await strict.events(session.id), before);
  strict.hands.advance(1_000);
  assert.equal((await strict.step(session, { input: 'd' })).status, 200);
});
