// Proves the plan's prover: it spreads as PostgreSQL does, what is laid out well holds, and what is not is named.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { test } from 'node:test';
import { isUuid } from '../../src/platform/random.ts';
import { dayOf as dayOfId } from '../../src/store/postgres/days.ts';
import { chanceOf } from '../random.ts';
import { bytesOfId, hashOfId, idOf, shardOf } from './ids.ts';
import { inputs } from './measured.ts';
import { plans } from './plans.ts';
import { brokenOf, dayOf, orderOfFalls, play } from './play.ts';
import { playDay, rateAt, spreadByHash, spreadByRange } from './spread.ts';
import { fill, upgrade } from './upgrade.ts';

const { built, cells, citus, databases } = plans;
assert.ok(built && cells && citus && databases);

const brokenIn = (...[plan, sessions, from]: [Parameters<typeof play>[0], number, typeof inputs?]): readonly string[] =>
  brokenOf(play(plan, sessions, '1', from)).map(({ limit }) => limit);

test('ids are hashed as PostgreSQL hashes them (uuid_hash, asked of version 15)', () => {
  const asked = {
    '01890000-0000-7000-8000-000000000001': -1252569568,
    '01a210ab-6bf2-73df-9327-dcb5a4eea4bd': -1408380976,
    'ffffffff-ffff-7fff-bfff-ffffffffffff': -1510187417,
  };
  for (const [id, hash] of Object.entries(asked))
    assert.equal(hashOfId(Buffer.from(id.replaceAll('-', ''), 'hex')), hash);
  assert.deepEqual(
    [-0x8000_0000, -1, 0, 0x7fff_ffff].map((hash) => shardOf(hash, 32)),
    [0, 15, 16, 31],
  );
});

test('ids are those of the program: version 7, of the instant', () => {
  const at = Date.UTC(2026, 10, 25, 23, 59, 59, 999);
  const id = idOf(at, chanceOf('a'));
  assert.ok(isUuid(id));
  assert.equal(id[14], '7');
  assert.equal(dayOfId(id), '20261125');
  assert.deepEqual(bytesOfId(at, chanceOf('a')), bytesOfId(at, chanceOf('a')));
});

test('a day has its mean and its peak, and conversations a heavy tail around the measured mean', () => {
  const rates = Array.from({ length: 1_440 }, (_, minute) => rateAt(minute / 1_440, inputs.peakFactor));
  assert.ok(Math.abs(rates.reduce((sum, rate) => sum + rate, 0) / rates.length - 1) < 0.02);
  assert.equal(Math.max(...rates), inputs.peakFactor);
  const lengths = playDay(20_000, chanceOf('b'), inputs).map(({ messages }) => messages);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / lengths.length;
  assert.ok(Math.abs(mean - inputs.messagesPerConversation) < 1, `${mean}`);
  assert.ok(lengths.filter((length) => length >= 75).length > 100);
});

test('by hash all databases write alike; by range of the id today is one database; shards have to divide', () => {
  const day = dayOf('1');
  assert.ok(spreadByHash(day, 128, 8).databases.fullest < 1.05);
  assert.ok(spreadByHash(day, 32, 12).databases.fullest > 1.1);
  assert.ok(spreadByRange(day, 8, 7).fullest > 7);
});

test('cells hold every limit at a hundred million sessions a day, from any seed', () => {
  for (const seed of ['1', '2']) assert.deepEqual(brokenOf(play(cells, 1e8, seed)), []);
  assert.deepEqual(brokenIn(cells, 1e7), []);
});

test('what is laid out too small breaks by name: the loss of an instance, and a thousand million on eight databases', () => {
  const few = brokenIn({ ...cells, instances: 7 }, 1e8);
  assert.ok(few.includes('sockets of an instance when one is lost'), few.join(', '));
  const many = brokenIn(cells, 1e9);
  assert.ok(many.includes('CPU of a database') && many.includes('disk of a database'), many.join(', '));
});

test('one database falls by wake-ups and hints before it falls by messages, and Citus as it is by the wait', () => {
  const [first, second] = orderOfFalls(built, '1');
  assert.deepEqual([first?.limit, second?.limit], ['CPU of a database for wake-ups', 'CPU of a database for hints']);
  assert.equal(orderOfFalls(citus, '1')[0]?.limit, 'a batch is committed');
  assert.equal(orderOfFalls(databases, '1')[0]?.limit, 'connections of a database');
});

test('an input that is measured anew moves what follows from it', () => {
  const slow = { ...inputs, databaseMessageUs: inputs.databaseMessageUs * 20 };
  assert.ok(brokenIn(cells, 1e8, slow).includes('CPU of a database'));
  assert.ok(
    brokenIn({ ...cells, instances: 9 }, 1e8, { ...inputs, resumeUs: 20_000 }).some((limit) => /resumed/.test(limit)),
  );
});

test('an upgrade moves each socket once behind a balancer that counts, and heaps them behind one that does not', () => {
  const counting = upgrade(9, 9_000, 'least connections', chanceOf('c'));
  const turning = upgrade(9, 9_000, 'round robin', chanceOf('c'));
  assert.equal(counting.moves, 1);
  assert.ok(turning.moves > 1.3 && turning.fullest > 1.3, JSON.stringify(turning));
  const chance = chanceOf('d');
  assert.ok(fill(9, inputs, 'least connections', chance) * 5 < fill(9, inputs, 'round robin', chance));
});
