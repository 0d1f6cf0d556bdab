import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DeskSync } from '../../src/contract/desk-api.ts';
import { handClock } from '../../src/platform/hand-clock.ts';
import { until } from '../house/kit/until.ts';
import { nameOf, untilStory } from './kit/browser.ts';
import { officeFor } from './kit/office.ts';

test('two tabs stay in step, and one that resumes misses nothing', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const { cursor } = (await office.browser.get<DeskSync>('/desk/api/sync')).body;
  const [left, right] = [await office.browser.stream(cursor), await office.browser.stream(cursor)];
  assert.equal(left.response.headers['content-type'], 'text/event-stream; charset=utf-8');
  for (const n of [1, 2]) await office.browser.say(talk.at, `client-000${n}`, `line ${n}`);
  await talk.user.hears('line 2');
  await until('both know that it is taken', () => {
    const statuses = [left, right].flatMap((tab) => [...tab.entries().values()]);
    return statuses.length === 4 && statuses.every((entry) => 'status' in entry && entry.status === 'submitted');
  });
  const resumeAt = right.lastId();
  right.close();
  talk.user.say('while you were away', 'away');
  talk.user.send({ type: 'read', seq: talk.user.lastSeq() });
  await office.browser.say(talk.at, 'client-0003', 'line 3');
  const settled = await untilStory(office.browser, talk.at, 'all is told', ({ entries }) => {
    const statuses = entries.map((entry) => ('status' in entry ? entry.status : 'heard'));
    return String(statuses) === 'read,read,submitted,heard' || String(statuses) === 'read,read,heard,submitted';
  });
  const resumed = await office.browser.stream(cursor, { 'last-event-id': String(resumeAt) });
  await until('both have caught up', () => Math.min(left.lastId(), resumed.lastId()) >= settled.cursor);
  const known = new Map([...right.entries(), ...resumed.entries()]);
  for (const tab of [left.entries(), known]) {
    assert.deepEqual(
      settled.entries.map((entry) => tab.get(nameOf(entry))),
      settled.entries,
    );
  }
  assert.ok(
    resumed.syncs.every(({ cursor: at }) => at > resumeAt),
    'nothing is told again',
  );
});

test('the changes of one turn come as one event with the newest of each', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  const stream = await office.browser.stream(0);
  await until('it begins', () => stream.syncs.length > 0);
  const sync = (await office.browser.get<DeskSync>('/desk/api/sync?after=0')).body;
  assert.deepEqual(stream.syncs[0], sync);
  assert.deepEqual(
    sync.conversations.map(({ id }) => id),
    [talk.at],
  );
  const rest = (await office.browser.get<DeskSync>(`/desk/api/sync?after=${sync.cursor}`)).body;
  assert.deepEqual(rest, { cursor: sync.cursor, conversations: [], entries: [] });
});

test('a stream without a cursor, or with one of another database, begins with the overview', async (t) => {
  const office = await officeFor(t);
  await office.arrive();
  for (const stream of [await office.browser.stream(), await office.browser.stream(1_000_000)]) {
    await until('it begins', () => stream.syncs.length > 0);
    assert.equal(stream.syncs[0]?.conversations.length, 1);
  }
});

test('a long backlog comes in pieces, with nothing missed and nothing twice', async (t) => {
  const office = await officeFor(t);
  const talk = await office.arrive();
  office.routerUrl = 'http://127.0.0.1:9';
  for (let n = 0; n < 450; n += 1)
    await office.browser.say(talk.at, `client-${String(n).padStart(4, '0')}`, `line ${n}`);
  const stream = await office.browser.stream(0);
  await until('it has all', () => stream.entries().size === 450);
  assert.ok(stream.syncs.length >= 3);
  assert.equal(
    stream.syncs.reduce((sum, { entries }) => sum + entries.length, 0),
    450,
  );
});

test('quiet streams are kept alive, and end with their sign-in', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  const stream = await office.browser.stream();
  await until('it begins', () => stream.syncs.length > 0);
  assert.ok(stream.text().startsWith('retry: 1000\n\n'));
  clock.advance(15_000);
  await until('it beats', () => stream.text().includes('event: beat\ndata:\n\n'));
  const cookie = office.browser.cookie();
  assert.equal((await office.browser.post('/desk/api/sign-out')).status, 204);
  await until('it ends', () => stream.isOver());
  const answer = await office.browser.get('/desk/api/stream', { cookie });
  assert.deepEqual([answer.status, answer.body.code], [401, 'signed-out']);
});

test('a sign-in that runs out ends its streams at the next beat', async (t) => {
  const clock = handClock(Date.now());
  const office = await officeFor(t, { clock });
  const stream = await office.browser.stream();
  await until('it begins', () => stream.syncs.length > 0);
  office.alter('UPDATE sign_ins SET expires_at = ?', clock.now());
  clock.advance(15_000);
  await until('it ends', () => stream.isOver());
});

test('a desk that stops ends its streams at once', async (t) => {
  const office = await officeFor(t);
  const stream = await office.browser.stream();
  await until('it begins', () => stream.syncs.length > 0);
  await office.stop();
  await until('it ends', () => stream.isOver());
});
