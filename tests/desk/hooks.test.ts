import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { textsOf, untilStory } from './kit/browser.ts';
import { officeFor } from './kit/office.ts';
import { openRoad } from './kit/road.ts';
import { callHook, inboundBody, secretsOf, startBody } from './kit/signed.ts';

const strange = `whsec_${Buffer.from('a secret of somebody else').toString('base64')}`;

test('calls that are not signed as they should be change nothing', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const body = startBody(randomUUID());
  const old = new Date(Date.now() - 10 * 60_000);
  const cases = [
    { what: 'no signature', call: { kind: 'start', body, secret: null } },
    { what: "somebody else's signature", call: { kind: 'start', body, secret: strange } },
    { what: 'an old timestamp', call: { kind: 'start', body, secret, at: old } },
    { what: 'an unknown virtual agent', call: { kind: 'start', body: { ...body, agentId: 'nobody' }, secret } },
  ];
  for (const { what, call } of cases) {
    const answer = await callHook(office.url, call);
    assert.deepEqual([answer.status, answer.body.code], [401, 'signature-wrong'], what);
  }
  assert.equal((await office.browser.conversations()).length, 0);
  const good = await callHook(office.url, { kind: 'start', body, secret });
  assert.deepEqual([good.status, good.body], [200, { state: 'queued' }]);
});

test('a session that the desk was not told of is refused for good', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const body = inboundBody(randomUUID(), 11, 10);
  const answer = await callHook(office.url, { kind: 'inbound', body, secret });
  assert.deepEqual([answer.status, answer.body.code], [404, 'session-not-found']);
});

test('what is no call of the contract is refused with its faults', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const body = { ...startBody(randomUUID()), handoff: undefined };
  const answer = await callHook(office.url, { kind: 'start', body, secret });
  assert.equal(answer.status, 422);
  assert.ok((answer.body.faults ?? []).some(({ path }) => path === 'handoff'));
});

test('numbers that cannot be kept exactly are refused, and the conversation can be read on', async (t) => {
  const office = await officeFor(t);
  const { id, at } = await office.arrive();
  const [secret = ''] = await secretsOf(office.house);
  for (const seq of [2 ** 53, 2 ** 53 + 2, 1e300]) {
    const body = { ...inboundBody(id, 20, 10), seq };
    const answer = await callHook(office.url, { kind: 'inbound', body, secret });
    assert.deepEqual([answer.status, answer.body.code], [422, 'wrong-shape'], answer.text);
  }
  assert.equal((await office.browser.get(`/desk/api/conversations/${at}`)).status, 200);
});

test('nothing of a call is searched for faults before its signature was checked', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const transcription = Array.from({ length: 20_000 }, () => 1);
  const body = { ...startBody(randomUUID()), history: { transcription, parameters: [] } };
  const stranger = await callHook(office.url, { kind: 'start', body, secret: strange });
  assert.deepEqual([stranger.status, stranger.body.code], [401, 'signature-wrong']);
  const router = await callHook(office.url, { kind: 'start', body, secret });
  assert.deepEqual([router.status, router.body.faults?.length], [422, 1], 'what is too long is not listed');
});

test('secrets that are rotated twice within the time that they are kept', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive(); // The desk has read the secrets.
  await office.house.ask('POST', '/agents/support/secrets');
  await office.house.ask('POST', '/agents/support/secrets');
  talk.user.say('still there?');
  await untilStory(office.browser, talk.at, 'it arrives', (story) => textsOf(story).includes('still there?'));
});

test('a router that does not give its secrets makes calls come again, not die', async (t) => {
  const office = await officeFor(t);
  const road = await openRoad(t, office.house.url);
  const [secret = ''] = await secretsOf(office.house);
  office.routerUrl = road.url;
  road.make('/agents/', { status: 503 });
  const call = { kind: 'start', body: startBody(randomUUID()), secret };
  const answer = await callHook(office.url, call);
  assert.deepEqual([answer.status, answer.headers['retry-after']], [503, '1']);
  road.make('/agents/', 'open');
  assert.equal((await callHook(office.url, call)).status, 200);
});

test('a repeat under the same webhook-id is answered alike and changes nothing', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const session = randomUUID();
  const start = { kind: 'start', body: startBody(session), secret, id: 'call-1' };
  const inbound = { kind: 'inbound', body: inboundBody(session, 11, 10), secret, id: 'call-2' };
  const answers = [];
  for (const call of [start, inbound]) answers.push(await callHook(office.url, call));
  const { cursor } = await office.browser.story(`${session}.1`);
  for (const call of [start, inbound]) answers.push(await callHook(office.url, call));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.equal(answers[2]?.text, answers[0]?.text);
  assert.equal((await office.browser.story(`${session}.1`)).cursor, cursor);
});

test('a message that comes late slides into its hole', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const session = randomUUID();
  const id = `${session}.1`;
  const call = (kind: string, body: object) => callHook(office.url, { kind, body, secret });
  await call('start', startBody(session));
  await call('inbound', inboundBody(session, 11, 10));
  await call('inbound', inboundBody(session, 15, 13));
  await office.browser.say(id, 'client-0001', 'an answer');
  const holed = await office.browser.story(id);
  assert.deepEqual(
    holed.entries.map(({ place }) => place),
    [
      [11, 0],
      [15, 0],
      [15, 1],
    ],
  );
  await call('inbound', inboundBody(session, 13, 11));
  const filled = await office.browser.story(id);
  assert.deepEqual(textsOf(filled), ['message 11', 'message 13', 'message 15', 'an answer']);
  assert.deepEqual(filled.conversation.preview, { from: 'live_agent', text: 'an answer' });
});

test('an earlier time to respond by is not moved by later messages', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const session = randomUUID();
  await callHook(office.url, { kind: 'start', body: startBody(session), secret });
  const { conversation } = await office.browser.story(`${session}.1`);
  await callHook(office.url, { kind: 'inbound', body: inboundBody(session, 11, 10), secret });
  const later = await office.browser.story(`${session}.1`);
  assert.equal(later.conversation.respondBy, conversation.respondBy);
});

test('a message that was answered before the desk heard of it owes nothing', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const [secret = ''] = await secretsOf(office.house);
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  await office.house.until('the router has told that it has it', async () => {
    const told = await office.house.deliveries(`state=delivered&session=${talk.id}`);
    return told.some(({ kind }) => kind === 'status');
  });
  const { conversation } = await office.browser.story(talk.at);
  assert.equal(conversation.respondBy, null);
  const owed = async (seq: number, offsetMs: number): Promise<string | null> => {
    const timestamp = new Date(Date.now() + offsetMs).toISOString();
    const body = { ...inboundBody(talk.id, seq, conversation.lastSeq), timestamp };
    assert.equal((await callHook(office.url, { kind: 'inbound', body, secret })).status, 200);
    return (await office.browser.story(talk.at)).conversation.respondBy;
  };
  assert.equal(await owed(conversation.lastSeq + 1, -60_000), null);
  assert.notEqual(await owed(conversation.lastSeq + 9, 60_000), null);
});

test('what the end user is called comes from the first parameter that is named so', async (t) => {
  const office = await officeFor(t);
  const [secret = ''] = await secretsOf(office.house);
  const named = async (...parameters: readonly object[]): Promise<string | null> => {
    const session = randomUUID();
    const history = { transcription: [], parameters };
    await callHook(office.url, { kind: 'start', body: startBody(session, { history }), secret });
    return (await office.browser.story(`${session}.1`)).conversation.customer;
  };
  assert.equal(await named({ name: 'ISSUE', value: 'wifi' }, { name: 'USER.full_name', value: 'Ana' }), 'Ana');
  assert.equal(await named({ name: 'NAME', value: ' ' }, { name: 'customer_name', value: 'Bo' }), 'Bo');
  assert.equal(await named({ name: 'FILENAME', value: 'x' }), null);
});

test('a status that comes before the answer to outbound is kept for its message', async (t) => {
  const office = await officeFor(t);
  const road = await openRoad(t, office.house.url);
  office.routerUrl = road.url;
  const talk = await office.arrive();
  road.make('/live-agent/outbound', 'answers held');
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  await talk.user.hears('Hi');
  talk.user.send({ type: 'read', seq: talk.user.lastSeq() });
  await office.house.until('the router has told the desk', async () => {
    const told = await office.house.deliveries(`state=delivered&session=${talk.id}`);
    return told.filter(({ kind }) => kind === 'status').length === 3;
  });
  const early = await office.browser.story(talk.at);
  assert.ok(early.entries[0]?.kind === 'live-agent-message' && early.entries[0].status === 'sending');
  road.release();
  await untilStory(office.browser, talk.at, 'it is read', ({ entries: [entry] }) => {
    return entry?.kind === 'live-agent-message' && entry.status === 'read';
  });
});

test('statuses move forward only', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const [secret = ''] = await secretsOf(office.house);
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  await talk.user.hears('Hi');
  const [sent] = await office.house.eventsOf(talk.id, 'live-agent-message-sent');
  const status = async (word: string): Promise<string> => {
    const body = {
      sessionId: talk.id,
      message_uuid: sent?.messageId,
      status: word,
      timestamp: new Date().toISOString(),
    };
    assert.equal((await callHook(office.url, { kind: 'status', body, secret })).status, 200);
    const [entry] = (await office.browser.story(talk.at)).entries;
    return entry?.kind === 'live-agent-message' ? entry.status : 'none';
  };
  await untilStory(office.browser, talk.at, 'it is taken', ({ entries: [entry] }) => {
    return entry?.kind === 'live-agent-message' && entry.status !== 'sending';
  });
  const words = ['delivered', 'submitted', 'read', 'delivered', 'undeliverable'];
  const seen = [];
  for (const word of words) seen.push(await status(word));
  assert.deepEqual(seen, ['delivered', 'delivered', 'read', 'read', 'read']);
});
