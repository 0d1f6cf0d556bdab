// A desk that is away for an hour costs a delay and nothing else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectTalk, houseFor } from '../house/kit/house.ts';
import { handStart } from './kit/hands.ts';

test('a desk that is down for an hour gets everything in order within a minute of its return', async (t) => {
  const house = await houseFor(t, { hands: handStart });
  const talk = await connectTalk(house);
  await house.desk.disappear();
  const said = Array.from({ length: 12 }, (_, index) => `message ${index}`);
  for (const [index, text] of said.entries()) {
    talk.user.say(text, text);
    await talk.user.waitFor('accepted', (frame) => frame.type === 'accepted' && frame.id === text);
    house.hands.advance(5 * 60_000);
    await house.settle();
    assert.equal((await house.deliveries('state=owed')).length, index + 1, 'nothing is given up');
  }
  await house.desk.appear();
  const returnedAt = house.hands.now();
  const arrived = () => house.desk.firstArrivals(talk.id).filter(({ kind }) => kind === 'inbound');
  await house.advanceUntil('the desk has everything', 100, () => arrived().length === said.length);
  assert.ok(house.hands.now() - returnedAt <= 60_000, `${house.hands.now() - returnedAt} ms after its return`);
  assert.deepEqual(
    arrived().map(({ body }) => body.text),
    said,
  );
  assert.equal((await house.eventsOf(talk.id, 'handoff-ended')).length, 0);
});
