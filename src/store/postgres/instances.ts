import type { HeldSession, SharedStore } from '../shared.ts';
import { type Database, few, type Row, type Run, type Statement, unflushed } from './database.ts';
import { byDay, type Days } from './days.ts';

/*
 * Who makes which calls.
 * 1. A session in which something is owed names its caller: the commit that owes the first call puts its own instance
 *    there, and every other one leaves what it finds.
 * 2. A caller is let go of only where nothing was owed or changed since it looked last, which `owed_seq` tells: it is a
 *    column of the row that is locked, for what a statement sees of other tables may be older than the lock. What is owed
 *    beside it, because the outcome of a call was lost with the server, keeps it too.
 * 3. An instance whose time is over by the database's clock is marked as gone, once and for good, by whoever sees it
 *    first; only what the gone hold is taken over.
 * 4. Nothing here keeps order: two instances that make the calls of one lane make the same calls in the same order, each
 *    going on only when one was taken, so that first arrivals stay in order and the rest are repeats under the same id.
 */

/** The number of no instance. */
export const nobody = 0;

const now = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint';

const mostUnreadable = 10_000;

const renewal = {
  name: 'renew',
  text: `UPDATE instances SET until = ${now} + $2 WHERE id = $1 AND NOT gone RETURNING ${unflushed}`,
};
const gone = {
  name: 'gone',
  text: `WITH late AS (
      UPDATE instances SET gone = true WHERE $2 AND NOT gone AND until < ${now} AND id <> $1 RETURNING id
    )
    SELECT id FROM late UNION SELECT id FROM instances WHERE gone`,
};
const takeOver = {
  name: 'take_over',
  text: `WITH found AS MATERIALIZED (
      SELECT id, owed_seq FROM sessions WHERE caller = ANY ($2::integer[]) AND id <> ALL ($3::uuid[]) LIMIT $4 FOR UPDATE SKIP LOCKED
    )
    UPDATE sessions s SET caller = $1 FROM (SELECT id FROM found WHERE ${few('owed_seq + 0', 0)}) f WHERE s.id = f.id
    RETURNING s.id, s.owed_seq, ${unflushed}`,
};
const held = { name: 'held', text: 'SELECT id, owed_seq FROM sessions WHERE caller = $1' };

// Found by their ids, whatever the indexes of what is held and of what is open hold: statistics that were made when that was
// nothing make reading all of them look cheap, once for each row of the batch. OFFSET keeps the subquery one for each row.
const release = byDay(
  'release',
  (day) => `WITH found AS MATERIALIZED (
      SELECT s.id, s.owed_seq FROM sessions${day} s
      JOIN (SELECT * FROM json_to_recordset($2::json) AS r (id uuid, seq bigint) WHERE ${few('seq', 0)}) r USING (id)
      WHERE COALESCE(s.caller, -1) = $1 AND s.owed_seq = r.seq AND NOT EXISTS (
        SELECT FROM deliveries${day} d WHERE d.session_id = s.id AND d.state IN ('owed', 'dead') AND d.state = 'owed' OFFSET 0
      )
      FOR UPDATE OF s SKIP LOCKED
    )
    UPDATE sessions${day} s SET caller = NULL FROM (SELECT id FROM found WHERE ${few('owed_seq + 0', 0)}) f WHERE s.id = f.id
    RETURNING s.id, s.owed_seq, ${unflushed}`,
);
const giveUp = byDay(
  'give_up',
  (day) => `UPDATE sessions${day} SET caller = ${nobody} WHERE id = ANY ($2::uuid[]) AND caller = $1`,
);
// As a subquery, for which one plan is kept: that of an array, whose length counts, is made anew with each call.
const versions = byDay(
  'versions',
  (day) => `SELECT id, version FROM sessions${day} WHERE id = ANY (ARRAY (SELECT unnest($1::uuid[])))`,
);

/** Of those that are gone for a day and hold nothing. */
const tidied = `DELETE FROM instances i WHERE gone AND id <> ${nobody} AND until < ${now} - 86400000
  AND NOT EXISTS (SELECT FROM sessions WHERE caller = i.id)`;
/** What was committed under a number that is not known any more is for anybody. */
const orphaned = `UPDATE sessions SET caller = ${nobody}
  WHERE caller IS NOT NULL AND caller NOT IN (SELECT id FROM instances)`;

/** All statements of instances, so that a test can look at their plans. */
export const instanceStatements = { renewal, gone, takeOver, held, release, giveUp, versions };

export type PostgresInstance = Readonly<{
  /** The number of this instance; `nobody` until it joins. */
  self: () => number;
  /** Sessions that a newer program has written. */
  unreadable: () => readonly string[];
  shared: SharedStore;
}>;

export function postgresInstance(database: Database, days: Days): PostgresInstance {
  let self = nobody;
  /** Sessions that a newer program has written. */
  const unreadable = new Set<string>();
  const askEach = (ids: readonly string[], statement: (day: string) => Statement, valuesOf: ValuesOf) =>
    days.readEach(ids, (day, own) => database.run(statement(day), valuesOf(own)));
  const shared: SharedStore = {
    self: () => self,
    now: async () => Number((await database.run(`SELECT ${now} AS now`))[0]?.now),
    join: async (leaseMs) => {
      // Flushed, for a number that a crash takes back would be given to another.
      const [row] = await database.transact((run) =>
        run(`INSERT INTO instances (until) VALUES (${now} + $1) RETURNING id`, [leaseMs]),
      );
      self = Number(row?.id);
      return self;
    },
    renew: async (leaseMs) => (await database.run(renewal, [self, leaseMs])).length === 1,
    leave: async () => {
      await database.run('UPDATE instances SET gone = true WHERE id = $1', [self]);
    },
    takeOver: async (limit, alsoLate) => {
      const ids = (await database.run(gone, [self, alsoLate])).map(({ id }) => Number(id));
      return (await database.run(takeOver, [self, ids, [...unreadable], limit])).map(heldOf);
    },
    held: async () => (await database.run(held, [self])).map(heldOf),
    release: async (sessions) => {
      const seqs = new Map(sessions.map(({ sessionId, owedSeq }) => [sessionId, owedSeq]));
      const rows = await askEach([...seqs.keys()], release, (ids) => [
        self,
        JSON.stringify(ids.map((id) => ({ id, seq: seqs.get(id) }))),
      ]);
      return rows.map(heldOf);
    },
    giveUp: async (ids) => {
      if (unreadable.size > mostUnreadable) unreadable.clear();
      for (const id of ids) unreadable.add(id);
      await askEach(ids, giveUp, (own) => [self, own]);
    },
    versions: async (ids) =>
      new Map((await askEach(ids, versions, (own) => [own])).map(({ id, version }) => [String(id), Number(version)])),
    tidy: async () => {
      await database.run(tidied);
      await database.run(orphaned);
    },
    ...together(database),
  };
  return { self: () => self, unreadable: () => [...unreadable], shared };
}

type ValuesOf = (ids: readonly string[]) => readonly unknown[];

const heldOf = ({ id, owed_seq }: Row): HeldSession => ({ sessionId: String(id), owedSeq: Number(owed_seq) });

function together(database: Database): Pick<SharedStore, 'alone' | 'keepSecret'> {
  return {
    // The lock is the transaction's: a connection that a pooler lends to others keeps none.
    alone: (name, work) =>
      database.transact(async (run) => {
        await run('SELECT pg_advisory_xact_lock(hashtext($1))', [`baton ${name}`]);
        return work();
      }),
    keepSecret: (secret) =>
      database.transact(async (run: Run) => {
        await run("INSERT INTO settings (name, value) VALUES ('secret', $1) ON CONFLICT (name) DO NOTHING", [secret]);
        const [row] = await run("SELECT value FROM settings WHERE name = 'secret'");
        return String(row?.value);
      }),
  };
}
