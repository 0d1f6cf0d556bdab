// The chat page's way in: a session without a key, and nothing stored before the first message.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { supportFlow } from './kit/flows.ts';
import { type Conversation, connectTalk, type House, houseFor, issue } from './kit/house.ts';

type Minted = { session_id: string; session_token: string };

async function mint(house: House, headers: Readonly<Record<string, string>> = {}, id = 'support') {
  const answer = await house.askBare<Minted>('POST', `/chat/${id}/session`, { headers });
  const session: Conversation = { id: answer.body.session_id, token: answer.body.session_token };
  return { ...answer, session };
}

async function chatHouse(t: Parameters<typeof houseFor>[0], more: object = {}, environment = {}): Promise<House> {
  const house = await houseFor(t, { environment });
  await house.publish({ ...supportFlow(house.desk), webChat: true, ...more });
  return house;
}

const stored = async (house: House): Promise<number> =>
  (await house.ask<{ total: number }>('GET', '/insights/sessions')).body.total;

test('a session that is handed out and connected is stored with the first message, which answers the flow', async (t) => {
  const house = await chatHouse(t);
  const { session } = await mint(house);
  const user = house.connect(session);
  user.send({ type: 'typing' });
  user.send({ type: 'received', seq: 1 });
  await user.waitFor('an error', ({ type }) => type === 'error');
  assert.deepEqual(
    user.errors().map(({ code }) => code),
    ['session-not-found'],
  );
  assert.equal(await stored(house), 0);
  assert.equal((await house.ask('GET', `/insights/sessions/${session.id}`)).status, 404);
  user.say(issue, 'first');
  user.say('and hurry', 'second');
  await user.sees('connected');
  await user.waitFor('accepted', (frame) => frame.type === 'accepted' && frame.id === 'second');
  assert.deepEqual(user.texts(), ['Hello.', issue, 'One moment.', 'and hurry']);
  assert.equal(await stored(house), 1);
  const events = await house.events(session.id);
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
});

test('two sockets of a session that is not begun begin it once, and both see all of it', async (t) => {
  const house = await chatHouse(t);
  const { session } = await mint(house);
  const [one, two, silent] = [house.connect(session), house.connect(session), house.connect(session)];
  for (const user of [one, two, silent]) await house.until('the socket is open', () => user.isOpen());
  one.say(issue, 'a');
  two.say(issue, 'b');
  await one.waitFor('accepted', (frame) => frame.type === 'accepted' && frame.id === 'a');
  await two.waitFor('accepted', (frame) => frame.type === 'accepted' && frame.id === 'b');
  for (const user of [one, two, silent]) await user.sees('connected');
  const facts = (user: typeof one): unknown =>
    user.frames.filter(({ type }) => type === 'message' || type === 'session');
  assert.deepEqual(facts(two), facts(one));
  assert.deepEqual(facts(silent), facts(one));
  assert.equal((await house.eventsOf(session.id, 'session-started')).length, 1);
  assert.equal((await house.eventsOf(session.id, 'flow-started')).length, 1);
});

test('the token of a session that was not begun outlives a restart, and its first message sent again is one', async (t) => {
  const house = await chatHouse(t);
  const { session } = await mint(house);
  await house.stop();
  await house.start();
  const user = house.connect(session);
  user.say(issue, 'once');
  await user.waitFor('accepted', ({ type }) => type === 'accepted');
  user.socket.terminate();
  const again = house.connect(session, { after: 0 });
  again.say(issue, 'once');
  await again.waitFor('accepted', ({ type }) => type === 'accepted');
  await again.sees('connecting');
  assert.deepEqual(
    again.texts().filter((text) => text === issue),
    [issue],
  );
});

test('only virtual agents that allow it chat, and visitors learn no more than the name', async (t) => {
  const house = await chatHouse(t);
  await house.publish(supportFlow(house.desk), 'private');
  for (const id of ['private', 'nobody', '__proto__']) {
    assert.equal((await mint(house, {}, id)).status, 404);
    assert.equal((await house.askBare('GET', `/chat/${id}/profile`)).status, 404);
  }
  const profile = await house.askBare('GET', '/chat/support/profile');
  assert.deepEqual(profile.body, { agent_id: 'support', name: 'Support' });
});

test('origins are checked where the virtual agent names them, at the door and at the socket', async (t) => {
  const house = await chatHouse(t, { allowedOrigins: ['https://shop.example'] });
  assert.equal((await mint(house, { origin: 'https://evil.example' })).status, 403);
  const { status, session } = await mint(house, { origin: 'https://shop.example' });
  assert.equal(status, 200);
  const stranger = house.connect(session, { origin: 'https://evil.example' });
  assert.equal((await stranger.ends()).code, 4401);
  const user = house.connect(session, { origin: 'https://shop.example' });
  user.say(issue);
  await user.sees('connected');
});

test('one address is handed out so many sessions a minute, and is told when it may ask again', async (t) => {
  const house = await chatHouse(t, {}, { BATON_CHATS_PER_MINUTE: '3' });
  for (let time = 0; time < 3; time += 1) assert.equal((await mint(house)).status, 200);
  const refused = await mint(house);
  assert.equal(refused.status, 429);
  assert.ok(Number(refused.headers['retry-after']) > 0);
});

/** A socket is open before the flow is read, and nothing is heard before that. */
async function letIn(user: ReturnType<House['connect']>): Promise<void> {
  user.send({ type: 'ping' });
  await user.waitFor('pong', ({ type }) => type === 'pong');
}

test('a token does not open another session, and a virtual agent that is gone begins none', async (t) => {
  const house = await chatHouse(t);
  const { session } = await mint(house);
  const other = await mint(house);
  const foreign = house.connect({ id: other.session.id, token: session.token });
  assert.equal((await foreign.ends()).code, 4401);
  const user = house.connect(session);
  await letIn(user);
  await house.ask('DELETE', '/agents/support');
  user.say(issue);
  await user.waitFor('an error', (frame) => frame.type === 'error' && frame.code === 'agent-not-found');
});

test('the live agent’s typing is shown, not stored, and refused when another owns the session', async (t) => {
  const house = await houseFor(t);
  const { id, user } = await connectTalk(house);
  const before = await house.events(id);
  const typing = (json: unknown) => house.ask('POST', `/live-agent/typing/${id}`, { json });
  assert.equal((await typing({ epoch: 1 })).status, 204);
  await user.waitFor('typing', ({ type }) => type === 'typing');
  assert.deepEqual(await house.events(id), before);
  assert.equal((await typing({ epoch: 2 })).status, 409);
  await house.disconnect(id);
  assert.equal((await typing({})).status, 409);
});

test('sessions that were handed out begin only while strangers may chat, and not after an hour', async (t) => {
  const house = await houseFor(t, { hands: Date.UTC(2026, 4, 3) });
  const flow = { ...supportFlow(house.desk), webChat: true };
  await house.publish(flow);
  const isOpen = async () => {
    const { body } = await house.ask<{ agents: readonly { web_chat: boolean }[] }>('GET', '/agents');
    return body.agents.map(({ web_chat: open }) => open);
  };
  assert.deepEqual(await isOpen(), [true]);
  const { session } = await mint(house);
  const user = house.connect(session);
  await letIn(user);
  await house.publish({ ...flow, webChat: false });
  assert.deepEqual(await isOpen(), [false]);
  user.say(issue);
  await user.waitFor('an error', (frame) => frame.type === 'error' && frame.code === 'agent-not-found');
  assert.equal((await house.connect(session).ends()).code, 4404);
  await house.publish(flow);
  house.hands.advance(3_600_000);
  assert.equal((await house.connect(session).ends()).code, 4401);
});

test('a session that has begun goes on whatever becomes of webChat and of the hour', async (t) => {
  const house = await houseFor(t, { hands: Date.UTC(2026, 4, 3) });
  const flow = { ...supportFlow(house.desk), webChat: true };
  await house.publish(flow);
  const { session } = await mint(house);
  const user = house.connect(session);
  user.say(issue);
  await user.sees('connected');
  await house.publish({ ...flow, webChat: false });
  house.hands.advance(3 * 3_600_000);
  const again = house.connect(session);
  await again.hears(issue);
});

test('a socket on which nothing is said is closed after ten minutes; one that speaks stays', async (t) => {
  const house = await houseFor(t, { hands: Date.UTC(2026, 4, 3) });
  await house.publish({ ...supportFlow(house.desk), webChat: true });
  const silent = house.connect((await mint(house)).session);
  const speaking = house.connect((await mint(house)).session);
  for (const user of [silent, speaking]) await house.until('the socket is open', () => user.isOpen());
  speaking.say(issue);
  await speaking.sees('connected');
  house.hands.advance(10 * 60_000);
  assert.equal((await silent.ends()).code, 1008);
  assert.ok(speaking.isOpen());
});

test('one session has fifty sockets at most', async (t) => {
  const house = await chatHouse(t);
  const { session } = await mint(house);
  const users = Array.from({ length: 50 }, () => house.connect(session));
  for (const user of users) await house.until('the socket is open', () => user.isOpen());
  await house.settle();
  assert.equal((await house.connect(session).ends()).code, 1008);
});

test('messages that wait for a session that cannot be opened are each told so', async (t) => {
  const house = await chatHouse(t);
  const { session } = await mint(house);
  const user = house.connect(session);
  await letIn(user);
  await house.ask('DELETE', '/agents/support');
  user.say('one', 'm-one');
  user.send({ type: 'received', seq: 3 });
  user.say('two', 'm-two');
  await house.until('both are answered', () => user.errors().length >= 2);
  await house.settle();
  assert.deepEqual(
    user.errors().map(({ id }) => id),
    ['m-one', 'm-two'],
  );
});

test('frames that are wrong are told so cheaply, and too many of them end the socket', async (t) => {
  const house = await chatHouse(t);
  const { session } = await mint(house);
  const user = house.connect(session);
  user.send({ type: 'parameters', parameters: Array.from({ length: 50_000 }, () => 1) });
  const error = await user.waitFor('an error', ({ type }) => type === 'error');
  assert.match(JSON.stringify(error), /holds too much to say where/);
  for (let count = 0; count < 60; count += 1) user.send('no frame');
  assert.equal((await user.ends()).code, 1008);
});
