import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom } from '../../platform/random.ts';
import { next, opening, say, start } from '../kit.contract.ts';
import type { PostgresStore } from './postgres-store.ts';

const uuidAt = systemRandom().uuid;
const day = 86_400_000;
const noon = Date.UTC(2026, 10, 25, 12);

/** Partitions by the day of birth. @param newDatabase its URL. */
export function daysContract(
  newDatabase: () => Promise<string>,
  open: (url: string) => Promise<PostgresStore>,
  ask: (url: string, text: string) => Promise<readonly Record<string, unknown>[]>,
): void {
  const openSession = (at: number) => opening(start(uuidAt(at), at));
  const daysOf = async (url: string): Promise<readonly string[]> => {
    const text = `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = 'events'::regclass ORDER BY 1`;
    return (await ask(url, text)).map(({ name }) => String(name).slice('events_'.length));
  };

  test('a batch of sessions of several days, one of them without tables, is committed whole', async () => {
    const store = await open(await newDatabase());
    try {
      const births = [noon, noon - day, noon - 40 * day, Date.UTC(2026, 10, 25), Date.UTC(2026, 10, 25) - 1];
      const commits = births.map(openSession);
      const results = await store.sessions.commitBatch(commits, noon);
      assert.deepEqual(
        results,
        births.map(() => 'committed'),
      );
      const said = commits.map(({ session }) => next(session, { kind: 'connect-socket' }, session.startedAt + 1));
      const more = said.map(({ session }) => next(session, say('a'), session.startedAt + 2));
      await store.sessions.commitBatch(said, noon);
      await store.sessions.commitBatch(more, noon);
      for (const { session } of more) assert.deepEqual(await store.sessions.load(session.id), session);
      const owed = await store.deliveries.owed(null, 100);
      assert.equal(owed.length, 10);
      assert.deepEqual(await store.deliveries.owed(owed[3] ?? null, 100), owed.slice(4), 'pages go on over days');
      await store.deliveries.record(
        owed.map((one) => ({ ...one, attempts: 1, at: noon, state: 'delivered' as const })),
      );
      assert.equal((await store.deliveries.count()).owed, 0);
      const { total } = await store.reports.sessions({ offset: 0, limit: 9, mostEvents: 999 });
      assert.equal(total, 5);
    } finally {
      await store.close();
    }
  });

  test('days are dropped whole, and what was kept of them is gone for those who ask', async () => {
    const url = await newDatabase();
    const [store, other] = [await open(url), await open(url)];
    try {
      const [old, young] = [openSession(noon - 3 * day), openSession(noon)];
      await store.sessions.commitBatch([old, young], noon);
      assert.deepEqual(await other.sessions.load(old.session.id), old.session);
      assert.deepEqual(await store.days.drop(noon - 2 * day), ['20261122']);
      assert.deepEqual(await store.days.drop(noon - 2 * day), []);
      for (const one of [store, other]) {
        assert.equal(await one.sessions.load(old.session.id), null);
        assert.deepEqual(await one.sessions.load(young.session.id), young.session);
      }
      const late = next(old.session, { kind: 'leave' }, noon);
      assert.deepEqual(await other.sessions.commitBatch([late], noon), ['conflict'], 'its session is gone');
      assert.deepEqual(await other.sessions.commitBatch([openSession(noon - 3 * day)], noon), ['committed']);
    } finally {
      for (const one of [store, other]) await one.close();
    }
  });

  test('a day whose table somebody reads stays until the next time', async () => {
    const url = await newDatabase();
    const store = await open(url);
    try {
      await store.sessions.commitBatch([openSession(noon - 3 * day)], noon);
      const held = await hold(url, 'SELECT 1 FROM events_20261122');
      assert.deepEqual(await store.days.drop(noon), []);
      await held.release();
      assert.deepEqual(await store.days.drop(noon), ['20261122']);
    } finally {
      await store.close();
    }
  });

  test('twenty processes make the next days at once, and no day twice', async () => {
    const url = await newDatabase();
    const stores = await Promise.all(Array.from({ length: 20 }, () => open(url)));
    try {
      await Promise.all(stores.map((store) => store.days.makeAhead(noon + 9 * day)));
      const made = await daysOf(url);
      for (const expected of ['20261204', '20261205', '20261206', '20261207']) assert.ok(made.includes(expected));
      assert.equal(new Set(made).size, made.length);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
    }
  });

  const hold = async (url: string, text: string) => {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query('BEGIN');
    await client.query(text);
    return { release: () => client.end() };
  };
}
