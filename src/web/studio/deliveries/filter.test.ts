import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  type Delivery,
  type Filter,
  merged,
  noFilter,
  readFilter,
  sessionIdIn,
  stateOf,
  writeFilter,
} from './filter.ts';

const session = '0198c0de-0000-7000-8000-000000000001';

const reread = (filter: Filter): Filter => readFilter(new URLSearchParams(writeFilter(filter)));

test('a filter in an address is the same when it is read again', () => {
  const filters: readonly Filter[] = [
    noFilter,
    { ...noFilter, state: 'dead', url: 'https://desk.example/a?b=c&d=%20#e' },
    { ...noFilter, state: 'delivered', session },
    { state: 'owed', url: '', session, open: `${session}-h1-12-0` },
  ];
  for (const filter of filters) assert.deepEqual(reread(filter), filter);
  assert.equal(writeFilter(noFilter), '');
});

test('what was delivered is not asked for without a session, and unknown states are none', () => {
  assert.equal(reread({ ...noFilter, state: 'skipped' }).state, 'attention');
  assert.equal(readFilter(new URLSearchParams('?state=delivered')).state, 'attention');
  assert.equal(readFilter(new URLSearchParams('?state=lost')).state, 'attention');
});

test('a session is found in whatever was pasted', () => {
  assert.equal(sessionIdIn(`  ${session.toUpperCase()} `), session);
  assert.equal(sessionIdIn(`https://baton.example/studio/sessions/${session}?x`), session);
  assert.equal(sessionIdIn(`${session}-h1-12-0`), session);
  assert.equal(sessionIdIn('0198c0de'), null);
  assert.equal(sessionIdIn(''), null);
});

const delivery = (seq: number, part = 0, lane = 'h1'): Delivery => ({
  ...{
    id: `${session}-${lane}-${seq}-${part}`,
    session_id: session,
    lane,
    kind: 'inbound',
    seq,
    url: 'https://a.example',
  },
  ...{ state: 'dead', attempts: 1, owed_since: '2026-05-03T07:56:26.958Z', next_attempt_at: null, last_failure: null },
});

const list = (deliveries: readonly Delivery[], next_after: string | null = null) => ({
  deliveries: [...deliveries],
  next_after,
});

const seqs = (deliveries: readonly Delivery[]) => deliveries.map(({ seq, id }) => `${seq}.${id.at(-1)}`);

test('two lists become one in the order of the server, and numbers are numbers', () => {
  const { deliveries, hasMore } = merged([list([delivery(9), delivery(30)]), list([delivery(10), delivery(9, 1)])]);
  assert.deepEqual(seqs(deliveries), ['9.0', '9.1', '10.0', '30.0']);
  assert.equal(hasMore, false);
});

test('nothing is shown behind the end of a list that goes on, for something may belong between', () => {
  const { deliveries, hasMore } = merged([
    list([delivery(2), delivery(4)], 'more'),
    list([delivery(3), delivery(5), delivery(6)]),
  ]);
  assert.deepEqual(seqs(deliveries), ['2.0', '3.0', '4.0']);
  assert.equal(hasMore, true);
});

test('one that changed its state between two questions is shown once', () => {
  assert.deepEqual(seqs(merged([list([delivery(2)]), list([delivery(2), delivery(3)])]).deliveries), ['2.0', '3.0']);
});

test('what is owed and was tried is stuck', () => {
  assert.equal(stateOf({ state: 'owed', attempts: 0 }), 'owed');
  assert.equal(stateOf({ state: 'owed', attempts: 2 }), 'stuck');
  assert.equal(stateOf({ state: 'dead', attempts: 2 }), 'dead');
});
