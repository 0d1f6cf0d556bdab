import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  allSessions,
  askedOf,
  isFiltered,
  readSessionFilter,
  revisionOf,
  type SessionFilter,
  writeSessionFilter,
} from './session-filter.ts';

const whole: SessionFilter = {
  ...{ agent: 'a b&c=ü', from: '2026-05-01', to: '2026-05-03', page: 4 },
  ...{ state: 'open', handoff: 'without', trial: 'only' },
};

const reread = (filter: SessionFilter): SessionFilter =>
  readSessionFilter(new URLSearchParams(writeSessionFilter(filter)));

test('a filter in an address is the same when it is read again', () => {
  for (const filter of [allSessions, whole, { ...allSessions, page: 1 }]) assert.deepEqual(reread(filter), filter);
  assert.equal(writeSessionFilter(allSessions), '');
});

test('nonsense in an address filters nothing', () => {
  const query = '?agent=&from=yesterday&to=2026-13-45&state=shut&handoff=maybe&trial=&page=-3';
  assert.deepEqual(readSessionFilter(new URLSearchParams(query)), allSessions);
});

test('another page is no filter', () => {
  assert.equal(isFiltered({ ...allSessions, page: 3 }), false);
  assert.equal(isFiltered(whole), true);
});

test('both days are included, and are days where the reader lives', () => {
  const { from_date, to_date, ...rest } = askedOf(whole);
  assert.equal(from_date, new Date(2026, 4, 1).toISOString());
  assert.equal(to_date, new Date(2026, 4, 4).toISOString());
  assert.deepEqual(rest, {
    ...{ agent_id: 'a b&c=ü', state: 'open', handoff: 'without', trial: 'only' },
    ...{ page_number: 4, page_size: 25 },
  });
  const asked = Object.entries(askedOf(allSessions)).filter(([, value]) => value !== undefined);
  assert.deepEqual(Object.fromEntries(asked), { page_number: 0, page_size: 25 });
});

test('a trial names the revision of its draft, whoever is its live agent', () => {
  assert.deepEqual([3, -24, -25].map(revisionOf), [null, 12, 12]);
});
