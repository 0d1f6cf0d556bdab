// The machine's clock is wrong: it leaps while the program runs, or stands elsewhere after a restart.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { connectTalk, type House, houseFor, type Talk } from '../house/kit/house.ts';
import { handStart } from './kit/hands.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Stops the program, moves the hands, which may be backwards, and starts it again. */
async function restartAt(house: House, byMs: number): Promise<void> {
  await house.stop();
  house.hands.advance(byMs);
  await house.start();
}

async function assertRising(house: House, { id }: Talk): Promise<void> {
  const instants = (await house.events(id)).map(({ at }) => Date.parse(at));
  assert.deepEqual(
    instants,
    instants.toSorted((left, right) => left - right),
    'instants never run backwards',
  );
}

test('a clock that was set back an hour over a restart delays no call, and events never run backwards', async (t) => {
  const house = await houseFor(t, { hands: handStart });
  const talk = await connectTalk(house);
  house.hands.advance(minute);
  talk.user.say('before');
  await house.until('the desk has it', () => house.desk.of('inbound', talk.id).length === 1);
  await restartAt(house, -hour);
  const user = house.connect(talk, { after: talk.user.lastSeq() });
  user.say('after');
  await house.until('the desk has what was said after', () => house.desk.of('inbound', talk.id).length === 2);
  assert.equal((await house.outbound(talk.id, { text: 'I am here.' })).status, 200);
  await user.hears('I am here.');
  await assertRising(house, talk);
  const fresh = await house.init();
  assert.equal((await house.step(fresh, { input: '' })).status, 200, 'new sessions and their tokens are good');
});

test('a call that failed before the clock was set back is repeated after minutes, not after an hour', async (t) => {
  const house = await houseFor(t, { hands: handStart });
  const talk = await connectTalk(house);
  house.desk.behave = () => ({ status: 503 });
  talk.user.say('owed');
  await house.until('the desk refused', () => house.desk.of('inbound', talk.id).length === 1);
  const isNoted = async (): Promise<boolean> => (await house.deliveries('state=stuck'))[0]?.attempts === 1;
  await house.advanceUntil('that is noted', 10, isNoted);
  await restartAt(house, -hour);
  house.desk.behave = () => ({ status: 200 });
  const refused = house.desk.of('inbound', talk.id).length;
  const restartedAt = house.hands.now();
  await house.advanceUntil('it is called again', 1_000, () => house.desk.of('inbound', talk.id).length > refused);
  assert.ok(house.hands.now() - restartedAt <= 5 * minute);
  const ids = new Set(house.desk.of('inbound', talk.id).map(({ id }) => id));
  assert.equal(ids.size, 1);
});

test('the response clock rings after a clock that was set back: late by that much, but it rings', async (t) => {
  const house = await houseFor(t, { hands: handStart });
  const talk = await connectTalk(house, { responseWaitingTime: 1 });
  await restartAt(house, -hour);
  house.hands.advance(hour + 59 * minute);
  await house.settle();
  assert.equal((await house.eventsOf(talk.id, 'handoff-ended')).length, 0, 'not early');
  house.hands.advance(minute);
  const ended = await house.until('the handoff ends', async () => (await house.eventsOf(talk.id, 'handoff-ended'))[0]);
  assert.equal(ended.outcome, 'no-response');
  await assertRising(house, talk);
});

/** Makes wall time leap, as an operator or a time server does. */
function leap(t: TestContext, byMs: number): void {
  const real = Date.now.bind(Date);
  t.mock.method(Date, 'now', () => real() + byMs);
}

for (const [name, byMs] of [
  ['forward', 3 * hour],
  ['back', -3 * hour],
] as const) {
  test(`a wall clock that leaps ${name} while the program runs moves no deadline, and signatures carry the new time`, async (t) => {
    const house = await houseFor(t);
    const talk = await connectTalk(house, { responseWaitingTime: 1 });
    const before = Date.now();
    leap(t, byMs);
    talk.user.say('what time is it?');
    const call = await house.until('the desk is called', () => house.desk.of('inbound', talk.id)[0]);
    const stamp = Number(call.headers['webhook-timestamp']) * 1_000;
    assert.ok(Math.abs(stamp - Date.now()) < minute, 'receivers compare with their own clock');
    assert.ok(Math.abs(Date.parse(String(call.body.timestamp)) - before) < minute, 'what happened stays in its order');
    assert.equal((await house.outbound(talk.id, { text: 'Late.' })).status, 200, 'the live agent still owns it');
    await talk.user.hears('Late.');
    const fresh = await house.init();
    assert.equal((await house.step(fresh, { input: '' })).status, 200);
    await assertRising(house, talk);
  });
}
