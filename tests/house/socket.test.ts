// Contract 2.3 and 3.4: the end user's socket, its receipts, and what becomes of slow readers.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { ServerFrame } from '../../src/contract/frames.ts';
import { supportFlow } from './kit/flows.ts';
import { beginTalk, connectTalk, type House, houseFor, issue, type Talk } from './kit/house.ts';

const fast = { BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000' };

/** Frames that are facts: they have a place in the log. */
const facts = (frames: readonly ServerFrame[]): readonly ServerFrame[] =>
  frames.filter(({ type }) => type === 'message' || type === 'session');

const statuses = (house: House, id: string): readonly (readonly [unknown, unknown])[] =>
  house.desk.of('status', id).map(({ body }) => [body.message_uuid, body.status] as const);

async function say(house: House, { id, user }: Talk, text: string): Promise<{ uuid: string; seq: number }> {
  const { body } = await house.outbound(id, { text });
  return { uuid: String(body.message_uuid), seq: (await user.hears(text)).seq };
}

test('the first connection starts the flow, so the first message answers it', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const user = house.connect(session);
  user.say(issue);
  await user.sees('connected');
  const [collected] = (await house.eventsOf(session.id, 'parameters-set')).map(({ parameters }) => parameters);
  assert.deepEqual(collected, [{ name: 'ISSUE', value: issue }]);
  assert.deepEqual(user.texts(), ['Hello.', issue, 'One moment.']);
});

test('a second connection does not start the flow again', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const before = await house.events(session.id);
  const again = house.connect(session);
  await again.sees('connected');
  await house.settle();
  assert.deepEqual(await house.events(session.id), before);
  assert.deepEqual(facts(again.frames), facts(user.frames));
});

test('the token is taken from the query too, and the subprotocol is the one that was offered', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const session = await house.init();
  const byQuery = house.connect(session, { tokenIn: 'query' });
  await byQuery.hears('Hello.');
  assert.equal(byQuery.socket.protocol, '');
  const byProtocol = house.connect(session);
  await byProtocol.hears('Hello.');
  assert.equal(byProtocol.socket.protocol, 'baton.v1');
});

test('resuming gives everything after the seq, and nothing of it twice', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const all = facts(user.frames);
  for (const frame of all) {
    const { seq } = frame as { seq: number };
    const rest = all.filter((one) => 'seq' in one && one.seq > seq);
    const again = house.connect(session, { after: seq });
    await house.until('the rest is there', () => facts(again.frames).length >= rest.length && again.isOpen());
    await house.settle();
    assert.deepEqual(facts(again.frames), rest);
    await again.close();
  }
});

test('a seq that does not exist yet, or is no number, leaves out nothing that is to come', async (t) => {
  const house = await houseFor(t);
  const { id, user, token } = await connectTalk(house);
  const beyond = house.connect({ id, token }, { after: 1_000_000 });
  await house.until('it is open', () => beyond.isOpen());
  await house.settle();
  await house.outbound(id, { text: 'News.' });
  await beyond.hears('News.');
  await user.hears('News.');
  assert.deepEqual(beyond.texts(), ['News.']);
  const negative = house.connect({ id, token }, { after: -5 });
  await negative.hears('News.');
  assert.deepEqual(facts(negative.frames), facts(user.frames));
});

/** Reads on, tearing the connection every few frames, until it has the last text; gives all that it was sent. */
async function tornReader(house: House, session: { id: string; token: string }, stride: number, last: string) {
  const got: ServerFrame[] = [];
  let connections = 0;
  const seqOf = (frame: ServerFrame | undefined): number => (frame !== undefined && 'seq' in frame ? frame.seq : 0);
  const finished = (): boolean => got.some((frame) => frame.type === 'message' && frame.text === last);
  while (!finished()) {
    const user = house.connect(session, { after: seqOf(got.at(-1)) });
    connections += 1;
    await house.until('some frames come', () => {
      const fresh = facts(user.frames);
      return fresh.length >= stride || fresh.some((frame) => frame.type === 'message' && frame.text === last);
    });
    user.socket.terminate();
    got.push(...facts(user.frames));
  }
  return { got, connections };
}

test('readers that reconnect again and again while messages keep coming see no hole and no duplicate', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const { user, ...session } = await connectTalk(house);
  const readers = [1, 2, 3, 7].map((stride) => tornReader(house, session, stride, 'the last'));
  for (let round = 0; round < 100; round += 1) {
    user.say(`question ${round}`);
    await house.outbound(session.id, { text: `answer ${round}` });
  }
  await house.outbound(session.id, { text: 'the last' });
  await user.hears('the last');
  const whole = facts(user.frames);
  assert.ok(whole.length > 200);
  for (const { got, connections } of await Promise.all(readers)) {
    assert.deepEqual(got, whole);
    assert.ok(connections > 10, `${connections} connections`);
  }
});

test('a socket that stays sees each fact once and in order, while others come and go', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const { user, ...session } = await connectTalk(house);
  const watchers = Array.from({ length: 8 }, () => house.connect(session));
  await Promise.all(
    Array.from({ length: 50 }, async (_, index) => {
      const passer = house.connect(session);
      await house.outbound(session.id, { text: `message ${index}` });
      passer.socket.terminate();
    }),
  );
  await house.outbound(session.id, { text: 'the last' });
  await user.hears('the last');
  const log = await house.events(session.id);
  const said = log.filter(({ kind }) => kind.endsWith('message-sent') || kind === 'user-message-received');
  for (const watcher of [user, ...watchers]) {
    await watcher.hears('the last');
    assert.deepEqual(
      watcher.messages().map(({ seq }) => seq),
      said.map(({ seq }) => seq),
    );
  }
});

test('the same client id twice is one message, on one socket, on two at once, and after a reconnect', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const other = house.connect(session);
  await other.sees('connected');
  for (let round = 0; round < 5; round += 1) {
    user.say('only once', 'same');
    other.say('only once', 'same');
  }
  const accepted = (frames: readonly ServerFrame[]) => frames.filter(({ type }) => type === 'accepted');
  await house.until('all are accepted', () => accepted([...user.frames, ...other.frames]).length >= 11);
  const later = house.connect(session);
  later.say('only once, edited', 'same');
  await later.waitFor('accepted', ({ type }) => type === 'accepted');
  const [event, ...more] = (await house.eventsOf(session.id, 'user-message-received')).slice(1);
  assert.deepEqual(more, []);
  assert.equal(event?.text, 'only once');
  for (const frame of accepted([...user.frames.slice(-9), ...other.frames, ...later.frames])) {
    if (frame.type === 'accepted' && frame.id === 'same') assert.equal(frame.seq, event?.seq);
  }
  await house.until('the desk has it', () => house.desk.of('inbound').length > 0);
  await house.settle();
  assert.equal(house.desk.of('inbound').length, 1);
});

test('the same client id in another session is another message', async (t) => {
  const house = await houseFor(t);
  const first = await connectTalk(house);
  const second = await beginTalk(house);
  await second.user.sees('connected');
  for (const { user } of [first, second]) user.say('hello', 'same');
  await house.until('both come', () => house.desk.of('inbound').length === 2);
});

test('accepted comes when the message is in the log under that seq, not before', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const proofs: Promise<boolean>[] = [];
  user.socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as ServerFrame;
    if (frame.type !== 'accepted') return;
    const stored = house.app.store.sessions.readEvent(session.id, frame.seq);
    proofs.push(stored.then((event) => event?.kind === 'user-message-received' && event.clientId === frame.id));
  });
  for (let index = 0; index < 50; index += 1) user.say(`message ${index}`, `id ${index}`);
  await house.until('all are accepted', () => proofs.length === 50);
  assert.deepEqual(new Set(await Promise.all(proofs)), new Set([true]));
});

test('a burst far beyond what one transaction takes is accepted whole and in order', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const { user, id } = await connectTalk(house);
  const sent = Array.from({ length: 700 }, (_, index) => `message ${index}`);
  for (const text of sent) user.say(text);
  await user.hears('message 699');
  assert.deepEqual(user.texts().slice(-700), sent);
  await house.until('the desk has all', () => house.desk.of('inbound', id).length === 700);
  assert.deepEqual(
    house.desk.of('inbound', id).map(({ body }) => body.text),
    sent,
  );
});

test('typing is no fact', async (t) => {
  const house = await houseFor(t);
  const { user, id } = await connectTalk(house);
  const before = await house.events(id);
  user.send({ type: 'typing' });
  user.say('done');
  await user.hears('done');
  assert.equal((await house.events(id)).length, before.length + 1);
  assert.deepEqual(user.errors(), []);
});

test('parameters over the socket reach the start call', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk, { transferParameters: ['NEXT'] }));
  const session = await house.init();
  const user = house.connect(session);
  await user.hears('Hello.');
  user.send({ type: 'parameters', parameters: [{ name: 'NEXT', value: 'from the page' }] });
  user.say(issue);
  const call = await house.until('the desk is called', () => house.desk.of('start', session.id)[0]);
  assert.deepEqual(call.body.history?.parameters.at(-1), { name: 'NEXT', value: 'from the page' });
});

test('receipts drive the statuses forward, each at most once', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const { uuid, seq } = await say(house, talk, 'Hi.');
  const frames = ['received', 'received', 'read', 'read', 'received'].map((type) => ({ type, seq }));
  for (const frame of [{ type: 'read', seq: seq - 1 }, ...frames]) talk.user.send(frame);
  const next = await say(house, talk, 'Hi again.');
  await house.until('all came', () => house.desk.of('status', talk.id).length === 4);
  await house.settle();
  assert.deepEqual(statuses(house, talk.id), [
    [uuid, 'submitted'],
    [uuid, 'delivered'],
    [uuid, 'read'],
    [next.uuid, 'submitted'],
  ]);
});

test('read without received gives delivered and then read, for every message that it covers', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const one = await say(house, talk, 'one');
  const two = await say(house, talk, 'two');
  talk.user.send({ type: 'received', seq: one.seq });
  talk.user.send({ type: 'read', seq: two.seq });
  await house.until('all came', () => house.desk.of('status', talk.id).length === 6);
  assert.deepEqual(statuses(house, talk.id), [
    [one.uuid, 'submitted'],
    [two.uuid, 'submitted'],
    [one.uuid, 'delivered'],
    [one.uuid, 'read'],
    [two.uuid, 'delivered'],
    [two.uuid, 'read'],
  ]);
});

test('a receipt covers what came before it and nothing that comes after', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const one = await say(house, talk, 'one');
  talk.user.send({ type: 'read', seq: one.seq });
  await house.until('it is read', () => house.desk.of('status', talk.id).length === 3);
  const two = await say(house, talk, 'two');
  talk.user.send({ type: 'received', seq: two.seq });
  await house.until('two is delivered', () => house.desk.of('status', talk.id).length === 5);
  assert.deepEqual(statuses(house, talk.id).slice(3), [
    [two.uuid, 'submitted'],
    [two.uuid, 'delivered'],
  ]);
});

test('statuses go on after the handoff has ended', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const { uuid, seq } = await say(house, talk, 'Bye.');
  await house.disconnect(talk.id);
  await talk.user.hears('Back with the bot.');
  talk.user.send({ type: 'read', seq });
  await house.until('it is read', () => house.desk.of('status', talk.id).length === 3);
  assert.deepEqual(statuses(house, talk.id).at(-1), [uuid, 'read']);
});

test('what is unread when the session ends is undeliverable, and what was read is not', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const read = await say(house, talk, 'read');
  talk.user.send({ type: 'read', seq: read.seq });
  const delivered = await say(house, talk, 'delivered');
  talk.user.send({ type: 'received', seq: delivered.seq });
  const unseen = await say(house, talk, 'unseen');
  talk.user.send({ type: 'end' });
  await talk.user.ends();
  await house.until('all came', () => house.desk.of('status', talk.id).length === 8);
  assert.deepEqual(statuses(house, talk.id).slice(-2), [
    [delivered.uuid, 'undeliverable'],
    [unseen.uuid, 'undeliverable'],
  ]);
  assert.ok(house.desk.of('status', talk.id).at(-1)?.body.error !== undefined, 'it says why');
});

test('a session that has ended sends all of its log and then closes with 4410', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const { user, ...session } = await connectTalk(house);
  for (let index = 0; index < 300; index += 1) user.say(`message ${index}`);
  await user.hears('message 299');
  user.send({ type: 'end' });
  assert.equal((await user.ends()).code, 4410);
  const last = user.frames.at(-1);
  assert.deepEqual(last?.type === 'session' && [last.status, last.owner, last.reason], [
    'ENDED',
    'nobody',
    'user-left',
  ]);
  const later = house.connect(session);
  assert.equal((await later.ends()).code, 4410);
  assert.deepEqual(facts(later.frames), facts(user.frames));
  const informed = house.connect(session, { after: user.lastSeq() });
  assert.equal((await informed.ends()).code, 4410);
  assert.deepEqual(informed.frames, []);
});

test('a message to a session that has ended is refused and changes nothing', async (t) => {
  const house = await houseFor(t);
  const { user, id } = await connectTalk(house);
  user.send({ type: 'end' });
  user.say('too late');
  assert.equal((await user.ends()).code, 4410);
  assert.ok((await house.events(id)).every(({ text }) => text !== 'too late'));
});

test('a browser comes in from an allowed origin only; others than browsers have none', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk, {}, { allowedOrigins: ['https://shop.example'] }));
  const session = await house.init();
  for (const origin of ['https://evil.example', 'https://shop.example.evil.example', 'http://shop.example', 'null']) {
    const { code } = await house.connect(session, { origin }).ends();
    assert.equal(code, 4401, origin);
  }
  assert.equal((await house.events(session.id)).length, 1, 'nobody started the flow');
  await house.connect(session, { origin: 'https://shop.example' }).hears('Hello.');
  await house.connect(session).hears('Hello.');
});

test('without allowed origins every browser comes in', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  await house.connect(await house.init(), { origin: 'https://anywhere.example' }).hears('Hello.');
});

test('a server that stops closes with 1012, and the reader resumes without a hole', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  user.say('before');
  await user.hears('before');
  await house.stop();
  assert.equal((await user.ends()).code, 1012);
  await house.start();
  const again = house.connect(session, { after: user.lastSeq() });
  again.say('after');
  await again.hears('after');
  await house.outbound(session.id, { text: 'Still here.' });
  await again.hears('Still here.');
  assert.deepEqual(again.texts(), ['after', 'Still here.']);
});

test('a message that was sent and not accepted before a stop is sent again under its id and is one message', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  user.say('once', 'the id');
  await Promise.all([turn().then(() => house.stop()), user.closed]);
  await house.start();
  const again = house.connect(session, { after: user.lastSeq() });
  again.say('once', 'the id');
  await again.waitFor('accepted', ({ type }) => type === 'accepted');
  const said = (await house.eventsOf(session.id, 'user-message-received')).filter(({ text }) => text === 'once');
  assert.equal(said.length, 1);
});
