import assert from 'node:assert/strict';
import { test } from 'node:test';
import { handClock } from '../../src/platform/hand-clock.ts';
import { until } from '../house/kit/until.ts';
import { textsOf, untilStory } from './kit/browser.ts';
import { officeFor } from './kit/office.ts';
import { openRoad } from './kit/road.ts';

test('a whole conversation, from the queue to the hand-back', async (t) => {
  const office = await officeFor(t, { human: { transferParameters: ['ISSUE'] } });
  const { browser } = office;
  const talk = await office.arrive();
  const [waiting] = await browser.conversations();
  assert.equal(waiting?.id, talk.at);
  assert.equal(waiting.state, 'waiting');
  assert.equal(waiting.assignee, null);
  assert.deepEqual(waiting.preview, { from: 'virtual_agent', text: 'One moment.' });
  assert.ok(waiting.respondBy !== null);
  const before = await browser.story(talk.at);
  assert.deepEqual(before.transcript, [
    { from: 'agent', text: 'Hello.' },
    { from: 'user', text: 'my wifi is down' },
    { from: 'agent', text: 'One moment.' },
  ]);
  assert.ok(before.parameters.some(({ name, value }) => name === 'ISSUE' && value === 'my wifi is down'));

  const taken = await browser.post<{ state: string; assignee: { name: string } }>(
    `/desk/api/conversations/${talk.at}/take`,
  );
  assert.equal(taken.status, 200);
  assert.deepEqual([taken.body.state, taken.body.assignee.name], ['open', 'Robin']);
  await office.house.until('the router knows who took it', async () => {
    const [assigned] = await office.house.eventsOf(talk.id, 'handoff-assigned');
    return assigned;
  });

  talk.user.say('are you there?', 'q1');
  await untilStory(browser, talk.at, 'the question arrives', (story) => textsOf(story).includes('are you there?'));
  const said = await browser.say(talk.at, 'client-0001', 'Yes, hello.');
  assert.equal(said.status, 200);
  await talk.user.hears('Yes, hello.');
  talk.user.send({ type: 'read', seq: talk.user.lastSeq() });
  const read = await untilStory(browser, talk.at, 'it is read', ({ entries }) =>
    entries.some((entry) => entry.kind === 'live-agent-message' && entry.status === 'read'),
  );
  assert.deepEqual(textsOf(read), ['are you there?', 'Yes, hello.']);
  assert.equal(read.conversation.respondBy, null);
  assert.deepEqual(read.conversation.preview, { from: 'live_agent', text: 'Yes, hello.' });

  talk.user.say('thanks');
  const owed = await untilStory(browser, talk.at, 'thanks arrives', (story) => textsOf(story).includes('thanks'));
  assert.ok(owed.conversation.respondBy !== null, 'the next user message is owed an answer again');

  const ending = await browser.post<{ ending: boolean }>(`/desk/api/conversations/${talk.at}/end`);
  assert.equal(ending.status, 200);
  assert.equal(ending.body.ending, true);
  await talk.user.hears('Back with the bot.');
  const over = await untilStory(browser, talk.at, 'it has ended', ({ conversation }) => conversation.state === 'ended');
  assert.deepEqual([over.conversation.endReason, over.conversation.ending], ['disconnected', false]);
  assert.equal(over.conversation.respondBy, null);
  const late = await browser.say(talk.at, 'client-0002', 'One more thing');
  assert.deepEqual([late.status, late.body.code], [409, 'ended']);
});

test('saying something takes a conversation that nobody has', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  assert.equal((await office.browser.say(talk.at, 'client-0001', 'Hi')).status, 200);
  await talk.user.hears('Hi');
  const { conversation } = await office.browser.story(talk.at);
  assert.equal(conversation.state, 'open');
  assert.equal(conversation.assignee?.name, 'Robin');
});

test('the same client id twice is one message, and one answer', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const [first, second] = await Promise.all([
    office.browser.say(talk.at, 'client-0001', 'Hi'),
    office.browser.say(talk.at, 'client-0001', 'Hi'),
  ]);
  assert.deepEqual(first.body.place, second.body.place);
  await office.browser.say(talk.at, 'client-0002', 'Bye');
  await talk.user.hears('Bye');
  const texts = talk.user.texts();
  assert.deepEqual(texts.slice(texts.indexOf('Hi')), ['Hi', 'Bye']);
  assert.deepEqual(textsOf(await office.browser.story(talk.at)), ['Hi', 'Bye']);
});

test('a hand-back waits for what is owed before it', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  office.routerUrl = 'http://127.0.0.1:9'; // Nobody listens there.
  for (const n of [1, 2, 3]) await office.browser.say(talk.at, `client-000${n}`, `line ${n}`);
  await office.browser.post(`/desk/api/conversations/${talk.at}/end`);
  const refused = await office.browser.say(talk.at, 'client-0004', 'line 4');
  assert.deepEqual([refused.status, refused.body.code], [409, 'ended']);
  office.routerUrl = office.house.url;
  await talk.user.hears('Back with the bot.');
  const texts = talk.user.texts();
  assert.deepEqual(texts.slice(-4), ['line 1', 'line 2', 'line 3', 'Back with the bot.']);
});

test('what the router refuses after the user left says why, and ends the conversation', async (t) => {
  const office = await officeFor(t, { human: { endedUrl: undefined } });
  const talk = await office.arrive();
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  await talk.user.hears('Hi');
  talk.user.send({ type: 'end' });
  await talk.user.sees('ended');
  await office.browser.say(talk.at, 'client-0002', 'Too late');
  const story = await untilStory(office.browser, talk.at, 'it is refused', ({ entries }) =>
    entries.some((entry) => entry.kind === 'live-agent-message' && entry.status === 'refused'),
  );
  const last = story.entries.at(-1);
  assert.ok(last?.kind === 'live-agent-message' && last.why?.includes('ended'));
  assert.equal(story.conversation.state, 'ended');
});

test('the typing of the live agent reaches the router, now and then', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  const road = await openRoad(t, office.house.url);
  office.routerUrl = road.url;
  const talk = await office.arrive();
  const typing = async () => {
    const answer = await office.browser.post(`/desk/api/conversations/${talk.at}/typing`);
    assert.equal(answer.status, 204);
  };
  const told = (): number => road.calls.filter((call) => call === `POST /live-agent/typing/${talk.id}`).length;
  await typing();
  assert.equal(told(), 0, 'nobody has it, so nobody writes');
  await office.browser.post(`/desk/api/conversations/${talk.at}/take`);
  await typing();
  await typing();
  await until('the router is told', () => told() === 1);
  clock.advance(2_000);
  await typing();
  await until('the router is told again', () => told() === 2);
});

test('why it ended is told by the ended call', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  talk.user.send({ type: 'end' });
  const ended = await until('the desk hears of it', async () =>
    (await office.browser.conversations()).find(({ state }) => state === 'ended'),
  );
  assert.equal(ended.endReason, 'user-left');
});

test('bad input is refused with every fault, and changes nothing', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const { cursor } = await office.browser.story(talk.at);
  for (const json of [
    {},
    { id: 'short', text: 'x' },
    { id: 'client-0001', text: '' },
    { id: 'client-0001', text: 5 },
  ]) {
    const answer = await office.browser.post(`/desk/api/conversations/${talk.at}/messages`, json);
    assert.equal(answer.status, 422);
    assert.ok((answer.body.faults ?? []).length > 0);
  }
  assert.equal((await office.browser.post('/desk/api/conversations/none/take')).body.code, 'conversation-not-found');
  assert.equal((await office.browser.get('/desk/api/sync?after=-1')).status, 422);
  assert.equal((await office.browser.get('/desk/api/nothing')).body.code, 'route-not-found');
  assert.equal((await office.browser.story(talk.at)).cursor, cursor);
});

test('whoever takes a conversation sees the time that the router gives them from then on', async (t) => {
  const office = await officeFor(t, { human: { firstResponseWithin: 3_600, responseWaitingTime: 2 } });
  const talk = await office.arrive();
  const before = await office.browser.story(talk.at);
  await office.browser.post(`/desk/api/conversations/${talk.at}/take`);
  const story = await untilStory(office.browser, talk.at, 'the router tells the new time', ({ conversation }) => {
    return conversation.respondBy !== before.conversation.respondBy;
  });
  const [assigned] = await office.house.eventsOf(talk.id, 'handoff-assigned');
  const dueAt = Date.parse(String(assigned?.at)) + 3_600_000;
  assert.equal(story.conversation.respondBy, new Date(dueAt).toISOString());
});
