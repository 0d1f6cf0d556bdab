import { messageKinds, type SessionEvent } from '../../core/events.ts';
import { evolve, replay } from '../../core/evolve.ts';
import type { Session } from '../../core/session.ts';
import { decodeEvent, decodeSession, type EventRow, eventColumns, snapshotVersion } from '../codec.ts';
import type { SessionStore } from '../store.ts';
import { committer } from './commit.ts';
import { type Database, few, unflushed } from './database.ts';
import { byDay, type Days } from './days.ts';
import type { PostgresInstance } from './instances.ts';

const messages = messageKinds.map((kind) => `'${kind}'`).join(', ');

/** How long a session that was found due is this instance's alone to wake. */
const claimedMs = 10_000;

/*
 * What serves which statement: events_<day>_pkey the reads of the log, snapshots_<day>_pkey and answers_<day>_pkey the
 * others of one session; sessions_<day>_pkey the version check; of every day its part of sessions_due, a partial index
 * that holds sessions that wait for something, the two reads of wake-ups.
 */
const eventStatement = (name: string, condition: string) =>
  byDay(name, (day) => `SELECT ${eventColumns} FROM events${day} WHERE session_id = $1 AND ${condition}`);

/** All statements of sessions, so that a test can look at their plans. */
export const sessionStatements = {
  events: eventStatement('events', 'seq > $2 ORDER BY seq LIMIT $3'),
  utterances: eventStatement('utterances', `seq > $2 AND seq <= $3 AND kind IN (${messages}) ORDER BY seq LIMIT $4`),
  event: eventStatement('event', 'seq = $2'),
  // The snapshot, with no kind and before all events, and the events after it: of one instant, in one round trip.
  load: byDay(
    'load',
    (day) => `WITH latest AS MATERIALIZED (
        SELECT version, body FROM snapshots${day} WHERE session_id = $1 AND v = ${snapshotVersion}
      )
      SELECT version AS seq, 0::bigint AS at, '' AS kind, 0 AS v, body FROM latest
      UNION ALL
      SELECT ${eventColumns} FROM events${day}
      WHERE session_id = $1 AND seq > COALESCE((SELECT version FROM latest), 0)
      ORDER BY seq`,
  ),
  answer: byDay(
    'answer',
    (day) => `SELECT fingerprint, body FROM answers${day} WHERE session_id = $1 AND key = $2 AND at >= $3`,
  ),
  // Found by one instance: for the others it is due again when this one would have had time enough.
  due: {
    name: 'due',
    text: `WITH found AS MATERIALIZED (
        SELECT id, wake_at FROM sessions WHERE wake_at <= $1 AND id <> ALL ($3::uuid[]) ORDER BY wake_at LIMIT $2
        FOR UPDATE SKIP LOCKED
      )
      UPDATE sessions s SET wake_at = $1 + ${claimedMs}
      FROM (SELECT id FROM found WHERE ${few('wake_at + 0', 0)}) f WHERE s.id = f.id
      RETURNING s.id, ${unflushed}`,
  },
  next: {
    name: 'next',
    text: 'SELECT wake_at FROM sessions WHERE wake_at > $1 AND id <> ALL ($2::uuid[]) ORDER BY wake_at LIMIT 1',
  },
};

/** @param instance whose store this is. */
export function postgresSessions(
  database: Database,
  days: Days,
  { self, unreadable }: Pick<PostgresInstance, 'self' | 'unreadable'>,
): SessionStore {
  return {
    commitBatch: committer(database, days, self),
    // Others see a commit only when it is flushed: a transaction stays invisible until its flush has come back. So
    // what anybody has read is on disk.
    flushed: async () => {},
    ...sessionReads(days),
    findAnswer: async (id, key, since) => {
      const [row] = await days.read(id, sessionStatements.answer, [id, key, since]);
      return row === undefined ? null : { key, fingerprint: String(row.fingerprint), body: String(row.body) };
    },
    claimDue: async (at, limit) =>
      (await database.run(sessionStatements.due, [at, limit, unreadable()])).map(({ id }) => String(id)),
    nextWakeAt: async (after) => {
      const [row] = await database.run(sessionStatements.next, [after, unreadable()]);
      return row === undefined ? null : Number(row.wake_at);
    },
  };
}

type Reads = Pick<SessionStore, 'load' | 'readEvents' | 'readMessages' | 'readEvent'>;

export function sessionReads(days: Days): Reads {
  const decode = (row: readonly unknown[]): SessionEvent => decodeEvent(row as unknown as EventRow);
  return {
    load: async (id) => {
      const [first, ...rest] = await days.readArrays(id, sessionStatements.load, [id]);
      if (first === undefined) return null;
      const [, , kind, , body] = first as unknown as EventRow;
      if (kind !== '') return replay([first, ...rest].map(decode));
      return rest.map(decode).reduce(evolve, decodeSession(body) as Session);
    },
    readEvents: async (id, after, limit) =>
      (await days.readArrays(id, sessionStatements.events, [id, after, orAll(limit)])).map(decode),
    readMessages: async (id, after, to, limit) =>
      (await days.readArrays(id, sessionStatements.utterances, [id, after, to, orAll(limit)])).map(decode),
    readEvent: async (id, seq) => {
      const [row] = await days.readArrays(id, sessionStatements.event, [id, seq]);
      return row === undefined ? null : decode(row);
    },
  };
}

const orAll = (limit: number): number | null => (limit < 0 ? null : limit);
