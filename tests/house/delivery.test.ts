// Contract 3.8: what is owed to a desk arrives in order, whatever the desk does.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type DeskCall, heldReply, type Reply } from './kit/desk.ts';
import { supportFlow } from './kit/flows.ts';
import { beginTalk, connectTalk, type Delivery, type House, houseFor, type Talk } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const second = 1_000;
const ok = { status: 200 } as const;
const fast = { BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000' };

const textsOf = (calls: readonly DeskCall[]) => calls.map(({ body }) => body.text);
const inbounds = (house: House, { id }: Pick<Talk, 'id'>) =>
  textsOf(house.desk.firstArrivals(id).filter(({ kind }) => kind === 'inbound'));

/** A delivery as the API shows it, once so many attempts have been written down. */
async function attempted(house: House, talk: Pick<Talk, 'id'>, attempts: number, stepMs = 1): Promise<Delivery> {
  return house.advanceUntil(`${attempts} attempts are written down`, stepMs, async () => {
    const [first] = await house.deliveries(`session=${talk.id}&state=stuck`);
    return first?.attempts === attempts ? first : null;
  });
}

test('a desk that was down gets everything in order once it is up', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  await house.desk.disappear();
  const sent = Array.from({ length: 100 }, (_, index) => `message ${index}`);
  for (const text of sent) talk.user.say(text);
  await talk.user.hears('message 99');
  await attempted(house, talk, 2, 20);
  await house.desk.appear();
  await house.advanceUntil('all came', 100, () => inbounds(house, talk).length === 100);
  assert.deepEqual(inbounds(house, talk), sent);
  await house.advanceUntil('nothing is owed', 20, async () => (await house.deliveries('state=owed')).length === 0);
});

test('a desk that was down while the server restarted gets everything in order', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  await house.desk.disappear();
  for (const text of ['one', 'two', 'three']) talk.user.say(text);
  await talk.user.hears('three');
  await house.disconnect(talk.id);
  await house.stop();
  await house.desk.appear();
  await house.start();
  await house.advanceUntil('the desk is told of the end', 100, () => house.desk.of('ended', talk.id).length === 1);
  assert.deepEqual(inbounds(house, talk), ['one', 'two', 'three']);
  assert.equal(house.desk.calls.at(-1)?.kind, 'ended');
});

test('the waits grow from one second to thirty, spread by a fifth', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  house.desk.behave = () => ({ status: 503 });
  talk.user.say('hello?');
  let due = house.hands.now();
  for (const [index, seconds] of [1, 2, 4, 8, 15, 30, 30, 30].entries()) {
    const { next_attempt_at } = await attempted(house, talk, index + 1);
    const wait = Date.parse(String(next_attempt_at)) - due;
    assert.ok(wait >= 0.8 * seconds * second && wait <= 1.2 * seconds * second + 200, `wait ${index}: ${wait} ms`);
    due = Date.parse(String(next_attempt_at));
    const calls = house.desk.of('inbound').length;
    house.hands.advance(due - 1 - house.hands.now());
    await house.settle();
    assert.equal(house.desk.of('inbound').length, calls, 'it is not tried early');
    house.hands.advance(1);
    await house.until('it is tried again', () => house.desk.of('inbound').length === calls + 1);
  }
});

const asked: readonly (readonly [string, number])[] = [
  ['60', 60],
  ['120', 120],
  ['3600', 120],
  [new Date(hands + 90 * second).toUTCString(), 90],
];

for (const [header, seconds] of asked) {
  test(`Retry-After: ${header} is honoured with a wait of ${seconds} s`, async (t) => {
    const house = await houseFor(t, { hands });
    const talk = await connectTalk(house);
    const headers = { 'retry-after': header };
    house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: 429, headers } : ok);
    talk.user.say('hello?');
    await house.until('it was tried', () => house.desk.of('inbound').length === 1);
    await house.settle();
    house.desk.behave = () => ok;
    house.hands.advance(seconds * second - 1);
    await house.settle();
    assert.equal(house.desk.of('inbound').length, 1, 'the desk is left in peace until then');
    house.hands.advance(1);
    await house.until('it is tried again', () => house.desk.of('inbound').length === 2);
  });
}

for (const header of ['0', '-5', 'soon', 'Wed, 21 Oct 2015 07:28:00 GMT']) {
  test(`Retry-After: ${header} makes nothing faster`, async (t) => {
    const house = await houseFor(t, { hands });
    const talk = await connectTalk(house);
    const headers = { 'retry-after': header };
    house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: 503, headers } : ok);
    talk.user.say('hello?');
    const { next_attempt_at } = await attempted(house, talk, 1);
    assert.ok(Date.parse(String(next_attempt_at)) >= hands + 800);
  });
}

for (const status of [408, 425, 429, 500, 502, 503, 504, 599]) {
  test(`${status} passes: the call is repeated`, async (t) => {
    const house = await houseFor(t, { hands });
    const talk = await connectTalk(house);
    house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status } : ok);
    talk.user.say('hello?');
    const { last_failure } = await attempted(house, talk, 1);
    assert.match(String(last_failure), new RegExp(String(status)));
    house.desk.behave = () => ok;
    await house.advanceUntil('it is repeated', 100, () => house.desk.of('inbound').length === 2);
  });
}

for (const trouble of ['hang', 'reset'] as const) {
  test(`a desk that ${trouble}s gets the call again after ten seconds at most and the wait`, async (t) => {
    const house = await houseFor(t, { hands });
    const talk = await connectTalk(house);
    house.desk.behave = ({ kind }) => (kind === 'inbound' ? trouble : ok);
    talk.user.say('hello?');
    await house.until('it was tried', () => house.desk.of('inbound').length === 1);
    if (trouble === 'hang') house.hands.advance(10 * second);
    await attempted(house, talk, 1);
    house.desk.behave = () => ok;
    await house.advanceUntil('it is repeated', 50, () => house.desk.of('inbound').length === 2);
    assert.ok(house.hands.now() <= hands + 13 * second);
    const [first, again] = house.desk.of('inbound');
    assert.deepEqual([again?.id, again?.raw], [first?.id, first?.raw]);
  });
}

for (const status of [301, 302, 400, 401, 403, 404, 409, 410, 422]) {
  test(`${status} is final: the call is dead, the log says so, and the lane goes on`, async (t) => {
    const house = await houseFor(t, { hands });
    const talk = await connectTalk(house);
    const headers = { location: house.desk.url('inbound') };
    house.desk.behave = ({ body }) => (body.text === 'one' ? { status, headers } : ok);
    talk.user.say('one');
    talk.user.say('two');
    await house.until('the lane goes on', () => inbounds(house, talk).length === 2);
    assert.deepEqual(textsOf(house.desk.of('inbound')), ['one', 'two']);
    const [dead, ...more] = await house.deliveries('state=dead');
    assert.deepEqual(more, []);
    assert.deepEqual([dead?.state, dead?.kind, dead?.next_attempt_at], ['dead', 'inbound', null]);
    const [died] = await house.eventsOf(talk.id, 'delivery-died');
    assert.match(String(died?.cause), new RegExp(String(status)));
    assert.deepEqual(died?.call, { lane: 'h1', seq: dead?.seq, part: 0 });
  });
}

test('a call is tried for 24 hours and is dead then', async (t) => {
  const house = await houseFor(t, { hands, environment: { BATON_SESSION_HOURS: '100' } });
  const talk = await connectTalk(house);
  await house.outbound(talk.id, { text: 'Go on.' });
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: 503 } : ok);
  talk.user.say('hello?');
  await talk.user.hears('hello?');
  await attempted(house, talk, 1);
  await house.outbound(talk.id, { text: 'I am here.' });
  house.hands.advance(hands + 24 * 3_600_000 - 1 - house.hands.now());
  await house.until('it is tried once more', () => house.desk.of('inbound').length >= 2);
  await house.settle();
  assert.deepEqual(await house.eventsOf(talk.id, 'delivery-died'), []);
  house.hands.advance(1);
  await house.until('it is dead', async () => (await house.eventsOf(talk.id, 'delivery-died')).length === 1);
});

test('statuses do not wait for a lane that is stuck', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: 503 } : ok);
  talk.user.say('hello?');
  await attempted(house, talk, 1);
  await house.outbound(talk.id, { text: 'Hi.' });
  const { seq } = await talk.user.hears('Hi.');
  talk.user.send({ type: 'read', seq });
  await house.until('the statuses come', () => house.desk.of('status', talk.id).length === 3);
});

test('a session whose desk is stuck delays no other session', async (t) => {
  const house = await houseFor(t, { hands });
  const stuck = await connectTalk(house);
  const other = await beginTalk(house);
  await other.user.sees('connected');
  house.desk.behave = ({ body }) => (body.sessionId === stuck.id ? 'hang' : ok);
  stuck.user.say('hello?');
  await house.until('it hangs', () => house.desk.of('inbound', stuck.id).length === 1);
  for (const text of ['one', 'two']) other.user.say(text);
  await house.until('the other goes on', () => house.desk.of('inbound', other.id).length === 2);
});

test('a lane has one call under way, and the next only when that is answered', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const talk = await connectTalk(house);
  let busy = 0;
  house.desk.behave = async ({ kind }) => {
    if (kind !== 'inbound') return ok;
    busy += 1;
    assert.equal(busy, 1, 'two calls of one lane at once');
    await house.settle();
    busy -= 1;
    return ok;
  };
  const sent = Array.from({ length: 150 }, (_, index) => `message ${index}`);
  for (const text of sent) talk.user.say(text);
  await house.until('all came', () => house.desk.of('inbound', talk.id).length === 150);
  assert.deepEqual(textsOf(house.desk.of('inbound')), sent);
});

test('a desk that fails at random gets every message once or more, and first arrivals in order', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const talk = await connectTalk(house);
  const troubles: readonly Reply[] = [ok, { status: 500 }, ok, 'reset', { status: 429 }, ok];
  let calls = 0;
  house.desk.behave = ({ kind }) => {
    calls += 1;
    return kind === 'inbound' ? (troubles[(calls * 7) % troubles.length] ?? ok) : ok;
  };
  const sent = Array.from({ length: 60 }, (_, index) => `message ${index}`);
  for (const text of sent) talk.user.say(text);
  await talk.user.hears('message 59');
  await house.disconnect(talk.id);
  await house.advanceUntil('the desk is told of the end', 500, () => house.desk.of('ended', talk.id).length === 1);
  assert.deepEqual(inbounds(house, talk), sent);
  for (const calls of Map.groupBy(house.desk.of('inbound'), ({ id }) => id).values()) {
    assert.equal(new Set(calls.map(({ raw }) => raw)).size, 1);
  }
});

test('a desk that hangs does not hold up a stop, and gets the call again after the start', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? 'hang' : ok);
  talk.user.say('hello?');
  await house.until('it hangs', () => house.desk.of('inbound').length === 1);
  let stopped = false;
  const stopping = house.stop().then(() => {
    stopped = true;
  });
  await house.advanceUntil('it has stopped', 20, () => stopped);
  await stopping;
  assert.ok(house.hands.now() <= hands + 6 * second, 'it waited a few seconds at most');
  house.desk.behave = () => ok;
  await house.start();
  await house.advanceUntil('it is repeated', 100, () => house.desk.of('inbound').length === 2);
  assert.equal(new Set(house.desk.of('inbound').map(({ id }) => id)).size, 1);
});

test('a network that is no longer allowed is not called: the handoff takes Failed', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  await house.stop();
  await house.start({ BATON_ALLOW_NETWORKS: '10.0.0.0/8' });
  const talk = await beginTalk(house);
  await talk.user.hears('Nobody is here.');
  assert.deepEqual(house.desk.calls, []);
  const [died] = await house.eventsOf(talk.id, 'delivery-died');
  assert.match(String(died?.cause), /BATON_ALLOW_NETWORKS/);
});

/** A conversation with one dead inbound and a lane that went on. */
async function deadTalk(house: House, text = 'dead'): Promise<{ talk: Talk; dead: Delivery }> {
  house.desk.behave = ({ body }) => (body.text?.startsWith('dead') ? { status: 404 } : ok);
  const talk = await beginTalk(house);
  await talk.user.sees('connected');
  talk.user.say(text);
  talk.user.say('alive');
  await house.until('the lane goes on', () => inbounds(house, talk).length === 2);
  const [dead] = await house.deliveries(`state=dead&session=${talk.id}`);
  assert.ok(dead !== undefined);
  return { talk, dead };
}

test('a dead call is replayed under its old webhook-id with the same body', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const { talk, dead } = await deadTalk(house);
  house.desk.behave = () => ok;
  const answer = await house.ask<Delivery>('POST', `/deliveries/${dead.id}/replay`);
  assert.deepEqual([answer.status, answer.body.id, answer.body.state], [200, dead.id, 'owed']);
  await house.until('it comes', () => house.desk.of('inbound', talk.id).length === 3);
  const [first, , again] = house.desk.of('inbound', talk.id);
  assert.deepEqual([again?.id, again?.raw], [first?.id, first?.raw]);
  assert.equal(again?.id, dead.id);
  await house.until(
    'it is delivered',
    async () => (await house.deliveries(`session=${talk.id}&state=owed`)).length === 0,
  );
  assert.deepEqual(await house.deliveries('state=dead'), []);
  assert.equal((await house.eventsOf(talk.id, 'delivery-replayed')).length, 1);
});

test('a call that is replayed is out of order: it neither waits for the lane nor holds it up', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const { talk, dead } = await deadTalk(house);
  const held = heldReply();
  house.desk.behave = ({ body }) => (body.text === 'stuck' || body.text === 'dead' ? held.promise : ok);
  talk.user.say('stuck');
  await house.until('the lane is stuck', () => house.desk.of('inbound', talk.id).length === 3);
  await house.ask('POST', `/deliveries/${dead.id}/replay`);
  await house.until('the replay comes all the same', () => house.desk.of('inbound', talk.id).length === 4);
  held.give(ok);
  talk.user.say('next');
  await house.until('the lane goes on', () => house.desk.of('inbound', talk.id).length === 5);
});

test('a replay that is refused again is dead again, and can be replayed again', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const { talk, dead } = await deadTalk(house);
  await house.ask('POST', `/deliveries/${dead.id}/replay`);
  await house.until('it died twice', async () => (await house.eventsOf(talk.id, 'delivery-died')).length === 2);
  house.desk.behave = () => ok;
  assert.equal((await house.ask('POST', `/deliveries/${dead.id}/replay`)).status, 200);
  await house.until('it comes', () => house.desk.of('inbound', talk.id).length === 4);
});

test('a replay survives a restart', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const { talk, dead } = await deadTalk(house);
  await house.desk.disappear();
  await house.ask('POST', `/deliveries/${dead.id}/replay`);
  await house.stop();
  await house.desk.appear();
  house.desk.behave = () => ok;
  await house.start();
  await house.until('it comes', () => house.desk.of('inbound', talk.id).length === 3);
  assert.equal(house.desk.of('inbound', talk.id).at(-1)?.id, dead.id);
});

test('a call is replayed after its session has ended', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const { talk, dead } = await deadTalk(house);
  talk.user.send({ type: 'end' });
  await talk.user.ends();
  house.desk.behave = () => ok;
  assert.equal((await house.ask('POST', `/deliveries/${dead.id}/replay`)).status, 200);
  await house.until('it comes', () => house.desk.of('inbound', talk.id).length === 3);
});

test('skipping the call that a lane is stuck at lets the lane go on', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  house.desk.behave = ({ body }) => (body.text === 'stuck' ? { status: 503 } : ok);
  talk.user.say('stuck');
  talk.user.say('next');
  const stuck = await attempted(house, talk, 1);
  const answer = await house.ask<Delivery>('POST', `/deliveries/${stuck.id}/skip`);
  assert.deepEqual([answer.status, answer.body.state], [200, 'skipped']);
  await house.until('the lane goes on', () =>
    house.desk.of('inbound', talk.id).some(({ body }) => body.text === 'next'),
  );
  assert.equal((await house.eventsOf(talk.id, 'delivery-skipped')).length, 1);
  house.hands.advance(120 * second);
  await house.settle();
  assert.equal(textsOf(house.desk.of('inbound')).filter((text) => text === 'stuck').length, 1);
});

test('a dead call is skipped and leaves the dead list', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const { dead } = await deadTalk(house);
  assert.equal((await house.ask('POST', `/deliveries/${dead.id}/skip`)).status, 200);
  assert.deepEqual(await house.deliveries('state=dead'), []);
  const again = await house.ask('POST', `/deliveries/${dead.id}/skip`);
  assert.deepEqual([again.status, again.body.code], [409, 'delivery-state']);
});

test('what is delivered is neither replayed nor skipped, and what does not exist is 404', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  house.hands.advance(20);
  const done = await house.until(
    'it is written down',
    async () => (await house.deliveries(`state=delivered&session=${talk.id}`))[0],
  );
  const before = await house.events(talk.id);
  for (const what of ['replay', 'skip']) {
    const refused = await house.ask('POST', `/deliveries/${done.id}/${what}`);
    assert.deepEqual([refused.status, refused.body.code], [409, 'delivery-state']);
    for (const id of ['nonsense', `${talk.id}-h1-999-0`, `${talk.id}-h0-1-0`, `${talk.id}-h1-1`]) {
      const unknown = await house.ask('POST', `/deliveries/${id}/${what}`);
      assert.deepEqual([unknown.status, unknown.body.code], [404, 'delivery-not-found']);
    }
  }
  assert.deepEqual(await house.events(talk.id), before);
});

test('the start call of a handoff that is connecting cannot be skipped', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  house.desk.behave = () => 'hang';
  const talk = await beginTalk(house);
  const [start] = await house.deliveries(`session=${talk.id}&state=owed`);
  const answer = await house.ask('POST', `/deliveries/${start?.id}/skip`);
  assert.deepEqual([answer.status, answer.body.code], [409, 'start-owed']);
});

test('the dead list is paged without a hole and without a repeat', async (t) => {
  const house = await houseFor(t);
  await house.publish(supportFlow(house.desk));
  const ids: string[] = [];
  for (let index = 0; index < 5; index += 1) ids.push((await deadTalk(house, `dead ${index}`)).dead.id);
  type Page = { deliveries: Delivery[]; next_after: string | null };
  const found: string[] = [];
  let after = '';
  do {
    const { body } = await house.ask<Page>('GET', `/deliveries?state=dead&limit=2${after}`);
    found.push(...body.deliveries.map(({ id }) => id));
    after = body.next_after === null ? '' : `&after=${body.next_after}`;
  } while (after !== '');
  assert.deepEqual(found.toSorted(), ids.toSorted());
});

test('an outbound repeated at once twenty times under one key sends one message', async (t) => {
  const house = await houseFor(t);
  const talk = await connectTalk(house);
  const key = { 'idempotency-key': 'the-key' };
  const send = () => house.outbound(talk.id, { text: 'Only once.' }, key);
  const answers = await Promise.all(Array.from({ length: 20 }, send));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  assert.equal(new Set(answers.map(({ body }) => body.message_uuid)).size, 1);
  await house.stop();
  await house.start();
  assert.equal((await send()).text, answers[0]?.text, 'a restart forgets nothing');
  await house.disconnect(talk.id);
  assert.equal((await send()).text, answers[0]?.text, 'it is looked up before anything else');
  assert.equal((await house.eventsOf(talk.id, 'live-agent-message-sent')).length, 1);
});

test('the same key in another session is another message', async (t) => {
  const house = await houseFor(t);
  const first = await connectTalk(house);
  const other = await beginTalk(house);
  await other.user.sees('connected');
  const key = { 'idempotency-key': 'the-key' };
  const uuids = [first, other].map(
    async ({ id }) => (await house.outbound(id, { text: 'Hi.' }, key)).body.message_uuid,
  );
  assert.equal(new Set(await Promise.all(uuids)).size, 2);
});

test('a key is kept for 24 hours', async (t) => {
  const house = await houseFor(t, { hands, environment: { BATON_SESSION_HOURS: '100' } });
  const talk = await connectTalk(house);
  const send = async () =>
    (await house.outbound(talk.id, { text: 'Hi.' }, { 'idempotency-key': 'k' })).body.message_uuid;
  const first = await send();
  house.hands.advance(24 * 3_600_000);
  assert.equal(await send(), first);
  house.hands.advance(1);
  assert.notEqual(await send(), first);
});

test('an endpoint that times out on many lanes is probed by a few calls at a time', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const talks = [await connectTalk(house)];
  talks.push(...(await Promise.all(Array.from({ length: 39 }, () => beginTalk(house)))));
  await Promise.all(talks.map(({ user }) => user.sees('connected')));
  house.desk.behave = () => 'hang';
  for (const { user } of talks) user.say('hello?');
  await house.until('all hang', () => house.desk.of('inbound').length === 40);
  house.hands.advance(10 * second);
  await house.settle();
  house.hands.advance(3 * second);
  await house.until('it is tried again', () => house.desk.of('inbound').length > 40);
  await house.settle();
  const probes = house.desk.of('inbound').length - 40;
  assert.ok(probes >= 1 && probes <= 8, `${probes} calls at once to an endpoint that does not answer`);
  house.desk.behave = () => ok;
  await house.advanceUntil('all come', 1_000, () => new Set(house.desk.of('inbound').map(({ id }) => id)).size === 40);
});
