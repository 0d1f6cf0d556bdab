import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { Answer, AnyBody } from './kit/client.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, type Conversation, type House, houseFor, issue } from './kit/house.ts';

// Trials: sessions that run a draft as it is saved, published or not.

type Trial = AnyBody &
  Readonly<{ session_id: string; session_token: string; session_expiration_time: string; agent_version: number }>;
type Draft = AnyBody & Readonly<{ revision: number }>;
type Secrets = AnyBody & Readonly<{ secrets?: readonly Readonly<{ secret: string }>[] }>;
type Report = Readonly<{ id: string; agent_version: number; trial: boolean; parameters: Record<string, unknown> }>;

const save = async (house: House, definition: object, revision?: number): Promise<number> => {
  const { status, text, body } = await house.ask<Draft>('PUT', '/agents/support/draft', {
    json: { definition, revision },
  });
  assert.equal(status, 200, text);
  return body.revision;
};

const open = (house: House, json?: object): Promise<Answer<Trial>> =>
  house.ask<Trial>('POST', '/agents/support/draft/sessions', json === undefined ? {} : { json });

async function opened(house: House, json: object = {}): Promise<Conversation & Readonly<{ version: number }>> {
  const { status, text, body } = await open(house, json);
  assert.equal(status, 200, text);
  return { id: body.session_id, token: body.session_token, version: body.agent_version };
}

const greeting = (house: House, text: string, human = {}) => {
  const flow = supportFlow(house.desk, human) as { nodes: object };
  return { ...flow, nodes: { ...flow.nodes, hello: { type: 'send-message', text, outputs: { default: 'ask' } } } };
};

const secretsOf = async (house: House): Promise<readonly string[]> =>
  ((await house.ask<Secrets>('GET', '/agents/support/secrets')).body.secrets ?? []).map(({ secret }) => secret);

const reportOf = async (house: House, { id }: Conversation): Promise<Report> =>
  (await house.ask<Report>('GET', `/insights/sessions/${id}`)).body;

test('a draft that was never published is tried with its desk, signed, and keeps its secret', async (t) => {
  const house = await houseFor(t);
  assert.equal((await house.ask('GET', '/agents/support/secrets')).body.code, 'agent-not-found');
  await save(house, supportFlow(house.desk));
  const trial = await opened(house);
  assert.equal(trial.version, -2);
  const user = house.connect(trial);
  await user.hears('Hello.');
  user.say(issue);
  await user.sees('connected');
  const [secret = ''] = await secretsOf(house);
  const [start] = house.desk.of('start', trial.id);
  assert.ok(start);
  new Webhook(secret).verify(start.raw, start.headers as Record<string, string>);
  await house.outbound(trial.id, { text: 'Here I am.' });
  await user.hears('Here I am.');
  const { agent_version: version, trial: isTrial } = await reportOf(house, trial);
  assert.deepEqual([version, isTrial], [-2, true]);
  assert.equal((await house.ask('GET', '/agents/support')).status, 404);
  assert.equal((await house.ask('POST', '/http/init', { json: { agent_id: 'support' } })).status, 404);
  assert.equal((await house.ask('GET', '/agents/support/versions')).body.code, 'agent-not-found');
  const published = await house.ask<Trial & { version: number }>('POST', '/agents/support/draft/publish');
  assert.deepEqual([published.status, published.body.version], [200, 1]);
  assert.deepEqual(await secretsOf(house), [secret]);
  const session = await house.init();
  const report = await reportOf(house, session);
  assert.deepEqual([report.agent_version, report.trial], [1, false]);
  await house.disconnect(trial.id);
  await user.hears('Back with the bot.');
});

test('a tester is the live agent: no desk hears of it, also after the server came back elsewhere', async (t) => {
  const house = await houseFor(t);
  await save(house, supportFlow(house.desk));
  const trial = await opened(house, { live_agent: 'tester' });
  assert.equal(trial.version, -3);
  const user = house.connect(trial);
  await user.hears('Hello.');
  user.say(issue);
  await user.sees('connected');
  assert.equal((await house.outbound(trial.id, { text: 'The tester.' })).status, 200);
  const { seq } = await user.hears('The tester.');
  user.send({ type: 'read', seq });
  user.say('thanks');
  const delivered = async (kinds: string) => {
    const found = await house.ask<{ deliveries: readonly Readonly<{ kind: string; state: string; url: string }>[] }>(
      'GET',
      `/deliveries?session=${trial.id}`,
    );
    const { deliveries } = found.body;
    const settled = deliveries.filter(({ state }) => state === 'delivered');
    return settled.map(({ kind }) => kind).join() === kinds && settled.map(({ url }) => url);
  };
  const urls = await house.until('all of it is delivered', () => delivered('start,inbound,status,status,status'));
  assert.deepEqual(
    new Set(urls),
    new Set(['start', 'inbound', 'status'].map((hook) => `${house.url}/trial-desk/${hook}`)),
  );
  const before = house.url;
  await house.stop();
  await house.start();
  assert.notEqual(house.url, before);
  const back = house.connect(trial, { after: user.lastSeq() });
  await house.disconnect(trial.id);
  await back.hears('Back with the bot.');
  back.say('human');
  await back.sees('connected', 2);
  assert.deepEqual(house.desk.calls, []);
});

test('a trial goes on as it was saved; the next one runs what is saved then', async (t) => {
  const house = await houseFor(t);
  await house.publish(greeting(house, 'Published.'));
  const first = await save(house, greeting(house, 'First.'));
  const running = await opened(house, { revision: first });
  const second = await save(house, greeting(house, 'Second.'), first);
  const late = await open(house, { revision: first });
  assert.deepEqual(
    [late.status, late.body.code, (late.body as { revision?: number }).revision],
    [409, 'draft-overtaken', second],
  );
  const next = await opened(house);
  assert.deepEqual([running.version, next.version], [-2, -4]);
  assert.equal((await opened(house, { revision: second })).version, -4, 'a trial of the same is the same version');
  const greet = async (session: Conversation): Promise<string | undefined> =>
    (await house.step<{ messages: readonly { text: string }[] }>(session, { input: null })).body.messages[0]?.text;
  await house.stop();
  await house.start();
  assert.deepEqual([await greet(running), await greet(next)], ['First.', 'Second.']);
  assert.equal(await greet(await house.init()), 'Published.');
  type Versions = Readonly<{ versions: readonly Readonly<{ version: number }>[] }>;
  const { body } = await house.ask<Versions>('GET', '/agents/support/versions');
  assert.deepEqual(
    body.versions.map(({ version }) => version),
    [1],
  );
  for (const version of ['-2', '-4']) {
    assert.equal((await house.ask('GET', `/agents/support/versions/${version}`)).body.code, 'version-not-found');
    const restored = await house.ask('POST', `/agents/support/versions/${version}/restore`);
    assert.equal(restored.body.code, 'version-not-found');
  }
  assert.equal((await house.ask('DELETE', '/agents/support/draft')).status, 204);
  const none = await open(house);
  assert.deepEqual([none.status, none.body.code], [404, 'draft-not-found']);
});

test('a trial begins with the parameters that it is given, over defaults and what is kept of the user', async (t) => {
  const house = await houseFor(t);
  const parameters = [
    { name: 'tier', kind: 'user', value: 'none' },
    { name: 'SEEN', kind: 'user', multi: true },
    { name: 'LANG', kind: 'custom', value: 'en' },
  ];
  const ask = { type: 'collect-input', parameter: 'tier', prompt: '$tier $LANG $X?', outputs: {} };
  const flow = { name: 'Users', parameters, start: 'ask', nodes: { ask } };
  await house.publish(flow);
  await house.step(await house.init('support', { id: 'ada' }), {
    input: null,
    parameters: [
      { name: 'tier', value: 'gold' },
      { name: 'SEEN', value: ['a'] },
    ],
  });
  await save(house, flow);
  const given = [
    { name: 'tier', value: 'lead' },
    { name: 'LANG', value: 'de' },
    { name: 'X', value: 'y' },
  ];
  const trial = await opened(house, { user: { id: 'ada' }, parameters: given });
  const { parameters: begun } = await reportOf(house, trial);
  assert.deepEqual([begun.tier, begun.LANG, begun.X, begun.SEEN], ['lead', 'de', 'y', ['a']]);
  const told = await house.step<{ messages: unknown }>(trial, { input: null });
  assert.deepEqual(told.body.messages, [{ text: 'lead de y?' }]);
  const kept = await house.ask<{ parameters: unknown }>('GET', '/users/ada/parameters');
  assert.deepEqual(kept.body.parameters, { tier: 'gold', SEEN: ['a'] }, 'what a trial begins with is not kept');
  const many = Array.from({ length: 101 }, (_, index) => ({ name: `N${index}`, value: 'x' }));
  for (const [wrong, code] of [
    [[{ name: 'SESSION_ID', value: 'x' }], 'parameter-reserved'],
    [[{ name: 'tier', value: ['a', 'b'] }], 'parameter-wrong-shape'],
    [many, 'too-many-parameters'],
    [[{ name: 'a b', value: 'x' }], 'wrong-shape'],
  ] as const) {
    assert.equal((await open(house, { parameters: wrong })).body.code, code);
  }
});

test('what may not be published may not be tried, and bad input opens nothing', async (t) => {
  const house = await houseFor(t);
  const none = await open(house);
  assert.deepEqual([none.status, none.body.code], [404, 'draft-not-found']);
  const revision = await save(house, { name: 'Half', start: 'a', nodes: { a: { type: 'shout' } } });
  const half = await open(house);
  assert.deepEqual([half.status, half.body.code], [422, 'invalid-flow']);
  assert.deepEqual(
    half.body.faults?.map(({ path }) => path),
    ['nodes.a.type'],
  );
  const private_ = await save(house, supportFlow(house.desk, { endedUrl: 'http://10.0.0.1/ended' }), revision);
  const refused = await open(house, { live_agent: 'tester' });
  assert.deepEqual(
    refused.body.faults?.map(({ path }) => path),
    ['nodes.human.endedUrl'],
  );
  await save(house, supportFlow(house.desk), private_);
  for (const json of [
    { revision: 0 },
    { revision: '1' },
    { live_agent: 'nobody' },
    { user: 'ada' },
    { user: { id: '' } },
    { parameters: {} },
    { dance: true },
    [],
  ]) {
    const { status, body } = await open(house, json);
    assert.deepEqual([status, body.code], [422, 'wrong-shape'], JSON.stringify(json));
  }
  const raw = await house.ask('POST', '/agents/support/draft/sessions', {
    raw: '{',
    headers: { 'content-type': 'application/json' },
  });
  assert.deepEqual([raw.status, raw.body.code], [400, 'bad-json']);
  const headers = { 'x-vgai-key': await house.makeKey(['read', 'init', 'live-agent']) };
  const forbidden = await house.ask('POST', '/agents/support/draft/sessions', { json: {}, headers });
  assert.deepEqual([forbidden.status, forbidden.body.code], [403, 'scope-missing']);
  const bare = await house.askBare('POST', '/agents/support/draft/sessions', { json: {} });
  assert.deepEqual([bare.status, bare.body.code], [401, 'key-missing']);
  assert.equal((await house.ask<{ total: number }>('GET', '/insights/sessions')).body.total, 0);
});

test('a page of any site may hold a trial, also of a virtual agent that names its origins', async (t) => {
  const house = await houseFor(t);
  await save(house, supportFlow(house.desk, {}, { allowedOrigins: ['https://shop.example'] }));
  const user = house.connect(await opened(house), { origin: house.url });
  await user.hears('Hello.');
  await house.ask('POST', '/agents/support/draft/publish');
  const stranger = house.connect(await house.init(), { origin: house.url });
  assert.equal((await stranger.ends()).code, 4401);
});

async function faultsWhen(house: House, definition: object): Promise<readonly string[]> {
  const { status, body } = await house.ask('PUT', '/agents/other', { json: definition });
  assert.deepEqual([status, body.code], [422, 'invalid-flow']);
  return (body.faults ?? []).map(({ path, message }) => `${path}: ${message}`);
}

test('a definition that names the trial desk is not published', async (t) => {
  const house = await houseFor(t);
  const sentence = 'This is the trial desk, where nobody answers end users; name an endpoint of a desk.';
  for (const rest of ['start', 'START?x=1', 'elsewhere']) {
    const url = `${house.url}/trial-desk/${rest}`;
    const routed = await faultsWhen(house, supportFlow(house.desk, { startConnectionUrl: url }));
    assert.deepEqual(routed, [`nodes.human.startConnectionUrl: ${sentence}`]);
    const webhook = { name: 'W', start: 'ask', nodes: { ask: { type: 'webhook', url, outputs: {} } } };
    assert.deepEqual(await faultsWhen(house, webhook), [`nodes.ask.url: ${sentence}`]);
  }
  assert.equal((await house.ask('GET', '/agents/other')).status, 404);
});

test('the trial desk takes what it is sent, and keeps nothing', async (t) => {
  const house = await houseFor(t);
  for (const hook of ['start', 'inbound', 'status', 'ended']) {
    for (const json of [{}, [], 'x', null, { sessionId: 7 }]) {
      const { status, body } = await house.askBare('POST', `/trial-desk/${hook}`, { json });
      assert.deepEqual([status, body], [200, {}], `${hook} ${JSON.stringify(json)}`);
    }
    const large = await house.askBare('POST', `/trial-desk/${hook}`, { json: 'x'.repeat(1_048_576) });
    assert.deepEqual([large.status, large.body.code], [413, 'body-too-large']);
    assert.equal((await house.askBare('GET', `/trial-desk/${hook}`)).body.code, 'method-not-allowed');
  }
  assert.equal((await house.askBare('POST', '/trial-desk/other', { json: {} })).body.code, 'route-not-found');
  const nothing = await house.askBare('POST', '/trial-desk/start', { headers: { 'x-vgai-key': accountKey } });
  assert.deepEqual([nothing.status, nothing.body], [200, {}]);
});

test('many who try the same draft at once, each get a session of it', async (t: TestContext) => {
  const house = await houseFor(t);
  await save(house, supportFlow(house.desk));
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, index) => open(house, { live_agent: index % 2 === 0 ? 'desk' : 'tester' })),
  );
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body.agent_version]),
    answers.map((_, index) => [200, index % 2 === 0 ? -2 : -3]),
  );
  assert.equal(new Set(answers.map(({ body }) => body.session_id)).size, 12);
  assert.equal((await secretsOf(house)).length, 1);
});
