// Contract 3.9, rule 3: the response clock, to the millisecond, on a clock that is pushed by hand.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { heldReply } from './kit/desk.ts';
import { beginTalk, connectTalk, type House, handOver, houseFor, type Talk } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26, 958);
const minute = 60_000;
const hour = 60 * minute;

async function outcomeOf(house: House, { id }: Pick<Talk, 'id'>) {
  const [ended] = await house.eventsOf(id, 'handoff-ended');
  return ended === undefined ? null : { outcome: ended.outcome, at: Date.parse(ended.at) };
}

/** Proves that *No response* comes at this instant: not a millisecond before, and then at once. */
async function assertEndsAt(house: House, talk: Pick<Talk, 'id'>, instant: number): Promise<void> {
  house.hands.advance(instant - 1 - house.hands.now());
  await house.settle();
  assert.equal(await outcomeOf(house, talk), null, 'it must not end a millisecond early');
  house.hands.advance(1);
  const ended = await house.until('the handoff ends', () => outcomeOf(house, talk));
  assert.deepEqual(ended, { outcome: 'no-response', at: instant });
}

/** Proves that nothing ends the handoff within so long. */
async function assertGoesOn(house: House, talk: Pick<Talk, 'id'>, ms: number): Promise<void> {
  house.hands.advance(ms);
  await house.settle();
  assert.equal(await outcomeOf(house, talk), null);
}

const waits = [
  [1, hour],
  [1.5, 1.5 * hour],
  [6.94, 25_000_000],
  [20, 20 * hour],
  [undefined, 25_000_000],
] as const;

for (const [responseWaitingTime, ms] of waits) {
  test(`a waiting time of ${responseWaitingTime ?? 'nothing said'} is exactly ${ms} ms from the connection`, async (t) => {
    const house = await houseFor(t, { hands });
    const talk = await connectTalk(house, responseWaitingTime === undefined ? {} : { responseWaitingTime });
    await assertEndsAt(house, talk, hands + ms);
    await talk.user.hears('Too late.');
  });
}

test('the clock starts with the connection, not with the request', async (t) => {
  const house = await houseFor(t, { hands });
  const start = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'start' ? start.promise : { status: 200 });
  const talk = await handOver(house, { responseWaitingTime: 1, connectWithin: 60 });
  await house.until('the desk is called', () => house.desk.of('start').length === 1);
  house.hands.advance(5_000);
  talk.user.say('while connecting');
  await talk.user.hears('while connecting');
  start.give({ status: 200 });
  await talk.user.sees('connected');
  await assertEndsAt(house, talk, hands + 5_000 + hour);
});

test('an answer stops the clock', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  house.hands.advance(hour - 1);
  assert.equal((await house.outbound(talk.id, { text: 'Just in time.' })).status, 200);
  await assertGoesOn(house, talk, 20 * hour);
});

test('an answer in the millisecond of the deadline is too late', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  house.hands.advance(hour);
  const answer = await house.outbound(talk.id, { text: 'Too late?' });
  assert.deepEqual([answer.status, answer.body.owner], [409, 'virtual_agent']);
  assert.deepEqual(await outcomeOf(house, talk), { outcome: 'no-response', at: hands + hour });
});

test('the clock starts again with the first message that is not answered, not with the last', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  await house.outbound(talk.id, { text: 'How can I help?' });
  house.hands.advance(2 * hour);
  talk.user.say('first');
  await talk.user.hears('first');
  house.hands.advance(30 * minute);
  talk.user.say('second');
  await talk.user.hears('second');
  await assertEndsAt(house, talk, hands + 3 * hour);
});

test('a message before the first answer does not start the clock anew', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  house.hands.advance(59 * minute);
  talk.user.say('anybody?');
  await talk.user.hears('anybody?');
  await assertEndsAt(house, talk, hands + hour);
});

test('receipts, typing and parameters of the end user neither stop nor start the clock', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  talk.user.send({ type: 'typing' });
  talk.user.send({ type: 'read', seq: talk.user.lastSeq() });
  talk.user.send({ type: 'parameters', parameters: [{ name: 'NEXT', value: 'x' }] });
  await house.until('all is stored', async () => (await house.eventsOf(talk.id, 'messages-read')).length === 1);
  await assertEndsAt(house, talk, hands + hour);
});

test('firstResponseWithin ends the wait for the first answer', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { firstResponseWithin: 90 });
  await assertEndsAt(house, talk, hands + 90_000);
});

test('firstResponseWithin says nothing of later answers', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { firstResponseWithin: 90, responseWaitingTime: 1 });
  await house.outbound(talk.id, { text: 'Hello.' });
  talk.user.say('hello?');
  await talk.user.hears('hello?');
  await assertEndsAt(house, talk, hands + hour);
});

test('eachResponseWithin ends the wait for every later answer', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { firstResponseWithin: 600, eachResponseWithin: 45 });
  await assertGoesOn(house, talk, 599_999);
  await house.outbound(talk.id, { text: 'Hello.' });
  for (const text of ['one', 'two']) {
    talk.user.say(text);
    await talk.user.hears(text);
    await assertGoesOn(house, talk, 44_999);
    await house.outbound(talk.id, { text: `${text}, I see.` });
  }
  talk.user.say('three');
  await talk.user.hears('three');
  await assertEndsAt(house, talk, house.hands.now() + 45_000);
});

test('a shorter clock never lengthens the waiting time', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { firstResponseWithin: 7_200, responseWaitingTime: 1 });
  await assertEndsAt(house, talk, hands + hour);
});

test('respondBy of an inbound is the instant at which the clock runs out', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { firstResponseWithin: 600, eachResponseWithin: 60 });
  assert.equal(house.desk.of('start', talk.id)[0]?.body.handoff?.respondBy, new Date(hands + 600_000).toISOString());
  await house.outbound(talk.id, { text: 'Hello.' });
  house.hands.advance(10_000);
  talk.user.say('hello?');
  const call = await house.until('the desk is called', () => house.desk.of('inbound', talk.id)[0]);
  assert.equal(call.body.respondBy, new Date(hands + 70_000).toISOString());
  await assertEndsAt(house, talk, hands + 70_000);
});

test('across a restart wall time counts, to the millisecond', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  house.hands.advance(20 * minute);
  await house.stop();
  house.hands.advance(30 * minute);
  await house.start();
  await assertEndsAt(house, talk, hands + hour);
});

test('a clock that ran out while the server was down ends the handoff at the start', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  await house.stop();
  house.hands.advance(2 * hour);
  await house.start();
  const ended = await house.until('the handoff ends', () => outcomeOf(house, talk));
  assert.deepEqual(ended, { outcome: 'no-response', at: hands + 2 * hour });
  await house.until('the desk is told', () => house.desk.of('ended', talk.id)[0]?.body.reason === 'no-response');
});

test('an answer before a restart stops the clock after it', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  await house.outbound(talk.id, { text: 'Hello.' });
  await house.stop();
  house.hands.advance(2 * hour);
  await house.start();
  await assertGoesOn(house, talk, hour);
});

test('connectWithin counts across a restart too', async (t) => {
  const house = await houseFor(t, { hands });
  house.desk.behave = ({ kind }) => ({ status: kind === 'start' ? 503 : 200 });
  const talk = await handOver(house, { connectWithin: 60 });
  await house.stop();
  house.hands.advance(59_999);
  await house.start();
  await house.settle();
  assert.equal(await outcomeOf(house, talk), null);
  house.hands.advance(1);
  const ended = await house.until('the handoff ends', () => outcomeOf(house, talk));
  assert.deepEqual(ended, { outcome: 'failed', at: hands + 60_000 });
});

test('many clocks that run out together all ring', async (t) => {
  const house = await houseFor(t, { hands });
  const talks = [await connectTalk(house, { responseWaitingTime: 1 })];

  talks.push(...(await Promise.all(Array.from({ length: 40 }, () => beginTalk(house)))));
  await Promise.all(talks.map(({ user }) => user.sees('connected')));
  house.hands.advance(hour);
  for (const talk of talks) {
    const ended = await house.until('each handoff ends', () => outcomeOf(house, talk));
    assert.deepEqual(ended, { outcome: 'no-response', at: hands + hour });
  }
});
