import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { strToU8, zipSync } from 'fflate';
import { sampleAgent, sampleUnderstanding, sampleVersion, studioSample, studioZip } from '../formats/studio-sample.ts';
import type { Answer, AnyBody } from './kit/client.ts';
import type { EndUser } from './kit/end-user.ts';
import { supportFlow } from './kit/flows.ts';
import { accountKey, type House, houseFor } from './kit/house.ts';
import { openOutside } from './kit/outside.ts';
import { openWire } from './kit/raw-socket.ts';

// Files of virtual agents over HTTP: an export of AI Studio becomes a draft that is published and talks; what is no
// export is told in a sentence and changes nothing.

type Note = Readonly<{ kind: string; where: string; message: string }>;
type Taken = AnyBody &
  Readonly<{
    agent_id: string;
    revision: number;
    base_version: number | null;
    updated_at: string;
    warnings: readonly Readonly<{ path: string; message: string }>[];
    report: Readonly<{ taken: number; changed: number; left_out: number; notes: readonly Note[] }>;
  }>;
type Tried = AnyBody &
  Readonly<{
    intents: readonly Readonly<{ intent: string; score: number }>[];
    min_score: number;
    value: string | null;
  }>;

const zipType = { 'content-type': 'application/zip' };
const jsonType = { 'content-type': 'application/json' };

function give(
  house: House,
  file: Uint8Array,
  headers: Readonly<Record<string, string>> = zipType,
  query = '',
): Promise<Answer<Taken>> {
  return house.ask<Taken>('POST', `/agents/cafe/import${query}`, { raw: Buffer.from(file), headers });
}

const deskOf = ({ desk }: House) => ({
  startConnectionUrl: desk.url('start'),
  inboundTransferUrl: desk.url('inbound'),
  statusDeliveryUrl: desk.url('status'),
});

const sampleFor = (house: House): Uint8Array => studioSample(deskOf(house));
const draftOf = async (house: House) =>
  (await house.ask<{ revision?: number; definition?: object }>('GET', '/agents/cafe/draft')).body;

async function published(t: TestContext): Promise<House> {
  const house = await houseFor(t);
  const { status } = await give(house, sampleFor(house));
  assert.equal(status, 200);
  assert.equal((await house.ask('POST', '/agents/cafe/draft/publish')).status, 200);
  return house;
}

/** The first message is what is classified in the end; the answer goes to the question for a drink. */
async function talk(house: House, ...said: readonly string[]): Promise<EndUser> {
  const user = house.connect(await house.init('cafe'));
  await user.hears('Tea or coffee?');
  for (const [index, text] of said.entries()) {
    user.say(text);
    if (index < said.length - 1) await user.hears('Please say tea or coffee.');
  }
  return user;
}

test('an export of AI Studio becomes a draft with a report', async (t) => {
  const house = await houseFor(t);
  const { status, body } = await give(house, sampleFor(house));
  assert.equal(status, 200);
  const { report, faults, ...draft } = body;
  assert.deepEqual([draft.agent_id, draft.revision, draft.base_version, faults], ['cafe', 1, null, []]);
  assert.equal(report.taken + report.changed + report.left_out, report.notes.length);
  assert.ok(report.taken > 0 && report.left_out > 0, JSON.stringify(report));
  assert.ok(
    report.notes.some(({ kind, where, message }) => `${kind} ${where} ${message}`.match(/left-out.*Fortune.*tarot/)),
  );
  assert.equal((await house.ask('GET', '/agents/cafe')).status, 404, 'it is not published');
  const { body: audit } = await house.ask<{ entries: readonly Record<string, unknown>[] }>('GET', '/audit');
  assert.deepEqual(
    [audit.entries[0]?.operation, audit.entries[0]?.target, audit.entries[0]?.status],
    ['importAgent', 'cafe', 200],
  );
});

test('what cannot be called from here is a fault of the draft that somebody repairs, and no reason to refuse', async (t) => {
  const house = await houseFor(t);
  const elsewhere = studioSample({ ...deskOf(house), startConnectionUrl: 'https://10.0.0.7/start' });
  const { status, body } = await give(house, elsewhere);
  assert.equal(status, 200);
  assert.deepEqual(
    body.faults?.map(({ path }) => path),
    ['nodes.Barista.startConnectionUrl'],
  );
  assert.equal((await house.ask('POST', '/agents/cafe/draft/publish')).body.code, 'invalid-flow');
});

test('a synonym of a custom entity is taken for its value, and the conditions see it', async (t) => {
  const house = await published(t);
  const user = await talk(house, 'a cup of chai please');
  await user.hears('Enjoy your tea s!');
  assert.deepEqual(user.texts().slice(0, 2), ['Hello gold guest, coffee is $2 today.', 'Tea or coffee?']);
  assert.equal((await user.ends()).code, 4410);
});

test('a live agent is reached by an intent, and what they are told is what the nodes filled', async (t) => {
  const house = await published(t);
  const user = await talk(house, 'let me talk to somebody', 'an espresso');
  await user.sees('connected');
  const [start] = house.desk.of('start');
  const parameters = Object.fromEntries(
    (start?.body.history?.parameters ?? []).map(({ name, value }) => [name, value]),
  );
  assert.deepEqual([parameters.DRINK, parameters['USER.tier']], ['coffee', 'gold']);
  const sessionId = start?.body.sessionId ?? '';
  assert.equal((await house.outbound(sessionId, { text: 'Barista here.' })).status, 200);
  await user.hears('Barista here.');
  user.say('one more');
  await house.until('the barista is told', () => house.desk.of('inbound')[0]?.body.text === 'one more');
  assert.equal((await house.disconnect(sessionId)).status, 200);
  await user.hears('Enjoy your coffee s!');
});

test('the other intent asks the shop, an unknown kind says nothing, and what is no intent is missed', async (t) => {
  const house = await houseFor(t);
  const shop = await openOutside();
  t.after(shop.close);
  const version = JSON.parse(JSON.stringify(sampleVersion(deskOf(house))).replaceAll('https://shop.example', shop.url));
  await give(house, studioZip(sampleAgent, version, sampleUnderstanding));
  const { status, text } = await house.ask('POST', '/agents/cafe/draft/publish');
  assert.equal(status, 200, text);
  const user = await talk(house, 'I want to pay', 'coffee');
  await user.hears('Enjoy your coffee s!');
  assert.ok(!user.texts().includes('Sorry about that.'), 'the shop was reached, and the fortune passed in silence');
  const [call] = shop.calls;
  assert.deepEqual(JSON.parse(call?.raw ?? ''), { drink: 'coffee', tier: 'gold' });
  const other = await talk(house, 'xylophone', 'coffee');
  await other.hears('Sorry about that.');
});

test('our own JSON is taken as it is, alone or as an answer, and comes back byte for byte', async (t) => {
  const house = await houseFor(t);
  const flow = supportFlow(house.desk, {}, { allowedOrigins: ['https://shop.example'], webChat: true });
  await house.publish(flow, 'cafe');
  const answers = ['/agents/cafe', '/agents/cafe/versions/1'];
  const files = [
    JSON.stringify(flow),
    ...(await Promise.all(answers.map(async (path) => (await house.ask('GET', path)).text))),
  ];
  for (const file of files) {
    const { status, body } = await give(house, strToU8(file), jsonType);
    assert.deepEqual([status, body.revision, body.base_version, body.faults], [200, 1, 1, []]);
    assert.deepEqual(body.report, { taken: 0, changed: 0, left_out: 0, notes: [] });
    assert.equal(JSON.stringify((await draftOf(house)).definition), JSON.stringify(flow));
  }
  const { status, body } = await give(house, strToU8('{"nodes": {"a": {"type": "oracle"}}}'), jsonType, '?revision=1');
  assert.deepEqual([status, body.revision, body.faults?.some(({ path }) => path === 'nodes.a.type')], [200, 2, true]);
});

test('what is no file of a virtual agent is refused with a sentence, and nothing is changed', async (t) => {
  const house = await houseFor(t);
  await give(house, sampleFor(house));
  const before = await draftOf(house);
  const bomb = zipSync({ 'agent.json': strToU8('{}'), 'version.json': new Uint8Array(50_000_000) }, { level: 9 });
  const refused: readonly (readonly [string, Uint8Array, Record<string, string>, number, string, RegExp])[] = [
    ['no zip', strToU8('hello'), zipType, 422, 'import-refused', /is no zip file/],
    ['half a zip', sampleFor(house).slice(0, 900), zipType, 422, 'import-refused', /zip/],
    ['another zip', zipSync({ 'a.txt': strToU8('a') }), zipType, 422, 'import-refused', /no agent\.json/],
    ['a bomb', bomb, zipType, 422, 'import-refused', /larger than is taken/],
    ['nothing', new Uint8Array(), zipType, 422, 'import-refused', /empty/],
    ['nothing of no type', new Uint8Array(), {}, 422, 'import-refused', /empty/],
    ['no JSON', strToU8('{"nodes"'), jsonType, 422, 'import-refused', /no JSON/],
    ['other JSON', strToU8('{"name": "x"}'), jsonType, 422, 'import-refused', /no "nodes"/],
    ['a list', strToU8('[]'), jsonType, 422, 'import-refused', /no "nodes"/],
    ['deep JSON', strToU8('['.repeat(100_000)), jsonType, 422, 'import-refused', /nested deeper/],
    ['a trap', strToU8('{"nodes": {}, "__proto__": {"polluted": 1}}'), jsonType, 422, 'import-refused', /__proto__/],
    [
      'a giant',
      strToU8(`{"nodes": {}, "name": "${'x'.repeat(1_100_000)}"}`),
      jsonType,
      422,
      'import-refused',
      /the most/,
    ],
    ['another type', sampleFor(house), { 'content-type': 'text/plain' }, 415, 'media-type', /application\/zip/],
    ['no type', sampleFor(house), {}, 415, 'media-type', /application\/zip/],
    ['too much', new Uint8Array(10_000_001), zipType, 413, 'body-too-large', /10000000 bytes/],
  ];
  for (const [what, file, headers, status, code, sentence] of refused) {
    const answer = await give(house, file, headers, '?revision=1');
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${what}: ${answer.text}`);
    assert.match(answer.body.message ?? '', sentence, what);
    assert.match(answer.body.message ?? '', /\.$/, what);
  }
  assert.equal((await give(house, sampleFor(house), zipType, '?revision=none')).body.code, 'wrong-shape');
  const wrongId = await house.ask('POST', '/agents/no%20id/import', {
    raw: Buffer.from(sampleFor(house)),
    headers: zipType,
  });
  assert.equal(wrongId.body.code, 'wrong-shape');
  const reader = { 'x-vgai-key': await house.makeKey(['read', 'init', 'live-agent']) };
  assert.equal((await give(house, sampleFor(house), { ...zipType, ...reader })).body.code, 'scope-missing');
  assert.deepEqual(await draftOf(house), before);
  assert.equal((await house.ask('PUT', '/agents/x', { raw: 'a', headers: zipType })).body.code, 'media-type');
});

test('a draft is replaced by whoever names its revision; of two at once the second is told', async (t) => {
  const house = await houseFor(t);
  const other = studioZip({ ...sampleAgent, name: 'Other' }, sampleVersion(deskOf(house)), sampleUnderstanding);
  const both = await Promise.all([give(house, sampleFor(house)), give(house, other)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), [200, 409]);
  const late = both.find(({ status }) => status === 409)?.body as Taken | undefined;
  assert.deepEqual([late?.code, late?.revision], ['draft-overtaken', 1]);
  assert.match(late?.message ?? '', /import it with \?revision=1\.$/);
  const replaced = await give(house, strToU8(JSON.stringify(supportFlow(house.desk))), jsonType, '?revision=1');
  assert.deepEqual([replaced.status, replaced.body.revision], [200, 2]);
  const stale = await give(house, sampleFor(house), zipType, '?revision=1');
  assert.deepEqual([stale.status, stale.body.revision], [409, 2]);
  assert.match(stale.body.message ?? '', /compare it with yours/);
});

test('a draft that is replaced follows what is published now, not what was when it was begun', async (t) => {
  const house = await houseFor(t);
  await house.ask('PUT', '/agents/cafe/draft', { json: { definition: {} } });
  await house.publish(supportFlow(house.desk), 'cafe');
  const { body } = await give(house, sampleFor(house), zipType, '?revision=1');
  assert.deepEqual([body.revision, body.base_version], [2, 1]);
  await house.publish(supportFlow(house.desk), 'cafe');
  assert.equal((await house.ask('POST', '/agents/cafe/draft/publish')).body.code, 'version-overtaken');
});

test('large files have room of their own, for two of them; calls and small files do not feel it', async (t) => {
  const house = await houseFor(t);
  const announce = (): Socket => {
    const wire = openWire(house.url);
    t.after(() => wire.destroy());
    const head = `POST /agents/cafe/import HTTP/1.1\r\nHost: localhost\r\nX-Vgai-Key: ${accountKey}\r\n`;
    wire.write(`${head}Content-Type: application/zip\r\nContent-Length: 10000000\r\n\r\n`);
    return wire;
  };
  announce();
  const second = announce();
  const large = new Uint8Array(5_000_000);
  const refused = await house.until('a third is refused', async () => {
    const answer = await give(house, large);
    return answer.status === 503 ? answer : null;
  });
  assert.deepEqual([refused.body.code, refused.headers['retry-after']], ['overloaded', '1']);
  assert.equal((await give(house, sampleFor(house))).status, 200);
  assert.equal((await house.ask('PUT', '/agents/cafe', { json: supportFlow(house.desk) })).status, 200);
  second.destroy();
  await house.until('there is room again', async () => (await give(house, large)).status === 422);
});

test('who talks does not feel how long a file is read', async (t) => {
  const house = await houseFor(t);
  const nodes = Array.from({ length: 300 }, (_, index) => ({
    ...{ _id: String(index), type: 'base_text_message', name: 'n', outputs: [{ _id: 'o', next: String(index + 1) }] },
    data: { type: 'text', text: [{ type: 'text', value: '$a.b-c '.repeat(1500) }] },
  }));
  const slow = studioZip({ name: 'slow' }, { nodes, parameters: [] });
  let isRead = false;
  const all = Promise.all(Array.from({ length: 3 }, () => give(house, slow))).finally(() => {
    isRead = true;
  });
  const waits: number[] = [];
  while (!isRead) {
    const began = performance.now();
    assert.equal((await house.ask('GET', '/agents')).status, 200);
    waits.push(performance.now() - began);
  }
  for (const { body } of await all) assert.match(body.message ?? '', /are the most; divide it/);
  waits.sort((one, other) => one - other);
  // On the main thread there would be a handful of calls, each as slow as a file.
  const median = waits[Math.floor(waits.length / 2)] ?? 0;
  assert.ok(median < 200, `${waits.length} calls, half of them slower than ${median} ms`);
});

test('how a text is understood can be tried, by what is published and by the draft', async (t) => {
  const house = await published(t);
  const ask = async (json: object, headers = {}) =>
    (await house.ask<Tried>('POST', '/agents/cafe/try', { json, headers })).body;
  const tried = await ask({ text: 'I want to pay', entity: 'drink' });
  assert.deepEqual(tried.intents[0], { intent: 'ask_for_the_bill', score: 1 });
  assert.deepEqual([tried.min_score, tried.value], [0.5, null]);
  assert.equal((await ask({ text: 'one chai', entity: 'drink' })).value, 'tea');
  assert.equal((await ask({ text: 'about 12', entity: '@sys.number', intents: [] })).value, '12');
  const some = await ask({ text: 'I want to pay', intents: ['speak_to_a_human', '@sys.human'] });
  assert.ok(some.intents.every(({ intent, score }) => intent !== 'ask_for_the_bill' && score < 1));
  const unknown = await ask({ text: 'x', intents: ['fly'], entity: 'wing' });
  assert.deepEqual([unknown.code, unknown.faults?.map(({ path }) => path)], ['wrong-shape', ['intents.0', 'entity']]);
  assert.equal((await ask({ text: '' })).code, 'wrong-shape');
  assert.equal((await ask({ text: 'x'.repeat(4097) })).code, 'wrong-shape');
  assert.equal((await ask({ text: 'x', draft: true })).code, 'draft-not-found');
  assert.equal((await house.ask('POST', '/agents/nobody/try', { json: { text: 'x' } })).body.code, 'agent-not-found');
  const reader = { 'x-vgai-key': await house.makeKey(['read']) };
  assert.equal((await ask({ text: 'one chai', entity: 'drink' }, reader)).value, 'tea');
  const drafts = async (definition: object, revision?: number) =>
    (await house.ask('PUT', '/agents/cafe/draft', { json: { definition, revision } })).status;
  // Of a draft only what has to do with words must be sound.
  const fly = { intents: [{ name: 'fly', examples: ['fly me to the moon'] }], nodes: 'none yet' };
  assert.equal(await drafts(fly), 200);
  assert.deepEqual((await ask({ text: 'Fly me to the moon!', draft: true })).intents, [{ intent: 'fly', score: 1 }]);
  assert.equal(
    await drafts({ intents: [{ name: 'a b', examples: [] }], entities: [{ name: 'e', pattern: '(' }] }, 2),
    200,
  );
  const faulty = await ask({ text: 'x', draft: true });
  assert.equal(faulty.code, 'invalid-flow');
  assert.deepEqual(
    faulty.faults?.map(({ path }) => path),
    ['intents.0.name'],
  );
  assert.equal((await ask({ text: 'one chai', entity: 'drink' })).value, 'tea', 'what is published is as it was');
});
