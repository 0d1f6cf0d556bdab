import assert from 'node:assert/strict';
import { test } from 'node:test';
import { supportFlow } from './kit/flows.ts';
import { beginTalk, connectTalk, type House, houseFor } from './kit/house.ts';
import { outsideFor } from './kit/outside.ts';

// How the URLs fare that are called: what the store owes them, and what this server has seen of them.

type Endpoint = Readonly<{
  url: string;
  kinds: readonly string[];
  owed: number;
  stuck: number;
  dead: number;
  oldest_owed_since: string | null;
  last_failure: string | null;
  since_start: Readonly<{
    delivered: number;
    failed: number;
    last_delivered_at: string | null;
    last_failed_at: string | null;
    typical_ms: number | null;
  }> | null;
}>;
type Endpoints = Readonly<{ endpoints: readonly Endpoint[]; truncated: boolean; code?: string }>;

const hands = Date.UTC(2026, 4, 3);
const iso = (at: number): string => new Date(at).toISOString();

const all = async (house: House): Promise<readonly Endpoint[]> =>
  (await house.ask<Endpoints>('GET', '/endpoints')).body.endpoints;

const fareOf = async (house: House, url: string): Promise<Endpoint | undefined> =>
  (await all(house)).find((one) => one.url === url);

test('an endpoint that refuses is told with what is owed and why, and one that takes calls with its time', async (t) => {
  const house = await houseFor(t, { hands });
  assert.deepEqual((await house.ask<Endpoints>('GET', '/endpoints')).body, { endpoints: [], truncated: false });
  const { id, user } = await connectTalk(house);
  const [start, inbound] = [house.desk.url('start'), house.desk.url('inbound')];
  const idle = { owed: 0, stuck: 0, dead: 0, oldest_owed_since: null, last_failure: null };
  const taken = { delivered: 1, failed: 0, last_delivered_at: iso(hands), last_failed_at: null, typical_ms: 0 };
  assert.deepEqual(await all(house), [{ url: start, kinds: ['start'], ...idle, since_start: taken }]);
  house.desk.behave = () => ({ status: 503 });
  user.say('one');
  user.say('two');
  const stuck = await house.until('one was tried in vain', async () => {
    const found = await fareOf(house, inbound);
    return found?.stuck === 1 && found.owed === 2 && found;
  });
  assert.deepEqual(stuck, {
    ...{ url: inbound, kinds: ['inbound'], owed: 2, stuck: 1, dead: 0 },
    ...{ oldest_owed_since: iso(hands), last_failure: 'The desk answered 503.' },
    since_start: { delivered: 0, failed: 1, last_delivered_at: null, last_failed_at: iso(hands), typical_ms: null },
  });
  assert.equal((await all(house))[0]?.url, inbound, 'the worst comes first');
  house.desk.behave = () => ({ status: 404 });
  const dead = await house.advanceUntil('both are dead', 1_000, async () => {
    const found = await fareOf(house, inbound);
    return found?.dead === 2 && found;
  });
  assert.deepEqual([dead.owed, dead.stuck, dead.last_failure], [0, 0, 'The desk answered 404.']);
  const encoded = encodeURIComponent(inbound);
  const [first, second] = await house.deliveries(`state=dead&url=${encoded}`);
  assert.ok(first !== undefined && second !== undefined);
  assert.deepEqual(await house.deliveries(`state=stuck&url=${encoded}`), []);
  assert.deepEqual(await house.deliveries(`state=dead&url=${encodeURIComponent(start)}`), []);
  assert.equal((await house.deliveries(`session=${id}&url=${encodeURIComponent(start)}`)).length, 1);
  assert.equal((await house.ask('POST', `/deliveries/${first.id}/skip`)).status, 200);
  assert.equal((await fareOf(house, inbound))?.dead, 1);
});

test('what this server has seen is forgotten with it, what is owed is not', async (t) => {
  const house = await houseFor(t, { hands });
  const { user } = await connectTalk(house);
  await house.desk.disappear();
  user.say('one');
  await house.until('it was tried in vain', async () => (await fareOf(house, house.desk.url('inbound')))?.stuck === 1);
  await house.stop();
  await house.desk.appear();
  house.desk.behave = () => 'hang';
  await house.start();
  const [found, ...more] = await all(house);
  assert.ok(found !== undefined && more.length === 0);
  assert.deepEqual([found.url, found.owed, found.since_start], [house.desk.url('inbound'), 1, null]);
  assert.match(String(found.last_failure), /ECONNREFUSED/);
});

test('questions of nodes are told by the URL that the flow has, code by none', async (t) => {
  const house = await houseFor(t);
  const outside = await outsideFor(t);
  const url = `${outside.url}/orders/$ID`;
  await house.publish({
    name: 'Asks',
    parameters: [{ name: 'ID', kind: 'custom', value: '7' }],
    start: 'code',
    nodes: {
      code: { type: 'custom-code', code: 'say("x")', outputs: { default: 'ask' } },
      ask: { type: 'webhook', url, outputs: { default: 'again' } },
      again: { type: 'webhook', url, outputs: {} },
    },
  });
  let calls = 0;
  outside.behave = () => {
    calls += 1;
    return { status: calls === 1 ? 200 : 500, json: {} };
  };
  await house.step(await house.init(), { input: null });
  const [found, ...more] = await all(house);
  assert.deepEqual(more, []);
  assert.deepEqual([found?.url, found?.kinds, found?.owed], [url, ['ask'], 0]);
  assert.deepEqual([found?.since_start?.delivered, found?.since_start?.failed], [1, 1]);
});

test('of very many endpoints the worst 200 are told, and that there are more', async (t) => {
  const house = await houseFor(t);
  const { id } = await connectTalk(house);
  await house.app.store.sessions.flushed();
  const row = (number: number) =>
    `('${id}', 'h${number}', 1, 0, 'inbound', 'https://desk-${String(number).padStart(3, '0')}.example/', 'owed', ${number % 2}, 1, 1, 1)`;
  const rows = Array.from({ length: 210 }, (_, index) => row(index + 2)).join(', ');
  await house.storage.ask(
    `INSERT INTO deliveries (session_id, lane, seq, part, kind, url, state, attempts, owed_at, due_at, try_until) VALUES ${rows}`,
  );
  const { body } = await house.ask<Endpoints>('GET', '/endpoints');
  assert.deepEqual([body.endpoints.length, body.truncated], [200, true]);
  assert.deepEqual(
    body.endpoints.map(({ stuck }) => stuck),
    [...Array.from({ length: 105 }, () => 1), ...Array.from({ length: 95 }, () => 0)],
  );
});

test('a list by URL wants to know which calls, and strangers are told nothing', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  await beginTalk(house);
  const url = encodeURIComponent(house.desk.url('start'));
  for (const query of [`url=${url}`, `url=${url}&state=delivered`, `url=${url}&state=skipped`]) {
    const { status, body } = await house.ask('GET', `/deliveries?${query}`);
    assert.deepEqual([status, body.code], [422, 'wrong-shape'], query);
  }
  assert.equal((await house.ask('GET', `/deliveries?state=owed&url=${'x'.repeat(2_049)}`)).status, 422);
  assert.equal((await house.ask('GET', `/deliveries?state=owed&url=a&url=b`)).status, 422);
  assert.deepEqual(await house.deliveries('state=owed&url=none'), []);
  assert.equal((await house.askBare('GET', '/endpoints')).body.code, 'key-missing');
  const headers = { 'x-vgai-key': await house.makeKey(['init', 'live-agent']) };
  assert.equal((await house.ask('GET', '/endpoints', { headers })).body.code, 'scope-missing');
});
