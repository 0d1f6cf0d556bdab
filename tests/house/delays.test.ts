// Who is told that a desk does not receive, when, and when it is over.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { SessionFrame } from '../../src/contract/frames.ts';
import { heldReply } from './kit/desk.ts';
import type { EndUser } from './kit/end-user.ts';
import { beginTalk, connectTalk, type House, handOver, houseFor, type Talk } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const second = 1_000;
const ok = { status: 200 } as const;
const fast = { BATON_MESSAGES_PER_SECOND: '1000000', BATON_MESSAGE_BURST: '1000000' };

type DeskReport = Readonly<{
  not_received_since: string | null;
  waiting: number;
  dead: number;
  last_failure: string | null;
}>;

async function reportOf(house: House, id: string): Promise<DeskReport> {
  return (await house.ask<{ desk: DeskReport }>('GET', `/insights/sessions/${id}`)).body.desk;
}

const delaysIn = (user: EndUser): readonly (string | null)[] =>
  user.frames.flatMap((frame) => {
    const since = frame.type === 'session' ? frame.handoff?.delayedSince : undefined;
    return since === undefined ? [] : [since];
  });

async function factsOf(house: House, { id }: Pick<Talk, 'id'>): Promise<readonly string[]> {
  return (await house.events(id)).map(({ kind }) => kind).filter((kind) => /delayed|resumed/.test(kind));
}

const down = (house: House): void => {
  house.desk.behave = ({ kind }) => (kind === 'status' ? ok : { status: 503 });
};

/** A conversation whose desk is down, of which the end user was told. */
async function delayedTalk(house: House): Promise<Talk & { since: string }> {
  const talk = await connectTalk(house);
  down(house);
  talk.user.say('hello?');
  const { at } = await talk.user.hears('hello?');
  await house.advanceUntil('the end user is told', 100, () => delaysIn(talk.user).length === 1);
  return { ...talk, since: at };
}

test('the end user and the owner are told since when the desk has not received, and when it does again', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  down(house);
  talk.user.say('hello?');
  const { at, seq } = await talk.user.hears('hello?');
  talk.user.say('are you there?');
  const next = await talk.user.hears('are you there?');
  await house.advanceUntil('the end user is told', 50, () => delaysIn(talk.user).length === 1);
  const passed = house.hands.now() - hands;
  assert.ok(passed > 2 * second && passed < 6 * second, `told after ${passed} ms`);
  assert.deepEqual(delaysIn(talk.user), [at]);
  const [fact] = await house.eventsOf(talk.id, 'delivery-delayed');
  assert.deepEqual([fact?.epoch, fact?.callKind, fact?.since], [1, 'inbound', Date.parse(at)]);
  assert.match(String(fact?.cause), /503/);
  const shown = await house.advanceUntil('the attempts are noted', 10, async () => {
    const events = await house.events(talk.id);
    const delivery = events.find((event) => event.seq === seq)?.delivery as Record<string, unknown> | undefined;
    return delivery?.attempts === 3 && { events, delivery };
  });
  const id = `${talk.id}-h1-${seq}-0`;
  assert.deepEqual(shown.delivery, {
    ...{ id, state: 'owed', since: at, attempts: 3, last_failure: 'The desk answered 503.' },
  });
  assert.deepEqual(
    shown.events.filter(({ delivery }) => delivery !== undefined).map((event) => event.seq),
    [seq, next.seq],
  );
  const late = { not_received_since: at, waiting: 2, dead: 0, last_failure: 'The desk answered 503.' };
  assert.deepEqual(await reportOf(house, talk.id), late);
  const { sessions } = (await house.ask<{ sessions: { desk: DeskReport }[] }>('GET', '/insights/sessions')).body;
  assert.deepEqual(sessions[0]?.desk, late);
  house.desk.behave = () => ok;
  await house.advanceUntil('the end user is told', 100, () => delaysIn(talk.user).length === 2);
  assert.deepEqual(delaysIn(talk.user), [at, null]);
  await house.advanceUntil('all is taken', 20, async () => (await reportOf(house, talk.id)).waiting === 0);
  assert.deepEqual(await reportOf(house, talk.id), {
    ...{ not_received_since: null, waiting: 0, dead: 0, last_failure: null },
  });
  assert.ok((await house.events(talk.id)).every(({ delivery }) => delivery === undefined));
  assert.deepEqual(await factsOf(house, talk), ['delivery-delayed', 'delivery-resumed']);
});

test('a desk that fails for a moment only is nobody’s business', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  const statuses = [503];
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: statuses.shift() ?? 200 } : ok);
  talk.user.say('hello?');
  await house.advanceUntil('it comes', 20, () => house.desk.of('inbound').length === 2);
  await house.settle();
  assert.deepEqual(await factsOf(house, talk), []);
});

test('a delay is told once however long it is, also over a restart, and ends after it', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await delayedTalk(house);
  house.hands.advance(60 * second);
  await house.settle();
  await house.stop();
  await house.start();
  const calls = house.desk.of('inbound').length;
  await house.advanceUntil('it is tried again', 1_000, () => house.desk.of('inbound').length >= calls + 2);
  assert.deepEqual(await factsOf(house, talk), ['delivery-delayed']);
  house.desk.behave = () => ok;
  await house.advanceUntil('it is over', 1_000, async () => (await factsOf(house, talk)).length === 2);
  const again = house.connect(talk, { after: talk.user.lastSeq() });
  await again.waitFor('the end of the delay', (frame) => frame.type === 'session');
  assert.deepEqual(delaysIn(again), [null]);
});

test('a desk that is late a second time is told of a second time', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await delayedTalk(house);
  house.desk.behave = () => ok;
  await house.advanceUntil('it is over', 100, () => delaysIn(talk.user).length === 2);
  down(house);
  talk.user.say('and now?');
  await house.advanceUntil('it is told again', 100, () => delaysIn(talk.user).length === 3);
  assert.deepEqual(await factsOf(house, talk), ['delivery-delayed', 'delivery-resumed', 'delivery-delayed']);
});

test('a desk that hangs is told of after its first ten seconds', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? 'hang' : ok);
  talk.user.say('hello?');
  await house.until('it hangs', () => house.desk.of('inbound').length === 1);
  // Where there are leases they are renewed meanwhile.
  for (let passed = 0; passed < 10; passed += 1) {
    assert.equal(delaysIn(talk.user).length, 0);
    house.hands.advance(second);
    await house.settle();
  }
  await house.until('the end user is told', () => delaysIn(talk.user).length === 1);
});

test('a message that waits for its turn at an endpoint that is probed is late without having been tried', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const first = await connectTalk(house);
  const talks = [first, await beginTalk(house), await beginTalk(house), await beginTalk(house)];
  for (const { user } of talks) await user.sees('connected');
  const patient = talks.pop();
  assert.ok(patient);
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? 'hang' : ok);
  for (const { user } of talks) user.say('hello?');
  await house.until('all hang', () => house.desk.of('inbound').length === 3);
  house.hands.advance(10 * second);
  await house.advanceUntil('three probes are under way', 100, () => house.desk.of('inbound').length === 6);
  patient.user.say('and me?');
  const { at } = await patient.user.hears('and me?');
  house.hands.advance(5 * second - 1);
  await house.settle();
  assert.deepEqual(delaysIn(patient.user), []);
  house.hands.advance(1);
  await house.until('the end user is told', () => delaysIn(patient.user).length === 1);
  assert.deepEqual(house.desk.of('inbound', patient.id), []);
  const report = await reportOf(house, patient.id);
  assert.deepEqual([report.not_received_since, report.waiting], [at, 1]);
  house.desk.behave = () => ok;
  await house.advanceUntil('it is over', 500, () => delaysIn(patient.user).length === 2);
  await house.advanceUntil('all is taken', 20, async () => (await reportOf(house, patient.id)).waiting === 0);
  assert.equal((await reportOf(house, patient.id)).not_received_since, null);
});

test('nothing of a delay is said while the start call is connecting', async (t) => {
  const house = await houseFor(t, { hands });
  down(house);
  const talk = await handOver(house);
  talk.user.say('anybody?');
  await house.advanceUntil('it was tried often', 500, () => house.desk.of('start').length === 5);
  await house.settle();
  assert.deepEqual(await factsOf(house, talk), []);
});

test('a lane of statuses that is stuck delays nobody', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await connectTalk(house);
  house.desk.behave = ({ kind }) => (kind === 'status' ? { status: 503 } : ok);
  await house.outbound(talk.id, { text: 'Hi.' });
  await house.advanceUntil('it was tried often', 500, () => house.desk.of('status').length === 5);
  await house.settle();
  assert.deepEqual(await factsOf(house, talk), []);
  assert.equal((await reportOf(house, talk.id)).waiting, 0);
});

for (const what of ['skipped', 'dead'] as const) {
  test(`a delay is over when the call that was late is ${what} and nothing else waits`, async (t) => {
    const house = await houseFor(t, { hands });
    const talk = await delayedTalk(house);
    if (what === 'dead') house.desk.behave = () => ({ status: 404 });
    else {
      const [late] = await house.deliveries(`state=owed&session=${talk.id}`);
      assert.equal((await house.ask('POST', `/deliveries/${late?.id}/skip`)).status, 200);
    }
    await house.advanceUntil('it is over', 100, async () => (await factsOf(house, talk)).length === 2);
    assert.deepEqual(await factsOf(house, talk), ['delivery-delayed', 'delivery-resumed']);
  });
}

test('a delay goes on while the call that was late is dead and others wait', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await delayedTalk(house);
  talk.user.say('and this?');
  await talk.user.hears('and this?');
  house.desk.behave = ({ body }) => ({ status: body.text === 'hello?' ? 404 : 503 });
  await house.advanceUntil('the next is tried', 100, () =>
    house.desk.of('inbound').some(({ body }) => body.text === 'and this?'),
  );
  await house.settle();
  assert.deepEqual(await factsOf(house, talk), ['delivery-delayed']);
  house.desk.behave = () => ok;
  await house.advanceUntil('it is over', 100, async () => (await factsOf(house, talk)).length === 2);
});

test('a handoff that ends takes its delay with it; what the desk has not received stays on view', async (t) => {
  const house = await houseFor(t, { hands });
  const talk = await delayedTalk(house);
  await house.disconnect(talk.id);
  await talk.user.hears('Back with the bot.');
  house.hands.advance(60 * second);
  await house.settle();
  assert.deepEqual(await factsOf(house, talk), ['delivery-delayed']);
  const report = await reportOf(house, talk.id);
  assert.deepEqual([report.not_received_since, report.waiting], [talk.since, 2], 'the message and the ended call');
  const ended = (await house.events(talk.id)).find(({ kind }) => kind === 'handoff-ended');
  assert.equal((ended?.delivery as { state?: string } | undefined)?.state, 'owed');
  house.desk.behave = () => ok;
  await house.advanceUntil('the desk is told of the end', 1_000, () => house.desk.of('ended').length > 0);
  assert.deepEqual(await factsOf(house, talk), ['delivery-delayed']);
});

test('a queued conversation stays queued while its desk is late', async (t) => {
  const house = await houseFor(t, { hands });
  house.desk.behave = ({ kind }) => (kind === 'start' ? { status: 200, body: '{"state":"queued","place":3}' } : ok);
  const talk = await connectTalk(house);
  down(house);
  talk.user.say('hello?');
  const frame = (await talk.user
    .waitFor('the delay', () => house.hands.advance(50) ?? delaysIn(talk.user).length > 0)
    .then(() => talk.user.frames.at(-1))) as SessionFrame;
  assert.deepEqual([frame.handoff?.state, frame.handoff?.queued], ['connected', true]);
});

test('a desk that answers one session with 500 for ever hurts no other session', async (t) => {
  const house = await houseFor(t, { hands, environment: fast });
  const sick = await delayedTalk(house);
  house.desk.behave = ({ body }) => (body.sessionId === sick.id ? { status: 500 } : ok);
  for (let round = 0; round < 5; round += 1) {
    const other = await beginTalk(house);
    await other.user.sees('connected');
    other.user.say(`round ${round}`);
    await house.until('it comes at once', () => house.desk.of('inbound', other.id).length === 1);
    house.hands.advance(30 * second);
    await house.settle();
  }
  assert.ok(house.desk.of('inbound', sick.id).length > 5, 'it is tried all the while');
});

test('an endpoint that hangs for many sessions leaves the other endpoints of its host alone', async (t) => {
  const house = await houseFor(t, { environment: fast });
  const first = await connectTalk(house);
  const held = heldReply();
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? held.promise : ok);
  const talks = await Promise.all(Array.from({ length: 139 }, () => beginTalk(house)));
  for (const { user } of [first, ...talks]) user.say('hello?');
  await house.until('as many hang as one endpoint may have', () => house.desk.of('inbound').length === 128);
  const other = await beginTalk(house);
  await other.user.sees('connected');
  await house.settle();
  assert.equal(house.desk.of('inbound').length, 128);
  held.give(ok);
  await house.until('all come', () => house.desk.of('inbound').length === 140);
});

test('when too many handoffs wait for their desks new sessions are refused, and those under way go on', async (t) => {
  const house = await houseFor(t, { hands, environment: { BATON_MOST_LANES: '1' } });
  const talk = await delayedTalk(house);
  const refused = await house.ask('POST', '/http/init', { json: { agent_id: 'support' } });
  assert.deepEqual([refused.status, refused.body.code], [503, 'overloaded']);
  assert.ok(Number(refused.headers['retry-after']) > 0);
  talk.user.say('I go on');
  await talk.user.hears('I go on');
  house.desk.behave = () => ok;
  await house.advanceUntil('it comes', 100, () => house.desk.of('inbound').some(({ body }) => body.text === 'I go on'));
  await house.advanceUntil('new ones are taken', 20, async () => {
    return (await house.ask('POST', '/http/init', { json: { agent_id: 'support' } })).status === 200;
  });
});
