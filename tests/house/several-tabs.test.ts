// One session, several sockets at once (docs/socket.md): every tab sees the same, and none holds up another.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { ServerFrame } from '../../src/contract/frames.ts';
import type { EndUser } from './kit/end-user.ts';
import { type Conversation, connectTalk, type House, houseFor } from './kit/house.ts';

const fast = { BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000' };

/** Frames that are facts: they have a place in the log. */
const facts = (frames: readonly ServerFrame[]): readonly ServerFrame[] =>
  frames.filter(({ type }) => type === 'message' || type === 'session');

const acceptedIds = ({ frames }: EndUser): readonly string[] =>
  frames.flatMap((frame) => (frame.type === 'accepted' ? [frame.id] : []));

async function openTabs(house: House, session: Conversation, count: number): Promise<readonly EndUser[]> {
  const tabs = Array.from({ length: count }, () => house.connect(session));
  for (const tab of tabs) await tab.sees('connected');
  return tabs;
}

test('every tab sees all in one order, what other tabs said included; accepted goes to the one that said it', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const { user, ...session } = await connectTalk(house);
  const tabs = [user, ...(await openTabs(house, session, 3))];
  const rounds = 25;
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, tab] of tabs.entries()) tab.say(`tab ${index}, ${round}`, `${index}-${round}`);
    await house.outbound(session.id, { text: `answer ${round}` });
  }
  await house.outbound(session.id, { text: 'the last' });
  for (const tab of tabs) await tab.hears('the last');
  await house.until('all is accepted', () => tabs.every((tab) => acceptedIds(tab).length >= rounds));
  for (const [index, tab] of tabs.entries()) {
    assert.deepEqual(facts(tab.frames), facts(user.frames));
    assert.deepEqual(
      acceptedIds(tab).slice(-rounds),
      Array.from({ length: rounds }, (_, round) => `${index}-${round}`),
    );
    const own = user.texts().filter((text) => text.startsWith(`tab ${index},`));
    assert.deepEqual(
      own,
      Array.from({ length: rounds }, (_, round) => `tab ${index}, ${round}`),
    );
  }
  const said = (await house.events(session.id)).filter(({ kind }) => /message-(sent|received)$/.test(kind));
  assert.deepEqual(
    user.messages().map(({ seq }) => seq),
    said.map(({ seq }) => seq),
  );
});

test('receipts count from whichever tab they come, each status once', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const [second, third] = (await openTabs(house, session, 2)) as [EndUser, EndUser];
  await house.outbound(session.id, { text: 'Hi.' });
  const { seq } = await user.hears('Hi.');
  for (const tab of [second, third, user]) {
    tab.send({ type: 'received', seq });
    await house.until('it is delivered', () => house.desk.of('status', session.id).length >= 2);
  }
  for (const tab of [third, user, second]) tab.send({ type: 'read', seq });
  await house.until('it is read', () => house.desk.of('status', session.id).length >= 3);
  await house.settle();
  assert.deepEqual(
    house.desk.of('status', session.id).map(({ body }) => body.status),
    ['submitted', 'delivered', 'read'],
  );
});

test('typing of the live agent is shown in every tab', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const tabs = [user, ...(await openTabs(house, session, 2))];
  await house.ask('POST', `/live-agent/typing/${session.id}`, { json: {} });
  for (const tab of tabs) await tab.waitFor('typing', ({ type }) => type === 'typing');
});

test('a tab that takes nothing and one that was torn away hold up no other', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const { user, ...session } = await connectTalk(house);
  const [slow, torn, quick] = (await openTabs(house, session, 3)) as [EndUser, EndUser, EndUser];
  slow.socket.pause();
  torn.socket.terminate();
  for (let count = 0; count < 40; count += 1) {
    user.say(`message ${count}`);
    await quick.hears(`message ${count}`);
  }
  slow.socket.resume();
  await slow.hears('message 39');
  assert.deepEqual(facts(slow.frames), facts(user.frames));
  assert.deepEqual(facts(quick.frames), facts(user.frames));
});

test('the end in one tab ends all of them with 4410, after all was sent', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const tabs = await openTabs(house, session, 4);
  tabs[1]?.send({ type: 'end' });
  for (const tab of [user, ...tabs]) {
    assert.equal((await tab.ends()).code, 4410);
    assert.deepEqual(facts(tab.frames), facts(user.frames));
  }
  const last = user.frames.at(-1);
  assert.equal(last?.type === 'session' && last.status, 'ENDED');
});

test('the fifty-first socket is refused with the reason, and comes in when one has gone', async (t) => {
  const house = await houseFor(t);
  const { user, ...session } = await connectTalk(house);
  const tabs = await openTabs(house, session, 49);
  const refused = await house.connect(session).ends();
  assert.equal(refused.code, 1008);
  assert.match(refused.reason, /50 sockets/);
  assert.ok(user.isOpen());
  for (const tab of tabs.slice(0, 2)) await tab.close();
  await openTabs(house, session, 2);
  assert.equal((await house.connect(session).ends()).code, 1008);
});
