import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Answer, AnyBody } from './kit/client.ts';
import { supportFlow } from './kit/flows.ts';
import { type House, houseFor } from './kit/house.ts';

// Versions and drafts of virtual agents over HTTP: what came before is kept and comes back, and nobody's work is written over.

const hands = Date.UTC(2026, 4, 3);
const iso = (at: number): string => new Date(at).toISOString();

type Version = Readonly<{
  version: number;
  name: string;
  current: boolean;
  published_at: string;
  published_by?: string;
  restored_from?: number;
}>;
type Versions = Readonly<{ versions: readonly Version[]; next_after: number | null }>;
type Agent = Version & Readonly<{ agent_id: string; definition: Readonly<Record<string, unknown>> }>;
type Draft = AnyBody &
  Readonly<{
    agent_id: string;
    revision: number;
    base_version: number | null;
    updated_at: string;
    definition: unknown;
    warnings: unknown;
  }>;
type Drafts = Readonly<{ agents: readonly Version[]; drafts: readonly Readonly<Record<string, unknown>>[] }>;
type Overtaken = AnyBody & Readonly<{ version?: number | null; revision?: number | null }>;

const houseOn = (t: TestContext): Promise<House> => houseFor(t, { hands });
const named = (house: House, name: string) => supportFlow(house.desk, {}, { name });
const saved = (house: House, json: object, id = 'support') => house.ask<Draft>('PUT', `/agents/${id}/draft`, { json });
const publishDraft = (house: House, json?: object, id = 'support') =>
  house.ask<Overtaken>('POST', `/agents/${id}/draft/publish`, json === undefined ? {} : { json });
const list = async (house: House, query = ''): Promise<Versions> =>
  (await house.ask<Versions>('GET', `/agents/support/versions${query}`)).body;

function assertOvertaken({ status, body }: Answer<Overtaken>, what: 'version' | 'draft', now: number | null): void {
  assert.deepEqual(
    [status, body.code, body[what === 'draft' ? 'revision' : 'version']],
    [409, `${what}-overtaken`, now],
  );
  assert.match(String(body.message), /\S.*\.$/);
}

test('every version is listed with its time and who published it, newest first, in pages', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  const { body: key } = await house.ask<{ key: string }>('POST', '/keys', {
    json: { label: 'Ana', scopes: ['manage', 'read'] },
  });
  const headers = { 'x-vgai-key': key.key };
  house.hands.advance(1_000);
  await house.ask('PUT', '/agents/support', { json: named(house, 'Second'), headers });
  house.hands.advance(1_000);
  await house.ask('POST', '/agents/support/versions/1/restore', { headers });
  const at = (seconds: number) => ({ published_at: iso(hands + seconds * 1_000) });
  const third = { version: 3, name: 'First', current: true, ...at(2), published_by: 'Ana', restored_from: 1 };
  const second = { version: 2, name: 'Second', current: false, ...at(1), published_by: 'Ana' };
  const first = { version: 1, name: 'First', current: false, ...at(0), published_by: 'BATON_KEY' };
  assert.deepEqual(await list(house), { versions: [third, second, first], next_after: null });
  assert.deepEqual(await list(house, '?limit=2'), { versions: [third, second], next_after: 2 });
  assert.deepEqual(await list(house, '?limit=2&after=2'), { versions: [first], next_after: null });
  const { body } = await house.ask<Agent>('GET', '/agents/support/versions/2', { headers });
  assert.deepEqual(body, { agent_id: 'support', ...second, definition: named(house, 'Second') });
  for (const version of ['4', '0', '01', 'x', '99999999999999999999', '1.0', '-1']) {
    const { status, body: none } = await house.ask('GET', `/agents/support/versions/${version}`);
    assert.deepEqual([status, none.code], [404, 'version-not-found'], version);
  }
  for (const query of ['after=0', 'after=2147483648', 'limit=0', 'limit=1001']) {
    assert.equal((await house.ask('GET', `/agents/support/versions?${query}`)).body.code, 'wrong-shape', query);
  }
  assert.equal((await house.ask('GET', '/agents/nobody/versions?after=5')).body.code, 'agent-not-found');
});

test('what is exported is published again unchanged, byte for byte', async (t) => {
  const house = await houseOn(t);
  const more = {
    allowedOrigins: ['https://shop.example'],
    webChat: true,
    parameters: [
      { name: 'ISSUE', kind: 'custom', value: 'é "quoted" \u{1f44b} \n $$' },
      { name: 'NEXT', kind: 'custom' },
      { name: 'ITEMS', kind: 'user', multi: true, value: ['a', ''] },
    ],
  };
  await house.publish(supportFlow(house.desk, {}, more));
  const exported = async () => (await house.ask<Agent>('GET', '/agents/support')).body.definition;
  const first = JSON.stringify(await exported());
  assert.deepEqual(JSON.parse(first), supportFlow(house.desk, {}, more));
  const raw = { raw: first, headers: { 'content-type': 'application/json' } };
  assert.equal((await house.ask('PUT', '/agents/support', raw)).status, 200);
  assert.equal(JSON.stringify(await exported()), first);
  const { definition } = (await house.ask<Agent>('GET', '/agents/support/versions/2')).body;
  assert.equal((await house.ask('PUT', '/agents/elsewhere', { json: definition })).status, 200);
  const there = (await house.ask<Agent>('GET', '/agents/elsewhere')).body.definition;
  assert.equal(JSON.stringify(there), first);
});

test('an earlier version comes back as a new one; running sessions keep theirs', async (t) => {
  const house = await houseOn(t);
  const greeting = (text: string) => {
    const flow = supportFlow(house.desk) as { nodes: object };
    return { ...flow, nodes: { ...flow.nodes, hello: { type: 'send-message', text, outputs: { default: 'ask' } } } };
  };
  const greet = async () => {
    const session = await house.init();
    return (await house.step<{ messages: readonly { text: string }[] }>(session, { input: null })).body.messages[0]
      ?.text;
  };
  await house.publish(greeting('one'));
  await house.publish(greeting('two'));
  const running = await house.init();
  const restored = await house.ask<Version>('POST', '/agents/support/versions/1/restore', {
    json: { base_version: 2 },
  });
  assert.deepEqual([restored.status, restored.body.version, restored.body.restored_from], [200, 3, 1]);
  assert.equal(await greet(), 'one');
  const { body } = await house.step<{ messages: readonly { text: string }[] }>(running, { input: null });
  assert.equal(body.messages[0]?.text, 'two');
  const late = { json: { base_version: 2 } };
  assertOvertaken(await house.ask('POST', '/agents/support/versions/2/restore', late), 'version', 3);
  assert.equal((await house.ask('POST', '/agents/support/versions/9/restore')).body.code, 'version-not-found');
  assert.equal((await list(house)).versions.length, 3);
});

test('a virtual agent that was taken away comes back from its history', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  await house.ask('DELETE', '/agents/support');
  assert.equal((await house.ask('GET', '/agents/support')).status, 404);
  assert.deepEqual(
    (await list(house)).versions.map(({ current }) => current),
    [false],
  );
  const restore = (json: object) => house.ask<Overtaken>('POST', '/agents/support/versions/1/restore', { json });
  assertOvertaken(await restore({ base_version: 1 }), 'version', null);
  assert.equal((await restore({ base_version: null })).status, 200);
  assert.equal((await house.ask<Agent>('GET', '/agents/support')).body.version, 2);
});

test('a version that today’s rules refuse is not restored, and every fault is told', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  await house.publish(named(house, 'Second'));
  await house.stop();
  await house.start({ BATON_ALLOW_NETWORKS: '', BATON_REGION: 'eu' });
  const { status, body } = await house.ask('POST', '/agents/support/versions/1/restore');
  assert.deepEqual([status, body.code], [422, 'invalid-flow']);
  assert.ok(body.faults?.every(({ path }) => path.startsWith('nodes.human.')) && body.faults.length === 4);
  assert.equal((await list(house)).versions.length, 2);
});

test('a version that was published before names and publishers were kept is listed all the same', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'Old'));
  await house.stop();
  await house.storage.ask('UPDATE flows SET name = NULL, published_by = NULL');
  await house.start();
  const [old] = (await list(house)).versions;
  assert.deepEqual(old, { version: 1, name: 'Old', current: true, published_at: iso(hands) });
});

test('of many who publish at once over the same version exactly one wins', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  for (const id of ['fresh', 'support', 'fresh', 'support']) {
    const base = String((await house.ask<Agent>('GET', `/agents/${id}`)).body.version ?? 'none');
    const rivals = Array.from({ length: 6 }, (_, rival) =>
      house.ask<Overtaken & Version>('PUT', `/agents/${id}?base_version=${base}`, { json: named(house, `${rival}`) }),
    );
    const answers = await Promise.all(rivals);
    const won = answers.filter(({ status }) => status === 200);
    assert.equal(won.length, 1);
    const version = won[0]?.body.version ?? 0;
    for (const answer of answers) if (answer !== won[0]) assertOvertaken(answer, 'version', version);
    const { body } = await house.ask<Agent>('GET', `/agents/${id}`);
    assert.deepEqual([body.version, body.name], [version, `${answers.indexOf(won[0] as (typeof answers)[0])}`]);
  }
  for (const query of ['base_version=', 'base_version=0', 'base_version=null', 'base_version=1&base_version=2']) {
    const { body } = await house.ask('PUT', `/agents/support?${query}`, { json: named(house, 'x') });
    assert.equal(body.code, 'wrong-shape', query);
  }
  assert.equal((await house.ask('PUT', '/agents/support', { json: named(house, 'Whatever is there') })).status, 200);
});

test('a draft may be half done, names its faults, and is published when it is sound', async (t) => {
  const house = await houseOn(t);
  const none = await house.ask('GET', '/agents/new/draft');
  assert.deepEqual([none.status, none.body.code], [404, 'draft-not-found']);
  const half = { name: 'New', nodes: { hello: { type: 'shout' } }, region: 7, notes: ['\u0000'] };
  const first = await saved(house, { definition: half }, 'new');
  const { faults = [], warnings, ...rest } = first.body;
  assert.equal(first.status, 200, first.text);
  assert.deepEqual(rest, { agent_id: 'new', revision: 1, base_version: null, updated_at: iso(hands) });
  assert.deepEqual(warnings, [{ path: 'nodes.hello', message: 'No output leads here; connect it or remove it.' }]);
  for (const path of ['start', 'notes', 'region', 'nodes.hello.type']) {
    assert.ok(
      faults.some((fault) => fault.path === path),
      `${path} of ${JSON.stringify(faults)}`,
    );
  }
  const { body: read } = await house.ask<Draft>('GET', '/agents/new/draft');
  assert.deepEqual(read, { ...first.body, definition: half });
  assert.equal((await house.ask('GET', '/agents/new')).status, 404);
  assert.equal((await house.ask('POST', '/http/init', { json: { agent_id: 'new' } })).status, 404);
  const refused = await publishDraft(house, {}, 'new');
  assert.deepEqual([refused.status, refused.body.code, refused.body.faults], [422, 'invalid-flow', faults]);
  const { body: all } = await house.ask<Drafts>('GET', '/agents');
  assert.deepEqual(all, { agents: [], drafts: [{ ...rest, name: 'New' }] });
  const second = await saved(house, { definition: named(house, 'New'), revision: 1 }, 'new');
  assert.deepEqual([second.body.revision, second.body.faults], [2, []]);
  assertOvertaken(await publishDraft(house, { revision: 1 }, 'new'), 'draft', 2);
  const published = await publishDraft(house, { revision: 2 }, 'new');
  assert.deepEqual([published.status, published.body.version], [200, 1]);
  assert.equal((await house.ask('GET', '/agents/new/draft')).status, 404);
  assert.deepEqual((await house.ask<Drafts>('GET', '/agents')).body.drafts, []);
  assert.deepEqual((await house.ask<Agent>('GET', '/agents/new')).body.definition, named(house, 'New'));
});

test('two who save a draft do not write over each other', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  const answers = await Promise.all([1, 2, 3].map((who) => saved(house, { definition: { name: `${who}` } })));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 409, 409]);
  for (const answer of answers) if (answer.status === 409) assertOvertaken(answer, 'draft', 1);
  assert.equal((await saved(house, { definition: { name: 'Ana' }, revision: 1 })).body.base_version, 1);
  const late = { definition: { name: 'Ben' }, revision: 1 };
  assertOvertaken(await saved(house, late), 'draft', 2);
  const again = await saved(house, { definition: { name: 'Ana' }, revision: 1 });
  assert.deepEqual([again.status, again.body.revision], [200, 2], 'a repeat of what is stored is no conflict');
  assertOvertaken(await house.ask('DELETE', '/agents/support/draft?revision=1'), 'draft', 2);
  assert.equal((await house.ask('DELETE', '/agents/support/draft?revision=2')).status, 204);
  assert.equal((await house.ask('DELETE', '/agents/support/draft')).body.code, 'draft-not-found');
  assertOvertaken(await saved(house, { definition: { name: 'Ana' }, revision: 2 }), 'draft', null);
  const anew = await saved(house, { definition: {} });
  assert.equal(anew.body.revision, 3, 'a revision never comes again');
  assertOvertaken(await saved(house, { ...late, revision: 2 }), 'draft', 3);
  assert.equal((await house.ask('DELETE', '/agents/support/draft')).status, 204);
});

test('a draft whose base was overtaken stays, and is published when it names the new one', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  await saved(house, { definition: named(house, 'Draft') });
  await house.publish(named(house, 'Meanwhile'));
  const before = (await house.ask<Draft>('GET', '/agents/support/draft')).body;
  assert.equal(before.base_version, 1);
  assertOvertaken(await publishDraft(house), 'version', 2);
  assert.deepEqual((await house.ask<Draft>('GET', '/agents/support/draft')).body, before);
  assert.equal((await house.ask<Agent>('GET', '/agents/support')).body.name, 'Meanwhile');
  await saved(house, { definition: named(house, 'Draft'), revision: 1, base_version: 2 });
  assert.equal((await publishDraft(house)).body.version, 3);
  await saved(house, { definition: named(house, 'Another') });
  await house.ask('DELETE', '/agents/support');
  assertOvertaken(await publishDraft(house), 'version', null);
  const { body } = await house.ask<Drafts>('GET', '/agents');
  assert.deepEqual([body.agents, body.drafts.map(({ name }) => name)], [[], ['Another']]);
});

test('a draft that is published by many at once becomes one version', async (t) => {
  const house = await houseOn(t);
  await saved(house, { definition: named(house, 'Draft') });
  const answers = await Promise.all([1, 2, 3, 4].map(() => publishDraft(house)));
  assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  for (const { status, body } of answers) {
    assert.ok(status === 200 || ['draft-overtaken', 'draft-not-found'].includes(String(body.code)), body.code);
  }
  assert.equal((await list(house)).versions.length, 1);
});

test('what is no draft is refused and changes nothing', async (t) => {
  const house = await houseOn(t);
  const bodies: readonly unknown[] = [
    ...[{}, [], 'x', null, { definition: null }, { definition: [] }, { definition: 'x' }],
    ...[
      { definition: {}, revision: 0 },
      { definition: {}, revision: 1.5 },
      { definition: {}, revision: null },
    ],
    ...[
      { definition: {}, base_version: 0 },
      { definition: {}, base_version: 2 ** 31 },
      { definition: {}, more: 1 },
    ],
  ];
  for (const json of bodies) {
    const { status, body } = await house.ask('PUT', '/agents/support/draft', { json });
    assert.deepEqual([status, body.code], [422, 'wrong-shape'], JSON.stringify(json));
  }
  assert.equal((await saved(house, { definition: {} }, 'no%20id')).status, 422);
  const large = await saved(house, { definition: { text: 'x'.repeat(1024 * 1024) } });
  assert.deepEqual([large.status, large.body.code], [413, 'body-too-large']);
  assert.deepEqual((await house.ask<Drafts>('GET', '/agents')).body.drafts, []);
});

test('a key that may only read saves, discards, publishes and restores nothing', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  await saved(house, { definition: {} });
  const headers = { 'x-vgai-key': await house.makeKey(['read']) };
  const paths = ['/agents', '/agents/support/draft', '/agents/support/versions', '/agents/support/versions/1'];
  for (const path of paths) assert.equal((await house.ask('GET', path, { headers })).status, 200, path);
  for (const [method, path] of [
    ['PUT', '/draft'],
    ['DELETE', '/draft'],
    ['POST', '/draft/publish'],
    ['POST', '/versions/1/restore'],
  ] as const) {
    const { body } = await house.ask(method, `/agents/support${path}`, { headers });
    assert.equal(body.code, 'scope-missing', path);
  }
});

test('drafts and restored versions are on the record of who managed', async (t) => {
  const house = await houseOn(t);
  await house.publish(named(house, 'First'));
  for (const call of [
    () => saved(house, { definition: {} }),
    () => publishDraft(house),
    () => house.ask('DELETE', '/agents/support/draft'),
    () => house.ask('POST', '/agents/support/versions/1/restore'),
  ]) {
    house.hands.advance(1);
    await call();
  }
  type Entry = Readonly<{ operation: string; target: string; status: number }>;
  const { body } = await house.ask<{ entries: readonly Entry[] }>('GET', '/audit');
  assert.deepEqual(body.entries.map(({ operation, target, status }) => [operation, target, status]).reverse(), [
    ['publishAgent', 'support', 200],
    ['saveDraft', 'support', 200],
    ['publishDraft', 'support', 422],
    ['discardDraft', 'support', 204],
    ['restoreVersion', 'support 1', 200],
  ]);
});
