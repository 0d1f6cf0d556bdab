// Connections whose other end is gone without a word (docs/socket.md): they are found out, and nobody else is.
import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import type { EndUser } from './kit/end-user.ts';
import { supportFlow } from './kit/flows.ts';
import { type Conversation, connectTalk, type House, houseFor, issue } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);

/** A client's side that reads nothing any more and so answers no ping, as if the network had gone. */
const loseNetwork = ({ socket }: EndUser): void => socket.pause();

/** Seconds, one by one, each with the time that a pong takes over loopback. */
async function pass(house: House, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    house.hands.advance(1_000);
    await house.settle();
  }
}

const sockets = async (house: House): Promise<number> => {
  const { text } = await house.ask('GET', '/metrics');
  return Number(/^baton_sockets (\d+)/m.exec(text)?.[1]);
};

async function handedOut(t: TestContext): Promise<{ house: House; session: Conversation }> {
  const house = await houseFor(t, { hands });
  await house.publish({ ...supportFlow(house.desk), webChat: true });
  const { body } = await house.askBare<{ session_id: string; session_token: string }>('POST', '/chat/support/session');
  return { house, session: { id: body.session_id, token: body.session_token } };
}

test('a socket whose network is gone is dropped within a minute; one that answers stays', async (t) => {
  const house = await houseFor(t, { hands });
  const { user, ...session } = await connectTalk(house);
  const gone = house.connect(session);
  await gone.sees('connected');
  loseNetwork(gone);
  await pass(house, 29);
  assert.equal(await sockets(house), 2);
  await house.advanceUntil('it is dropped', 1_000, async () => (await sockets(house)) === 1);
  await pass(house, 240);
  assert.ok(user.isOpen());
  await house.outbound(session.id, { text: 'Still there?' });
  await user.hears('Still there?');
});

test('a session that has all its fifty sockets takes another when dead ones are dropped', async (t) => {
  const { house, session } = await handedOut(t);
  const users = Array.from({ length: 50 }, () => house.connect(session));
  for (const user of users) await house.until('the socket is open', () => user.isOpen());
  await house.settle();
  assert.equal((await house.connect(session).ends()).code, 1008);
  const [first, ...others] = users;
  for (const user of others.slice(0, 9)) loseNetwork(user);
  await house.advanceUntil('they are dropped', 1_000, async () => (await sockets(house)) === 41);
  assert.ok(first?.isOpen());
  const later = house.connect(session);
  later.say(issue);
  await later.sees('connected');
  await first?.sees('connected');
});

test('a socket of a session that was handed out is watched too', async (t) => {
  const { house, session } = await handedOut(t);
  const [gone, stays] = [house.connect(session), house.connect(session)];
  for (const user of [gone, stays]) await house.until('the socket is open', () => user.isOpen());
  await house.settle();
  loseNetwork(gone);
  await house.advanceUntil('it is dropped', 1_000, async () => (await sockets(house)) === 1);
  assert.ok(stays.isOpen());
});

test('a client that asks whether the connection lives is answered, before the first message too', async (t) => {
  const { house, session } = await handedOut(t);
  const user = house.connect(session);
  user.send({ type: 'ping' });
  await user.waitFor('pong', ({ type }) => type === 'pong');
  user.say(issue);
  await user.sees('connected');
  const before = await house.events(session.id);
  user.send({ type: 'ping' });
  await house.until('another pong', () => user.frames.filter(({ type }) => type === 'pong').length === 2);
  assert.deepEqual(await house.events(session.id), before);
  assert.deepEqual(user.errors(), []);
});
