// What connectors written for AI Studio send and read works as it is (contract 3.1 to 3.8).
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { type DeskCall, heldReply, type Reply } from './kit/desk.ts';
import { routing, supportFlow } from './kit/flows.ts';
import { accountKey, beginTalk, connectTalk, type House, handOver, houseFor, issue } from './kit/house.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const ok = { status: 200 } as const;

for (const json of [{ message_type: 'text', text: 'Hi there.' }, { text: 'Hi there.' }]) {
  test(`outbound ${JSON.stringify(json)} reaches the end user and is answered with a message_uuid`, async (t) => {
    const house = await houseFor(t);
    const { id, user } = await connectTalk(house);
    const answer = await house.outbound(id, json);
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(answer.body), ['message_uuid']);
    assert.match(String(answer.body.message_uuid), uuid);
    await user.hears('Hi there.');
  });
}

test('outbound tolerates fields that a connector sends for other channels', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const answer = await house.outbound(id, { message_type: 'text', text: 'Hi.', to: '4479', from: '1', channel: 'sms' });
  assert.equal(answer.status, 200);
  await user.hears('Hi.');
});

const emptyBodies = {
  'a JSON object': { json: {} },
  'an empty body of type application/json': { raw: '', headers: { 'content-type': 'application/json' } },
  'an empty body of type application/json; charset=utf-8': {
    raw: '',
    headers: { 'content-type': 'application/json; charset=utf-8' },
  },
  'an empty body without a type': { raw: '' },
} as const;

for (const [name, asking] of Object.entries(emptyBodies)) {
  test(`disconnect with ${name} hands back`, async (t) => {
    const house = await houseFor(t);
    const { id, user } = await connectTalk(house);
    const answer = await house.ask('POST', `/live-agent/disconnect/${id}`, asking);
    assert.equal(answer.status, 200, answer.text);
    await user.hears('Back with the bot.');
  });
}

test('an unknown session is 404 with statusCode in the body', async (t) => {
  const house = await houseFor(t);
  for (const unknown of ['01900000-0000-7000-8000-000000000000', 'no-uuid', '%00', '..%2f..']) {
    for (const call of ['outbound', 'disconnect', 'assign']) {
      const answer = await house.ask('POST', `/live-agent/${call}/${unknown}`, { json: { text: 'hi' } });
      const { statusCode, error, code } = answer.body;
      assert.deepEqual([answer.status, statusCode, error, code], [404, 404, 'Not Found', 'session-not-found']);
    }
  }
});

test('a session id in capitals is the same session', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  assert.equal((await house.outbound(id.toUpperCase(), { text: 'Hi.' })).status, 200);
  await user.hears('Hi.');
});

const connecting: Readonly<Record<string, Reply>> = {
  '200 with a text': { status: 200, body: 'OK', headers: { 'content-type': 'text/plain' } },
  '200 with an empty body': { status: 200 },
  '201 with JSON of its own': { status: 201, body: '{"ticket":17}', headers: { 'content-type': 'application/json' } },
  '202 with HTML': { status: 202, body: '<html><body>ok</body></html>', headers: { 'content-type': 'text/html' } },
  '204': { status: 204 },
  '200 with a state that is not ours': { status: 200, body: '{"state":"open"}' },
  '200 with more than is ever read': { status: 200, body: 'x'.repeat(300_000) },
};

for (const [name, reply] of Object.entries(connecting)) {
  test(`the start endpoint connects by ${name}`, async (t) => {
    const house = await houseFor(t);
    house.desk.behave = ({ kind }) => (kind === 'start' ? reply : ok);
    const { user } = await handOver(house);
    const frame = await user.sees('connected');
    assert.deepEqual(frame.handoff, { epoch: 1, state: 'connected' });
  });
}

test('an outbound sent from inside the start call, before its answer, connects', async (t) => {
  const house = await houseFor(t);
  house.desk.behave = async ({ kind, body }) => {
    if (kind === 'start')
      assert.equal((await house.outbound(body.sessionId, { text: 'Hello from inside.' })).status, 200);
    return ok;
  };
  const { id, user } = await handOver(house);
  await user.hears('Hello from inside.');
  user.say('thanks');
  await house.until('the message comes', () => house.desk.of('inbound', id).length === 1);
  assert.equal((await house.eventsOf(id, 'handoff-connected')).length, 1);
});

const rich = (house: House, human: Readonly<Record<string, unknown>> = {}) =>
  supportFlow(
    house.desk,
    { transferParameters: ['ISSUE', 'tier', 'ITEMS', 'UNSET', 'SESSION_ID'], ...human },
    {
      parameters: [
        { name: 'ISSUE', kind: 'custom' },
        { name: 'NEXT', kind: 'custom' },
        { name: 'SECRET', kind: 'custom', value: 'not to be sent' },
        { name: 'UNSET', kind: 'custom' },
        { name: 'tier', kind: 'user', value: 'gold' },
        { name: 'ITEMS', kind: 'custom', multi: true, value: ['router', 'a "quoted" cable'] },
      ],
    },
  );

test('the start call has exactly the shape of the contract', async (t) => {
  const house = await houseFor(t);
  await house.publish(rich(house));
  const { id } = await beginTalk(house);
  const call = await house.until('the desk is called', () => house.desk.of('start', id)[0]);
  const requested = (await house.eventsOf(id, 'handoff-requested'))[0];
  const [started] = await house.events(id);
  assert.deepEqual(call.body, {
    sessionId: id,
    history: {
      transcription: [{ agent: 'Hello.' }, { user: issue }, { agent: 'One moment.' }],
      parameters: [
        { name: 'SESSION_ID', value: id },
        { name: 'AGENT_ID', value: 'support' },
        { name: 'CONVERSATION_ID', value: id },
        { name: 'INITIAL_MESSAGE', value: issue },
        { name: 'CONVERSATION_START_DATE', value: started?.at.slice(0, 10) },
        { name: 'CONVERSATION_START_TIME', value: started?.at.slice(11, 19) },
        { name: 'ISSUE', value: issue },
        { name: 'USER.tier', value: 'gold' },
        { name: 'ITEMS', value: '["router","a \\"quoted\\" cable"]' },
      ],
    },
    agentId: 'support',
    handoff: {
      epoch: 1,
      lastSeq: Number(requested?.lastSeq),
      respondBy: new Date(Date.parse(String(requested?.at)) + 25_000_000).toISOString(),
      transcript: `${house.url}/sessions/${id}/transcript`,
    },
  });
  assert.equal(call.headers['content-type'], 'application/json');
});

test('the transcript that the start call links to is paged and read with a key', async (t) => {
  const house = await houseFor(t);
  const { id } = await connectTalk(house);
  const link = new URL(String(house.desk.of('start', id)[0]?.body.handoff?.transcript)).pathname;
  type Page = { transcription: unknown[]; next_after: number | null };
  const first = (await house.ask<Page>('GET', `${link}?limit=2`)).body;
  assert.deepEqual(first.transcription, [{ agent: 'Hello.' }, { user: issue }]);
  const second = (await house.ask<Page>('GET', `${link}?limit=2&after=${first.next_after}`)).body;
  assert.deepEqual(second, { transcription: [{ agent: 'One moment.' }], next_after: null });
  assert.equal((await house.askBare('GET', link)).status, 401);
});

test('connectors that read User and Agent get them so, and only where the node says it', async (t) => {
  const house = await houseFor(t);
  await house.publish(rich(house, { transcriptionKeys: 'capitalised' }));
  const { id } = await beginTalk(house);
  const call = await house.until('the desk is called', () => house.desk.of('start', id)[0]);
  assert.deepEqual(call.body.history?.transcription, [{ Agent: 'Hello.' }, { User: issue }, { Agent: 'One moment.' }]);
  assert.ok(call.body.history?.parameters.every(({ value }) => typeof value === 'string'));
});

test('the transcription of a second handoff holds the lines of the first live agent', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  await house.outbound(id, { text: 'Restart it.' });
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  user.say('human');
  const second = await house.until('the desk is called again', () => house.desk.of('start', id)[1]);
  assert.deepEqual(second.body.history?.transcription.slice(3), [
    { agent: 'Restart it.' },
    { agent: 'Back with the bot.' },
    { user: 'human' },
    { agent: 'Bot heard human.' },
  ]);
});

test('an inbound call has exactly the shape of the contract', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  user.say('a — “quoted” 🙂\nline');
  const call = await house.until('the desk is called', () => house.desk.of('inbound', id)[0]);
  const event = (await house.eventsOf(id, 'user-message-received')).at(-1);
  const connected = (await house.eventsOf(id, 'handoff-connected'))[0];
  assert.deepEqual(call.body, {
    sessionId: id,
    text: 'a — “quoted” 🙂\nline',
    type: 'text',
    messageId: String(event?.messageId),
    seq: Number(event?.seq),
    previousSeq: Number(house.desk.of('start', id)[0]?.body.handoff?.lastSeq),
    timestamp: String(event?.at),
    epoch: 1,
    respondBy: new Date(Date.parse(String(connected?.at)) + 25_000_000).toISOString(),
  });
  assert.match(String(call.body.messageId), uuid);
});

test('status calls have exactly the shape of the contract', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const { message_uuid } = (await house.outbound(id, { text: 'Hi.' })).body;
  const frame = await user.hears('Hi.');
  user.send({ type: 'read', seq: frame.seq });
  await house.until('three statuses came', () => house.desk.of('status', id).length === 3);
  const read = (await house.eventsOf(id, 'messages-read'))[0];
  const common = { sessionId: id, message_uuid, to: id, from: 'support' };
  assert.deepEqual(
    house.desk.of('status', id).map(({ body }) => body),
    [
      { ...common, timestamp: frame.at, status: 'submitted', channel: 'web' },
      { ...common, timestamp: String(read?.at), status: 'delivered', channel: 'web' },
      { ...common, timestamp: String(read?.at), status: 'read', channel: 'web' },
    ],
  );
});

test('the ended call has exactly the shape of the contract', async (t) => {
  const house = await houseFor(t);
  const { id } = await connectTalk(house);
  await house.disconnect(id);
  const call = await house.until('the desk is called', () => house.desk.of('ended', id)[0]);
  assert.deepEqual(call.body, { sessionId: id, epoch: 1, reason: 'disconnected' });
});

test('a connector that knows neither status nor ended endpoints is not called there', async (t) => {
  const house = await houseFor(t);
  const { statusDeliveryUrl: _, endedUrl: __, ...bare } = routing(house.desk);
  const flow = supportFlow(house.desk);
  await house.publish({ ...flow, nodes: { ...(flow.nodes as object), human: bare } });
  const { id, user } = await beginTalk(house);
  await user.sees('connected');
  await house.outbound(id, { text: 'Hi.' });
  const { seq } = await user.hears('Hi.');
  user.send({ type: 'read', seq });
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  assert.deepEqual(await house.deliveries(`session=${id}&state=owed`), []);
  assert.deepEqual(
    house.desk.calls.map(({ kind }) => kind),
    ['start'],
  );
});

type Secrets = { secrets: { secret: string }[] };

const verifies = (secret: string, { raw, headers }: DeskCall): boolean => {
  try {
    new Webhook(secret).verify(raw, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
};

test('each call is signed with the secret of its virtual agent, over the exact bytes', async (t) => {
  const house = await houseFor(t);
  const { id } = await connectTalk(house);
  const call = await house.until('the desk is called', () => house.desk.of('start', id)[0]);
  const [secret] = (await house.ask<Secrets>('GET', '/agents/support/secrets')).body.secrets;
  assert.ok(secret !== undefined);
  assert.match(secret.secret, /^whsec_/);
  assert.ok(verifies(secret.secret, call));
  assert.ok(!verifies(secret.secret, { ...call, raw: `${call.raw} ` }), 'other bytes do not verify');
  await house.publish(supportFlow(house.desk), 'other');
  const [foreign] = (await house.ask<Secrets>('GET', '/agents/other/secrets')).body.secrets;
  assert.ok(!verifies(String(foreign?.secret), call), 'every virtual agent has a secret of its own');
});

test('while secrets rotate, a call verifies with the old and with the new one, and then only with new ones', async (t) => {
  const house = await houseFor(t, { hands: Date.now() });
  await house.publish(supportFlow(house.desk));
  const known = async (): Promise<string[]> =>
    (await house.ask<Secrets>('GET', '/agents/support/secrets')).body.secrets.map(({ secret }) => secret);
  const [first = ''] = await known();
  await house.ask('POST', '/agents/support/secrets');
  house.hands.advance(1_000);
  const [second = ''] = await known();
  const { id } = await beginTalk(house);
  const rotating = await house.until('the desk is called', () => house.desk.of('start', id)[0]);
  assert.deepEqual([verifies(first, rotating), verifies(second, rotating)], [true, true]);
  await house.ask('POST', '/agents/support/secrets');
  house.hands.advance(1_000);
  const [third = ''] = await known();
  const later = await beginTalk(house);
  const rotated = await house.until('the desk is called', () => house.desk.of('start', later.id)[0]);
  assert.deepEqual(
    [first, second, third].map((secret) => verifies(secret, rotated)),
    [false, true, true],
  );
});

test('publishing again keeps the secret', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const before = (await house.ask('GET', '/agents/support/secrets')).text;
  await house.publish(supportFlow(house.desk));
  assert.equal((await house.ask('GET', '/agents/support/secrets')).text, before);
});

test('a retry carries the same webhook-id and the same bytes, and a signature of its own time', async (t) => {
  const house = await houseFor(t, { hands: Date.now() });
  const { id, user } = await connectTalk(house);
  let refusals = 3;
  house.desk.behave = ({ kind }) => {
    if (kind !== 'inbound' || refusals === 0) return ok;
    refusals -= 1;
    return { status: 500 };
  };
  user.say('are you there?');
  await house.advanceUntil('it was tried four times', 100, () => house.desk.of('inbound', id).length === 4);
  const tries = house.desk.of('inbound', id);
  assert.equal(new Set(tries.map((call) => call.id)).size, 1);
  assert.equal(new Set(tries.map((call) => call.raw)).size, 1);
  const [secret] = (await house.ask<Secrets>('GET', '/agents/support/secrets')).body.secrets;
  assert.ok(tries.every((call) => verifies(String(secret?.secret), call)));
  const times = tries.map(({ headers }) => Number(headers['webhook-timestamp']));
  assert.ok((times[3] ?? 0) > (times[0] ?? 0));
});

test('every call has a webhook-id of its own', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  user.say('the same');
  user.say('the same');
  await house.outbound(id, { text: 'the same' });
  await house.disconnect(id);
  await house.until(
    'all came',
    () => house.desk.of('ended', id).length === 1 && house.desk.of('status', id).length > 0,
  );
  const ids = house.desk.calls.map((call) => call.id);
  assert.equal(new Set(ids).size, ids.length);
});

test('init has exactly the shape of the contract and runs no node', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  type Init = Record<'session_id' | 'session_start_time' | 'session_expiration_time' | 'session_token', string>;
  const json = { agent_id: 'support', user: { id: 'ada' }, to: 'ignored' };
  const { status, body } = await house.askBare<Init>('POST', '/http/init', {
    json,
    headers: { 'X-Vgai-Key': accountKey },
  });
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), [
    'session_expiration_time',
    'session_id',
    'session_start_time',
    'session_token',
  ]);
  assert.match(body.session_id, uuid);
  assert.equal(Date.parse(body.session_expiration_time) - Date.parse(body.session_start_time), 24 * 3_600_000);
  const claims = JSON.parse(Buffer.from(String(body.session_token.split('.')[1]), 'base64url').toString());
  assert.deepEqual(Object.keys(claims).sort(), ['exp', 'iat', 'session_id']);
  assert.equal(claims.session_id, body.session_id);
  assert.deepEqual(
    (await house.events(body.session_id)).map(({ kind }) => kind),
    ['session-started'],
  );
});

test('the call log shows the live agent’s part as AI Studio does', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  user.say('hello?');
  await user.hears('hello?');
  await house.outbound(id, { text: 'Restart it.' });
  type Report = { id: string; agent_id: string; parameters: Record<string, unknown>; transcription: unknown[] };
  const { body } = await house.ask<Report>('GET', `/insights/sessions/${id}`);
  assert.deepEqual([body.id, body.agent_id, body.parameters.ISSUE], [id, 'support', issue]);
  assert.deepEqual(body.transcription, [
    { agent: 'Hello.' },
    { user: issue },
    { agent: 'One moment.' },
    { user: 'hello?' },
    { agent: 'Restart it.' },
  ]);
  const list = await house.ask<{ sessions: Report[]; total: number }>(
    'GET',
    '/insights/sessions?page_number=0&page_size=10',
  );
  assert.deepEqual([list.body.total, list.body.sessions[0]?.id], [1, id]);
});

test('a chat that is not to be kept is gone from reports once the session has ended, and only then', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house, { saveChat: false });
  user.say('my password is 1234');
  await user.hears('my password is 1234');
  await house.outbound(id, { text: 'Never say that.' });
  const report = async (): Promise<string> =>
    (await house.ask('GET', `/insights/sessions/${id}`)).text +
    (await house.ask('GET', `/sessions/${id}/transcript`)).text +
    (await house.ask('GET', `/sessions/${id}/events?limit=1000`)).text;
  assert.match(await report(), /1234/);
  await house.disconnect(id);
  user.send({ type: 'end' });
  await user.ends();
  const kept = await report();
  assert.doesNotMatch(kept, /1234|Never say that/);
  assert.match(kept, new RegExp(issue), 'what was said to the virtual agent stays');
});

test('a start call that is answered late connects nothing that has failed already', async (t) => {
  const house = await houseFor(t, { hands: Date.UTC(2026, 4, 3) });
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const { id, user } = await handOver(house, { connectWithin: 5 });
  await house.until('the desk is called', () => house.desk.of('start', id).length === 1);
  house.hands.advance(5_000);
  await user.hears('Nobody is here.');
  start.give(ok);
  await house.until('the desk is told of the end', () => house.desk.of('ended', id).length === 1);
  assert.deepEqual(await house.eventsOf(id, 'handoff-connected'), []);
  assert.equal((await house.outbound(id, { text: 'I am here!' })).status, 409);
});
