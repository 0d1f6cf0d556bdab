import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { endedCall, inboundCall, startCall, statusCall } from '../../src/contract/received-calls.ts';
import type { LookUp } from '../../src/outgoing/network-guard.ts';
import type { Answer, AnyBody } from './kit/client.ts';
import { type Behaviour, type CallKind, content, heldReply } from './kit/desk.ts';
import { supportFlow } from './kit/flows.ts';
import { freePort } from './kit/free-port.ts';
import { type House, houseFor } from './kit/house.ts';

// Endpoints that somebody tries out: one call as a conversation makes it, and what came of it in a sentence.

type Tested = AnyBody &
  Readonly<{
    outcome: string;
    status: number | null;
    took_ms: number;
    answer: Readonly<{ content_type: string | null; excerpt: string | null }> | null;
    message: string;
    request: Readonly<{ headers: Readonly<Record<string, string>>; body: Readonly<Record<string, unknown>> }>;
  }>;

const kinds: readonly CallKind[] = ['start', 'inbound', 'status', 'ended'];
const shapes = { start: startCall, inbound: inboundCall, status: statusCall, ended: endedCall };

const tried = (house: House, json: unknown, id = 'support', headers = {}): Promise<Answer<Tested>> =>
  house.ask<Tested>('POST', `/agents/${id}/endpoints/test`, { json, headers });

async function cameOf(house: House, endpoint: CallKind, url = house.desk.url(endpoint)): Promise<Tested> {
  const { status, text, body } = await tried(house, { endpoint, url });
  assert.equal(status, 200, text);
  return body;
}

const secretsOf = async (house: House): Promise<readonly string[]> => {
  type Secrets = Readonly<{ secrets: readonly Readonly<{ secret: string }>[] }>;
  return (await house.ask<Secrets>('GET', '/agents/support/secrets')).body.secrets.map(({ secret }) => secret);
};

test('each endpoint gets one signed call of its form, which no conversation knows of', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  await house.ask('POST', '/agents/support/secrets');
  house.desk.behave = () => ({
    status: 201,
    headers: { 'content-type': 'text/html' },
    body: '<p>Fine\u0007\n whsec_abcdefgh</p>',
  });
  for (const kind of kinds) {
    const tested = await cameOf(house, kind);
    assert.deepEqual([tested.outcome, tested.status], ['accepted', 201]);
    assert.deepEqual(tested.answer, { content_type: 'text/html', excerpt: '<p>Fine […]</p>' });
    assert.ok(tested.took_ms >= 0);
    const [call, ...more] = house.desk.of(kind);
    assert.ok(call !== undefined && more.length === 0);
    assert.deepEqual(JSON.parse(call.raw), tested.request.body);
    for (const [name, value] of Object.entries(tested.request.headers)) assert.equal(call.headers[name], value, name);
    const secrets = await secretsOf(house);
    assert.equal(secrets.length, 2);
    for (const secret of secrets) new Webhook(secret).verify(call.raw, call.headers as Record<string, string>);
    const read = shapes[kind].read(JSON.parse(call.raw));
    assert.deepEqual(read.ok ? [] : read.faults, []);
    const { test: mark, agentId, sessionId } = tested.request.body;
    assert.deepEqual([mark, agentId], [true, 'support']);
    assert.match(String(sessionId), /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.equal((await house.ask('GET', `/sessions/${sessionId}/events`)).status, 404);
  }
  assert.equal(new Set(house.desk.calls.map(({ id }) => id)).size, kinds.length);
  assert.deepEqual(await house.deliveries(), []);
});

test('a start call carries the transcript with the keys that the node has, and a desk may queue it', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  house.desk.behave = () => ({ status: 200, body: '{"state":"queued"}' });
  for (const [keys, user, agent] of [
    [undefined, 'user', 'agent'],
    ['documented', 'user', 'agent'],
    ['capitalised', 'User', 'Agent'],
  ] as const) {
    const json = { endpoint: 'start', url: house.desk.url('start'), transcription_keys: keys };
    const { body } = await tried(house, json);
    assert.match(body.message, /nobody is assigned yet/);
    const { transcription, parameters } = (house.desk.calls.at(-1)?.body.history ?? {}) as Record<string, never[]>;
    assert.deepEqual(
      transcription?.map((line) => Object.keys(line)[0]),
      [agent, user],
    );
    assert.ok(parameters?.some(({ name, value }) => name === 'AGENT_ID' && value === 'support'));
  }
});

const refusals: readonly (readonly [number, RegExp, RegExp])[] = [
  [302, /redirects are not followed/, /given up at once/],
  [401, /knows the secret/, /given up at once/],
  [404, /check the path/, /given up at once/],
  [422, /what the desk wants/, /given up at once/],
  [429, /more often than it likes/, /tried again/],
  [503, /log of the desk/, /tried again/],
];

test('a refusal says what to look at, and what would become of a conversation', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  for (const [status, hint, outlook] of refusals) {
    house.desk.behave = () => ({ status, headers: { location: house.desk.url('ended') }, body: '' });
    for (const kind of ['start', 'inbound'] as const) {
      const tested = await cameOf(house, kind);
      assert.deepEqual([tested.outcome, tested.status], ['refused', status]);
      assert.deepEqual(tested.answer, { content_type: null, excerpt: null });
      for (const form of [hint, outlook, kind === 'start' ? /takes failed/ : /A call of a conversation/]) {
        assert.match(tested.message, form, `${status} ${kind}`);
      }
    }
  }
  assert.deepEqual(house.desk.of('ended'), []);
  assert.equal(house.desk.calls.length, 2 * refusals.length, 'each is tried once');
});

/** Names of this test only. */
const lookUp: LookUp = (name, _, done) => {
  const address = { 'desk.test': '127.0.0.1', 'inside.test': '10.0.0.1' }[name];
  const found = address === undefined ? [] : [{ address, family: 4 }];
  setImmediate(() => done(address ? null : Object.assign(new Error('No such name.'), { code: 'ENOTFOUND' }), found));
};

test('an endpoint that is not reached is told with its cause', async (t) => {
  const house = await houseFor(t, { instead: { lookUp } });
  await house.publish(supportFlow(house.desk));
  const { port } = new URL(house.desk.url('start'));
  house.desk.behave = () => 'reset';
  for (const [url, cause] of [
    [`http://127.0.0.1:${await freePort()}/`, /^Nothing listens at this address/],
    ['https://nowhere.test/', /^No address is known for this name/],
    ['https://inside.test/', /^inside\.test is not a public address; add its network to BATON_ALLOW_NETWORKS/],
    [`https://desk.test:${port}/`, /^The certificate or the TLS/],
    [`http://desk.test:${port}/inbound`, /^The connection broke/],
  ] as const) {
    const tested = await cameOf(house, 'inbound', url);
    assert.deepEqual([tested.outcome, tested.status, tested.answer], ['unreachable', null, null], url);
    assert.match(tested.message, cause, url);
    assert.match(tested.request.headers['webhook-signature'] ?? '', /^v1,/);
  }
});

test('an endpoint that does not answer is told after ten seconds', async (t) => {
  const house = await houseFor(t, { hands: Date.UTC(2026, 4, 3) });
  await house.publish(supportFlow(house.desk));
  house.desk.behave = () => 'hang';
  const testing = cameOf(house, 'start');
  await house.until('it is called', () => house.desk.calls.length === 1);
  house.hands.advance(9_999);
  await house.settle();
  house.hands.advance(1);
  const tested = await testing;
  assert.deepEqual([tested.outcome, tested.took_ms], ['unreachable', 10_000]);
  assert.match(tested.message, /^No answer came within 10 s;.* tried again/);
});

test('a URL that may not be published is refused with the same sentence, and nothing is called', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  for (const url of [
    ...['ftp://desk.example/', 'https://key:secret@desk.example/', 'https://desk.example/#x', 'desk', ''],
    ...['http://10.0.0.1/', 'https://192.168.0.1/', 'http://nowhere.invalid/', `${house.url}/trial-desk/start`],
  ]) {
    const flow = supportFlow(house.desk, { startConnectionUrl: url });
    const published = await house.ask('PUT', '/agents/support', { json: flow });
    const tested = await tried(house, { endpoint: 'start', url });
    assert.deepEqual([tested.status, tested.body.code], [422, 'wrong-shape'], url);
    const sentence = published.body.faults?.[0]?.message;
    assert.deepEqual(tested.body.faults, [{ path: 'url', message: sentence }], url);
  }
  assert.deepEqual(house.desk.calls, []);
});

test('bad input and strangers call nobody', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const url = house.desk.url('start');
  for (const json of [
    {},
    { endpoint: 'start' },
    { url },
    { endpoint: 'outbound', url },
    { endpoint: 'start', url: 7 },
    { endpoint: 'start', url, transcription_keys: 'shouted' },
    { endpoint: 'start', url, dance: true },
  ]) {
    const { status, body } = await tried(house, json);
    assert.deepEqual([status, body.code], [422, 'wrong-shape'], JSON.stringify(json));
  }
  const nobody = await tried(house, { endpoint: 'start', url }, 'nobody');
  assert.deepEqual([nobody.status, nobody.body.code], [404, 'agent-not-found']);
  const reader = { 'x-vgai-key': await house.makeKey(['read', 'init', 'live-agent']) };
  assert.equal((await tried(house, { endpoint: 'start', url }, 'support', reader)).body.code, 'scope-missing');
  assert.equal((await house.askBare('POST', '/agents/support/endpoints/test')).status, 401);
  assert.deepEqual(house.desk.calls, []);
});

test('a virtual agent that has only a draft is tested with the secret that it keeps', async (t) => {
  const house = await houseFor(t);
  const json = { definition: supportFlow(house.desk) };
  assert.equal((await house.ask('PUT', '/agents/support/draft', { json })).status, 200);
  await cameOf(house, 'ended');
  const [secret = ''] = await secretsOf(house);
  await house.ask('POST', '/agents/support/draft/publish');
  assert.deepEqual(await secretsOf(house), [secret]);
  const [call] = house.desk.calls;
  new Webhook(secret).verify(call?.raw ?? '', call?.headers as Record<string, string>);
});

test('nothing is sent without a signature when no secret can be opened any more', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  await house.stop();
  await house.start({ BATON_SECRET: 'another-secret-for-tests' });
  const tested = await cameOf(house, 'start');
  assert.deepEqual([tested.outcome, tested.request.headers], ['unreachable', {}]);
  assert.match(tested.message, /make a new one by POST \/agents\/support\/secrets\.$/);
  assert.deepEqual(house.desk.calls, []);
});

test('a caller has three tests under way at most, and others have theirs', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const held = heldReply();
  const holding: Behaviour = () => held.promise;
  house.desk.behave = holding;
  const json = { endpoint: 'start', url: house.desk.url('start') };
  const first = Array.from({ length: 3 }, () => tried(house, json));
  await house.until('they are under way', () => house.desk.calls.length === 3);
  const refused = await tried(house, json);
  assert.deepEqual([refused.status, refused.body.code, refused.headers['retry-after']], [429, 'rate-limited', '1']);
  const other = tried(house, json, 'support', { 'x-vgai-key': await house.makeKey(['manage']) });
  await house.until('another caller’s is too', () => house.desk.calls.length === 4);
  held.give({ status: 200 });
  for (const { status } of await Promise.all([...first, other])) assert.equal(status, 200);
  house.desk.behave = content;
  assert.equal((await tried(house, json)).status, 200);
});

test('who tested what is on record, without what the address may hold', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  await cameOf(house, 'start', `${house.desk.url('start')}?token=secret`);
  type Entry = Readonly<{ operation: string; target: string; status: number }>;
  const { body } = await house.ask<{ entries: readonly Entry[] }>('GET', '/audit?limit=1');
  const [{ operation, target, status } = { operation: '', target: '', status: 0 }] = body.entries;
  assert.deepEqual([operation, status], ['testEndpoint', 200]);
  assert.equal(target, `support start ${new URL(house.desk.url('start')).origin}`);
});
