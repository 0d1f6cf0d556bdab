// Troubles that no single rule of the contract names, each through the real program.
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect, type NetConnectOpts, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { ServerFrame } from '../../src/contract/frames.ts';
import { heldReply } from './kit/desk.ts';
import { supportFlow } from './kit/flows.ts';
import { connectTalk, type House, handOver, houseFor, issue } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const second = 1_000;
const ok = { status: 200 } as const;
const tight = { BATON_MESSAGES_PER_SECOND: '1', BATON_MESSAGE_BURST: '3' };

/** A TCP connection to the server, for saying what no client would say. */
async function rawSocket(t: TestContext, house: House, options: Partial<NetConnectOpts> = {}): Promise<Socket> {
  const { hostname, port } = new URL(house.url);
  const socket = connect({ ...options, port: Number(port), host: hostname });
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

const upgradeTo = (path: string, more = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: baton\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${more}\r\n`;
const handshake = 'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';

async function lives(house: House): Promise<void> {
  await house.settle();
  assert.equal((await house.askBare('GET', '/health')).status, 200);
}

/** Asks for an upgrade and resets the connection: when the answer comes, or some turns of the loop after asking. */
async function resetUpgrade(t: TestContext, house: House, request: string, when: number | 'answered'): Promise<void> {
  const socket = await rawSocket(t, house);
  socket.write(request);
  if (when === 'answered') await once(socket, 'data');
  else for (let count = 0; count < when; count += 1) await turn();
  socket.resetAndDestroy();
  await once(socket, 'close');
}

test('a client that resets an upgrade that goes nowhere ends no server', async (t) => {
  const house = await houseFor(t);
  for (const when of ['answered', 0, 1, 2, 3, 5, 8] as const) {
    for (const request of [upgradeTo('/nope'), upgradeTo('/nope', handshake), upgradeTo('//')]) {
      await resetUpgrade(t, house, request, when);
    }
  }
  await lives(house);
});

test('a client that resets the upgrade to its session ends no server', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const { id, token } = await house.init();
  const path = `/http/${id}/socket?session_token=${token}`;
  for (const when of ['answered', 0, 1, 2, 3, 5, 8] as const) {
    for (const request of [upgradeTo(path), upgradeTo(path, handshake), upgradeTo(`/http/${id}/socket`, handshake)]) {
      await resetUpgrade(t, house, request, when);
    }
  }
  await lives(house);
  await house.connect({ id, token }).hears('Hello.');
});

test('a client that never hangs up after a refused upgrade keeps neither its connection nor the server from stopping', async (t) => {
  const house = await houseFor(t);
  for (const path of ['/nope', '//']) {
    const socket = await rawSocket(t, house, { allowHalfOpen: true });
    socket.write(upgradeTo(path, handshake));
    const [answer] = await once(socket, 'data');
    assert.match(String(answer), /^HTTP\/1.1 404 /);
  }
  let stopped = false;
  const stopping = house.stop().then(() => {
    stopped = true;
  });
  await house.until('it has stopped', () => stopped);
  await stopping;
});

test('a desk whose client offers HTTP/2 is answered like any other', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const offer = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA' };
  const answer = await house.outbound(id, { text: 'Here I am.' }, offer);
  assert.deepEqual([answer.status, typeof answer.body.message_uuid], [200, 'string']);
  await user.hears('Here I am.');
  assert.equal((await house.disconnect(id, {}, offer)).status, 200);
});

test('a start call that keeps failing while the live agent writes is given up at connectWithin, and the lane goes on', async (t) => {
  const house = await houseFor(t, { hands });
  house.desk.behave = ({ kind }) => (kind === 'start' ? { status: 503 } : ok);
  const { id, user } = await handOver(house, { connectWithin: 7 });
  await house.until('the desk is called', () => house.desk.of('start', id).length > 0);
  assert.equal((await house.outbound(id, { text: 'Here I am.' })).status, 200);
  await user.sees('connected');
  user.say('hello?');
  await user.hears('hello?');
  while (house.hands.now() < hands + 6_999) {
    house.hands.advance(Math.min(500, hands + 6_999 - house.hands.now()));
    await house.settle();
  }
  assert.deepEqual(await house.eventsOf(id, 'delivery-died'), []);
  assert.deepEqual(house.desk.of('inbound', id), [], 'the lane keeps its order');
  house.hands.advance(1);
  const [died] = await house.until('the start call is dead', async () => {
    const events = await house.eventsOf(id, 'delivery-died');
    return events.length > 0 && events;
  });
  assert.deepEqual([died?.callKind, died?.at], ['start', new Date(hands + 7_000).toISOString()]);
  const call = await house.until('the message follows', () => house.desk.of('inbound', id)[0]);
  assert.equal(call.body.text, 'hello?');
  assert.deepEqual(await house.eventsOf(id, 'handoff-ended'), []);
  const [dead] = await house.deliveries(`state=dead&session=${id}`);
  assert.equal(dead?.kind, 'start');
  assert.equal(dead?.attempts, house.desk.of('start', id).length);
  assert.ok(dead !== undefined && dead.attempts > 1);
  assert.match(String(dead?.last_failure), /503/);
});

test('the message that ends the session is accepted before the socket is closed', async (t) => {
  const house = await houseFor(t);
  const nodes = { ask: { type: 'collect-input', parameter: 'A', outputs: { default: null } } };
  await house.publish({ name: 'Short', parameters: [], start: 'ask', nodes }, 'short');
  for (let round = 0; round < 5; round += 1) {
    const user = house.connect(await house.init('short'));
    user.say('the last word', 'last');
    assert.equal((await user.ends()).code, 4410);
    const accepted = user.frames.find((frame) => frame.type === 'accepted');
    const [said] = user.messages();
    assert.deepEqual(accepted, { type: 'accepted', id: 'last', seq: said?.seq });
  }
});

test('a stop does not wait for a request whose body never comes', async (t) => {
  const house = await houseFor(t, { hands });
  const socket = await rawSocket(t, house);
  const head = 'POST /http/init HTTP/1.1\r\nHost: baton\r\nContent-Type: application/json\r\nX-Vgai-Key: k\r\n';
  socket.write('GET /health HTTP/1.1\r\nHost: baton\r\n\r\n');
  await once(socket, 'data');
  socket.write(`${head}Content-Length: 100\r\n\r\n{"agent_id"`);
  await house.settle();
  let stopped = false;
  const stopping = house.stop().then(() => {
    stopped = true;
  });
  await house.settle();
  assert.equal(stopped, false, 'a request that is under way is given a moment');
  await house.advanceUntil('it has stopped', 20, () => stopped);
  await stopping;
  assert.ok(house.hands.now() <= hands + 5 * second, `it waited ${house.hands.now() - hands} ms`);
});

type StepBody = Readonly<{
  messages: readonly Readonly<{ text: string }>[];
  nodes: readonly Readonly<{ id: string; status: string }>[];
  session_status: string;
}>;

const echo = {
  name: 'Echo',
  parameters: [{ name: 'A', kind: 'custom' }],
  start: 'hello',
  nodes: {
    hello: { type: 'send-message', text: 'Hello.', outputs: { default: 'ask' } },
    ask: { type: 'collect-input', parameter: 'A', prompt: 'A?', outputs: { default: 'tell', missed: 'missed' } },
    tell: { type: 'send-message', text: 'A is $A.', outputs: { default: 'ask' } },
    missed: { type: 'send-message', text: 'Missed.', outputs: { default: 'ask' } },
  },
};

const said = ({ messages }: StepBody): readonly string[] => messages.map(({ text }) => text);

for (const input of ['', 'hi']) {
  test(`a first step with "${input}" after the socket answers no node and reports what was said so far`, async (t) => {
    const house = await houseFor(t);
    await house.publish(echo, 'echo');
    const session = await house.init('echo');
    const user = house.connect(session);
    await user.hears('A?');
    const step = async (text: string) => (await house.step<StepBody>(session, { input: text })).body;
    const first = await step(input);
    assert.deepEqual(said(first), ['Hello.', 'A?']);
    assert.deepEqual(
      first.nodes.map(({ id, status }) => [id, status]),
      [
        ['hello', 'DONE'],
        ['ask', 'AWAITING_INPUT'],
      ],
    );
    assert.deepEqual(await house.eventsOf(session.id, 'input-taken'), [], 'no node was answered');
    assert.deepEqual(said(await step('one')), ['A is one.', 'A?']);
    assert.deepEqual(said(await step('')), ['A?'], 'an empty answer later on is one that was missed');
    assert.equal((await house.eventsOf(session.id, 'flow-started')).length, 1);
  });
}

test('a first step with parameters after the socket sets them and answers no node', async (t) => {
  const house = await houseFor(t);
  await house.publish(echo, 'echo');
  const session = await house.init('echo');
  await house.connect(session).hears('A?');
  const parameters = [{ name: 'A', value: 'set before' }];
  const { body } = await house.step<StepBody>(session, { input: '', parameters });
  assert.deepEqual(said(body), ['Hello.', 'A?']);
  assert.deepEqual(await house.eventsOf(session.id, 'input-taken'), []);
});

test('a first step after the end user has spoken on the socket answers as usual', async (t) => {
  const house = await houseFor(t);
  await house.publish(echo, 'echo');
  const session = await house.init('echo');
  const user = house.connect(session);
  user.say('one');
  await user.hears('A is one.');
  const { body } = await house.step<StepBody>(session, { input: 'two' });
  assert.deepEqual(said(body), ['A is two.', 'A?']);
});

test('a hundred and fifty messages that waited through Failed are all taken by a flow that loops, in order', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const { id, user } = await handOver(house);
  const sent = Array.from({ length: 150 }, (_, index) => `message ${index}`);
  for (const text of sent) user.say(text);
  await user.hears('message 149');
  start.give({ status: 404 });
  await user.hears('Bot heard message 149.');
  assert.deepEqual(
    user.texts().filter((text) => text.startsWith('Bot heard')),
    sent.map((text) => `Bot heard ${text}.`),
  );
  assert.deepEqual(await house.eventsOf(id, 'session-ended'), []);
  user.say('and now');
  await user.hears('Bot heard and now.');
  assert.deepEqual(house.desk.of('inbound', id), []);
});

/** All that the reports of a session say. */
async function reportsOf(house: House, id: string): Promise<Readonly<Record<string, string>>> {
  const paths = {
    list: '/insights/sessions',
    insight: `/insights/sessions/${id}`,
    parameters: `/insights/sessions/${id}/parameters`,
    events: `/sessions/${id}/events?limit=1000`,
    transcript: `/sessions/${id}/transcript`,
  };
  const read = async ([name, path]: readonly [string, string]) => {
    const { status, text } = await house.ask('GET', path);
    assert.equal(status, 200, text);
    return [name, text] as const;
  };
  return Object.fromEntries(await Promise.all(Object.entries(paths).map(read)));
}

test('what was said in a handoff that may not be kept is in no report once the session has ended', async (t) => {
  const house = await houseFor(t);
  await house.publish({ ...supportFlow(house.desk, { saveChat: false }), start: 'human' });
  const session = await house.init();
  const { id } = session;
  const user = house.connect(session);
  await user.sees('connected');
  user.say('my card is 4111');
  await user.hears('my card is 4111');
  await house.outbound(id, { text: 'and your pin is 0815' });
  await house.disconnect(id);
  await user.hears('Back with the bot.');
  user.say('human');
  await user.sees('connected', 2);
  user.say('my iban is DE02');
  await user.hears('my iban is DE02');
  assert.equal(
    house.desk.of('start', id)[1]?.body.history?.parameters.find(({ name }) => name === 'INITIAL_MESSAGE')?.value,
    'my card is 4111',
  );

  const before = await reportsOf(house, id);
  for (const secret of ['4111', '0815', 'DE02']) {
    for (const name of ['list', 'insight', 'events', 'transcript']) {
      assert.ok(before[name]?.includes(secret), `${name} holds ${secret} while the session lives`);
    }
  }
  assert.ok(before.parameters?.includes('4111'), 'the initial message is a parameter while the session lives');

  user.send({ type: 'end' });
  assert.equal((await user.ends()).code, 4410);
  const after = await reportsOf(house, id);
  for (const [name, text] of Object.entries(after)) {
    for (const secret of ['4111', '0815', 'DE02']) assert.ok(!text.includes(secret), `${name} still holds ${secret}`);
  }
  for (const name of ['list', 'insight', 'events', 'transcript']) {
    assert.ok(after[name]?.includes('Back with the bot.'), `${name} keeps what the virtual agent said`);
    assert.ok(after[name]?.includes('human'), `${name} keeps what was said to the virtual agent`);
  }
  await house.stop();
  await house.start();
  for (const [name, text] of Object.entries(await reportsOf(house, id))) {
    for (const secret of ['4111', '0815', 'DE02']) assert.ok(!text.includes(secret), `${name} holds ${secret} again`);
  }
});

test('what was said beside a handoff that may not be kept stays in the reports', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house, { saveChat: false });
  user.say('my card is 4111');
  await user.hears('my card is 4111');
  user.send({ type: 'end' });
  await user.ends();
  const { insight, parameters, transcript } = await reportsOf(house, id);
  for (const text of [insight, transcript]) {
    assert.ok(text?.includes(issue));
    assert.ok(!text?.includes('4111'));
  }
  const known = JSON.parse(parameters ?? '') as { parameters: Record<string, unknown> };
  assert.equal(known.parameters.INITIAL_MESSAGE, issue, 'it was said to the virtual agent');
});

test('the words of an end user who left while connecting go to the desk and are not taken again by the flow', async (t) => {
  const house = await houseFor(t);
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : ok);
  const outputs = { default: 'back', failed: 'sorry', noResponse: 'late', userLeft: 'more' };
  const { id, user } = await handOver(house, { outputs });
  user.say('anybody?');
  user.send({ type: 'end' });
  assert.equal((await user.sees('ended')).reason, 'user-left');
  user.say('I am back');
  await user.hears('Bot heard I am back.');
  assert.ok(!user.texts().includes('Bot heard anybody?.'));
  start.give(ok);
  await house.until('the desk is told of the end', () => house.desk.of('ended', id).length === 1);
  assert.deepEqual(
    house.desk.of('inbound', id).map(({ body }) => body.text),
    ['anybody?'],
  );
  assert.equal(house.desk.calls.at(-1)?.body.reason, 'user-left');
});

test('a dead call lists how often it was tried and why it failed last', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house);
  const statuses = [500, 503, 404];
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: statuses.shift() ?? 200 } : ok);
  user.say('hello?');
  const [dead] = await house.advanceUntil('it is dead', 100, async () => {
    const found = await house.deliveries(`state=dead&session=${id}`);
    return found.length > 0 && found;
  });
  assert.deepEqual([dead?.kind, dead?.attempts, dead?.next_attempt_at], ['inbound', 3, null]);
  assert.match(String(dead?.last_failure), /404/);
});

test('a start call that is refused for good lists its attempt and the reason', async (t) => {
  const house = await houseFor(t);
  house.desk.behave = ({ kind }) => (kind === 'start' ? { status: 410 } : ok);
  const { id, user } = await handOver(house);
  await user.sees('ended');
  const [dead] = await house.deliveries(`state=dead&session=${id}`);
  assert.deepEqual([dead?.kind, dead?.attempts], ['start', 1]);
  assert.match(String(dead?.last_failure), /410/);
});

test('a message whose id cannot be stored as it is, is refused and not taken for another', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const before = await house.events(id);
  const ids = ['a\ud800', 'a\udfff', '\udc00\ud800', 'nul\u0000'];
  for (const one of ids) user.say(`with ${ids.indexOf(one)}`, one);
  await house.until('all are answered', () => user.errors().length === ids.length);
  assert.deepEqual(new Set(user.errors().map(({ code }) => code)), new Set(['wrong-shape']));
  assert.deepEqual(await house.events(id), before);
  user.say('paired', 'a\ud83d\ude42');
  await user.waitFor('accepted', (frame) => frame.type === 'accepted' && frame.id === 'a\ud83d\ude42');
});

test('a disconnect that is repeated answers as the first time though another handoff owns the session by then', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const key = { 'idempotency-key': 'the-key' };
  const first = await house.disconnect(id, {}, key);
  assert.deepEqual([first.status, first.body.owner], [200, 'virtual_agent']);
  user.say('human');
  await user.sees('connected', 2);
  for (const restart of [false, true]) {
    if (restart) {
      await house.stop();
      await house.start();
    }
    const again = await house.disconnect(id, {}, key);
    assert.deepEqual([again.status, again.text], [200, first.text]);
  }
  assert.equal((await house.eventsOf(id, 'handoff-ended')).length, 1, 'the second handoff goes on');
});

test('a repeat is answered though the limit of the session is used up', async (t) => {
  const house = await houseFor(t, { hands, environment: tight });
  const { id, user } = await connectTalk(house);
  const key = { 'idempotency-key': 'the-key' };
  const first = await house.outbound(id, { text: 'message 0' }, key);
  for (const text of ['message 1', 'message 2']) assert.equal((await house.outbound(id, { text })).status, 200);
  const limited = await house.outbound(id, { text: 'message 3' });
  assert.equal(limited.status, 429);
  assert.ok(Number(limited.headers['retry-after']) >= 1);
  const again = await house.outbound(id, { text: 'message 0' }, key);
  assert.deepEqual([again.status, again.text], [200, first.text]);

  for (const text of ['one', 'two']) user.say(text, text);
  await user.hears('two');
  user.say('three', 'three');
  await house.until('the end user is limited', () => user.errors().some(({ code }) => code === 'rate-limited'));
  user.say('one', 'one');
  const accepted = (frame: ServerFrame) => frame.type === 'accepted' && frame.id === 'one';
  await house.until('the repeat is accepted', () => user.frames.filter(accepted).length === 2);
});

test('an end user who floods does not silence the live agent', async (t) => {
  const house = await houseFor(t, { hands, environment: tight });
  const { id, user } = await connectTalk(house);
  for (let index = 0; index < 50; index += 1) user.say(`message ${index}`);
  await house.until('the flood is limited', () => user.errors().length >= 40);
  assert.equal((await house.outbound(id, { text: 'Slowly, please.' })).status, 200);
  await user.hears('Slowly, please.');
});

test('receipts and parameters silence neither side', async (t) => {
  const house = await houseFor(t, { hands, environment: tight });
  const { id, user } = await connectTalk(house);
  const seq = user.lastSeq();
  for (let index = 0; index < 50; index += 1) {
    user.send({ type: index % 2 === 0 ? 'received' : 'read', seq });
    user.send({ type: 'parameters', parameters: [{ name: 'NEXT', value: String(index) }] });
  }
  await house.until('the flood is limited', () => user.errors().length >= 90);
  assert.equal((await house.outbound(id, { text: 'Hi.' })).status, 200);
  user.say('Hi too.', 'mine');
  await user.waitFor('accepted', (frame) => frame.type === 'accepted' && frame.id === 'mine');
});

test('an insight that cannot be sorted or filtered as asked is refused, not answered wrongly', async (t) => {
  const house = await houseFor(t);
  for (const name of ['sort_by', 'filter_by']) {
    const answer = await house.ask('GET', `/insights/sessions?${name}=agent_id`);
    assert.deepEqual([answer.status, answer.body.code], [422, 'wrong-shape'], name);
    assert.match(String(answer.body.faults?.[0]?.path), new RegExp(name));
  }
  assert.equal((await house.ask('GET', '/insights/sessions')).status, 200);
});

test('a socket whose connection cannot be stored is closed, and the next one starts the flow', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const { sessions } = house.app.store;
  const { commitBatch } = sessions;
  const refuse = () => Promise.reject(new Error('The disk is full.'));
  Object.assign(sessions, { commitBatch: refuse });
  const user = house.connect(session);
  assert.equal((await user.ends()).code, 1012);
  assert.deepEqual(user.texts(), []);
  Object.assign(sessions, { commitBatch });
  const again = house.connect(session);
  await again.hears('Hello.');
  again.say(issue);
  await again.sees('connected');
});

test('a socket whose session cannot be decided about is closed, and the next one starts the flow', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  await house.stop();
  await house.start();
  const { agents } = house.app.store;
  const { findFlow } = agents;
  Object.assign(agents, { findFlow: async () => null });
  assert.equal((await house.connect(session).ends()).code, 1011);
  Object.assign(agents, { findFlow });
  await house.connect(session).hears('Hello.');
});
