// What can be read of a delivery: each attempt that failed, and nothing that was said.
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Reply } from './kit/desk.ts';
import { connectTalk, type Delivery, type House, houseFor } from './kit/house.ts';

const hands = Date.UTC(2026, 4, 3, 7, 56, 26);
const ok = { status: 200 } as const;

type Attempt = Readonly<{
  number: number;
  at: string;
  outcome: string;
  status: number | null;
  cause: string | null;
  excerpt: string | null;
  withheld?: true;
}>;
type Detail = Delivery & Readonly<{ attempt_log: readonly Attempt[] }>;

async function detailOf(house: House, id: string): Promise<Detail> {
  return (await house.ask<Detail>('GET', `/deliveries/${id}`)).body;
}

/** The only inbound call of a conversation. */
async function inboundOf(house: House, sessionId: string): Promise<Detail> {
  const found = (await house.deliveries(`session=${sessionId}`)).find(({ kind }) => kind === 'inbound');
  assert.ok(found !== undefined);
  return detailOf(house, found.id);
}

const shortly = ({ number, outcome, status, excerpt }: Attempt) => [number, outcome, status, excerpt];

test('a call that failed lists its attempts with what the desk answered, and the one that was taken', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house);
  const replies: Reply[] = [{ status: 503, body: '<h1>Bad\n gateway</h1>' }, 'reset', { status: 429 }, ok];
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? (replies.shift() ?? ok) : ok);
  user.say('hello?');
  await house.advanceUntil('it is taken', 100, () => house.desk.of('inbound').length === 4);
  const detail = await house.until('it is noted', async () => {
    const found = await inboundOf(house, id);
    return found.state === 'delivered' && found;
  });
  assert.deepEqual(detail.attempt_log.map(shortly), [
    [1, 'failed', 503, '<h1>Bad gateway</h1>'],
    [2, 'failed', null, null],
    [3, 'failed', 429, null],
    [4, 'delivered', null, null],
  ]);
  assert.equal(detail.attempts, 4);
  assert.match(String(detail.attempt_log[1]?.cause), /connection failed/);
  const instants = detail.attempt_log.map(({ at }) => Date.parse(at));
  assert.deepEqual(instants.toSorted(), instants);
});

test('a call that is taken at its first try leaves no row of attempts', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house);
  user.say('hello?');
  await house.until('it comes', () => house.desk.of('inbound').length === 1);
  const detail = await house.until('it is noted', async () => {
    const found = await inboundOf(house, id);
    return found.state === 'delivered' && found;
  });
  assert.deepEqual(detail.attempt_log.map(shortly), [[1, 'delivered', null, null]]);
  await house.stop();
  assert.equal((await house.storage.ask('SELECT * FROM attempts')).length, 0);
});

test('a dead call lists its last attempt, and its numbers go on after a replay', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house);
  const statuses = [503, 404, 500, 200];
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: statuses.shift() ?? 200 } : ok);
  user.say('hello?');
  await house.advanceUntil('it is dead', 100, async () => (await house.deliveries('state=dead')).length === 1);
  const dead = await inboundOf(house, id);
  assert.deepEqual(dead.attempt_log.map(shortly), [
    [1, 'failed', 503, null],
    [2, 'failed', 404, null],
  ]);
  assert.equal((await house.ask('POST', `/deliveries/${dead.id}/replay`)).status, 200);
  await house.advanceUntil('it is taken', 100, () => house.desk.of('inbound').length === 4);
  const taken = await house.until('it is noted', async () => {
    const found = await inboundOf(house, id);
    return found.state === 'delivered' && found;
  });
  assert.deepEqual(taken.attempt_log.map(shortly), [
    [1, 'failed', 503, null],
    [2, 'failed', 404, null],
    [3, 'failed', 500, null],
    [4, 'delivered', null, null],
  ]);
});

test('a desk that repeats what it was sent brings neither words nor secrets into the record', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house);
  house.desk.behave = ({ raw, headers }) => ({
    status: 500,
    body: `${raw.slice(raw.indexOf('text'))} Bearer abc.def ${String(headers['webhook-signature'])} whsec_MfKQ9r8GK ${raw}`,
  });
  user.say('the secret word');
  await user.hears('the secret word');
  const detail = await house.advanceUntil('it failed', 10, async () => {
    const found = await inboundOf(house, id);
    return found.attempt_log.length > 0 && found;
  });
  assert.match(String(detail.attempt_log[0]?.excerpt), /^text":"\[…\]/);
  assert.doesNotMatch(JSON.stringify(detail), /secret word|abc\.def|whsec_M/);
});

test('what a desk answered in a handoff that may not be kept is withheld once the session has ended', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house, { saveChat: false });
  house.desk.behave = ({ kind }) => (kind === 'inbound' ? { status: 404, body: 'No such ticket.' } : ok);
  user.say('hello?');
  await house.until('it is dead', async () => (await house.deliveries('state=dead')).length === 1);
  assert.equal((await inboundOf(house, id)).attempt_log[0]?.excerpt, 'No such ticket.');
  user.send({ type: 'end' });
  await user.ends();
  const [attempt] = (await inboundOf(house, id)).attempt_log;
  assert.deepEqual([attempt?.status, attempt?.excerpt, attempt?.withheld], [404, null, true]);
});

test('a call that was taken a moment ago is neither skipped nor shown as owed', async (t) => {
  const house = await houseFor(t, { hands });
  const { id, user } = await connectTalk(house);
  user.say('hello?');
  await house.until('it comes', () => house.desk.of('inbound').length === 1);
  await house.settle();
  const [call] = house.desk.of('inbound');
  const refused = await house.ask('POST', `/deliveries/${call?.id}/skip`);
  assert.deepEqual([refused.status, refused.body.code], [409, 'delivery-state']);
  assert.deepEqual(await house.eventsOf(id, 'delivery-skipped'), []);
});

test('a delivery that is not there is 404, and what would walk through all that was ever delivered is refused', async (t) => {
  const house = await houseFor(t, { hands });
  const { id } = await connectTalk(house);
  for (const unknown of ['nonsense', `${id}-h1-999-0`, `${id}-h0-1-0`]) {
    const answer = await house.ask('GET', `/deliveries/${unknown}`);
    assert.deepEqual([answer.status, answer.body.code], [404, 'delivery-not-found']);
  }
  for (const state of ['delivered', 'skipped']) {
    const answer = await house.ask('GET', `/deliveries?state=${state}`);
    assert.deepEqual([answer.status, answer.body.code, answer.body.faults?.[0]?.path], [422, 'wrong-shape', 'session']);
    assert.equal((await house.ask('GET', `/deliveries?state=${state}&session=${id}`)).status, 200);
  }
});
