import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeskStory } from '../../src/contract/desk-api.ts';
import { handClock } from '../../src/platform/hand-clock.ts';
import { until } from '../house/kit/until.ts';
import { textsOf, untilStory } from './kit/browser.ts';
import { officeFor } from './kit/office.ts';
import { openRoad } from './kit/road.ts';

const nobody = 'http://127.0.0.1:9';

const statusesOf = ({ entries }: DeskStory): readonly string[] =>
  entries.flatMap((entry) => (entry.kind === 'live-agent-message' ? [entry.status] : []));

test('a desk that stops while it owes messages sends them, in order, when it is back', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  office.routerUrl = nobody;
  for (const n of [1, 2, 3]) await office.browser.say(talk.at, `client-000${n}`, `line ${n}`);
  assert.deepEqual(statusesOf(await office.browser.story(talk.at)), ['sending', 'sending', 'sending']);
  await office.stop();
  talk.user.say('are you there?');
  office.routerUrl = office.house.url;
  await office.start();
  await talk.user.hears('line 3');
  assert.deepEqual(talk.user.texts().slice(-3), ['line 1', 'line 2', 'line 3']);
  await untilStory(office.browser, talk.at, 'what was said meanwhile arrives', (story) => {
    return textsOf(story).includes('are you there?') && !statusesOf(story).includes('sending');
  });
});

test('a router that is away and comes back gets each message once, in order', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const { user, ...session } = talk;
  const after = user.lastSeq();
  await user.close();
  await office.house.stop();
  for (const n of [1, 2, 3]) await office.browser.say(talk.at, `client-000${n}`, `line ${n}`);
  await office.house.start();
  office.routerUrl = office.house.url;
  const back = office.house.connect(session, { after });
  await back.hears('line 3');
  assert.deepEqual(back.texts(), ['line 1', 'line 2', 'line 3']);
});

test('a message whose answer was lost is sent once', async (t) => {
  const office = await officeFor(t);
  const road = await openRoad(t, office.house.url);
  office.routerUrl = road.url;
  const talk = await office.arrive();
  road.make('/live-agent/outbound', 'answers lost');
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  await talk.user.hears('Hi');
  road.make('/live-agent/outbound', 'open');
  await office.browser.say(talk.at, 'client-0002', 'Bye');
  await talk.user.hears('Bye');
  assert.deepEqual(talk.user.texts().slice(-2), ['Hi', 'Bye']);
  assert.equal(road.calls.filter((call) => call.includes('outbound')).length, 3);
});

test('a router that asks for patience is given it', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  const road = await openRoad(t, office.house.url);
  office.routerUrl = road.url;
  const talk = await office.arrive();
  road.make('/live-agent/outbound', { status: 429, headers: { 'retry-after': '60' } });
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  const tries = (): number => road.calls.filter((call) => call.includes('outbound')).length;
  await until('the first try is refused', () => office.logged.some((line) => line.includes('"call":"outbound"')));
  road.make('/live-agent/outbound', 'open');
  let waited = 0;
  await until(
    'it is tried again',
    () => tries() === 2,
    () => {
      waited += 500;
      clock.advance(500);
    },
  );
  assert.ok(waited >= 60_000, `it waited ${waited} ms`);
  await talk.user.hears('Hi');
});

test('a wrong key is not the fault of a message, which waits', async (t) => {
  const office = await officeFor(t);
  const road = await openRoad(t, office.house.url);
  office.routerUrl = road.url;
  const talk = await office.arrive();
  road.make('/live-agent/', { status: 401 });
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  await until('it is refused', () => road.calls.some((call) => call.includes('/live-agent/')));
  road.make('/live-agent/', 'open');
  await talk.user.hears('Hi');
});

test('taking a conversation that the router has given up ends it', async (t) => {
  const office = await officeFor(t, { human: { endedUrl: undefined } });
  const talk = await office.arrive();
  talk.user.send({ type: 'end' });
  await talk.user.sees('ended');
  await office.browser.post(`/desk/api/conversations/${talk.at}/take`);
  const story = await untilStory(
    office.browser,
    talk.at,
    'it ends',
    ({ conversation }) => conversation.state === 'ended',
  );
  assert.equal(story.conversation.endReason, null);
});

test('a conversation that is taken before the router has read the answer to start', async (t) => {
  const office = await officeFor(t);
  const session = await office.house.init();
  const user = office.house.connect(session);
  await user.hears('Hello.');
  const stream = await office.browser.stream(0);
  user.say('my wifi is down');
  // As soon as the desk knows of it, which is before the router knows that.
  await until('it arrives', () => stream.syncs.some(({ conversations }) => conversations.length > 0));
  await office.browser.post(`/desk/api/conversations/${session.id}.1/take`);
  await office.browser.say(`${session.id}.1`, 'client-0001', 'Hi');
  await user.hears('Hi');
  const { conversation } = await office.browser.story(`${session.id}.1`);
  assert.equal(conversation.state, 'open');
});

test('somebody else may take a conversation over, and only they may write then', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const cookie = office.colleague('Ana');
  const path = `/desk/api/conversations/${talk.at}`;
  await office.browser.say(talk.at, 'client-0001', 'Hi');
  const hers = { id: 'client-0002', text: 'I am Ana' };
  const refused = await office.browser.post(`${path}/messages`, hers, { cookie });
  assert.deepEqual([refused.status, refused.body.code], [409, 'not-yours']);
  assert.ok(refused.body.message?.includes('Robin'));
  const taken = await office.browser.post<{ assignee: { name: string } }>(`${path}/take`, undefined, { cookie });
  assert.equal(taken.body.assignee.name, 'Ana');
  assert.equal((await office.browser.post(`${path}/messages`, hers, { cookie })).status, 200);
  await talk.user.hears('I am Ana');
  assert.equal((await office.browser.say(talk.at, 'client-0003', 'Wait')).body.code, 'not-yours');
  const repeated = await office.browser.say(talk.at, 'client-0001', 'Hi');
  assert.equal(repeated.status, 200, 'what was said before is still what was said');
});

test('what is said is not in the log', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  office.routerUrl = nobody;
  await office.browser.say(talk.at, 'client-0001', 'a private matter');
  await until('a failure is logged', () => office.logged.some((line) => line.startsWith('warn')));
  assert.ok(!office.logged.some((line) => line.includes('private') || line.includes('a-key-for-tests')));
});
