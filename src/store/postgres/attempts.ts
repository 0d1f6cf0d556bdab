import { attemptColumns, attemptOf, keptFirst, keptLast } from '../rows/attempt-row.ts';
import { type AttemptRecord, type DeliveryRef, type DeliveryStore, deliveryId } from '../store.ts';
import { type Database, few, owedOf, sqlStateOf, storable, unflushed } from './database.ts';
import { byDay, type Days } from './days.ts';

const keyed = 'a.session_id = r.session AND a.lane = r.lane AND a.seq = r.seq AND a.part = r.part';
const key = 'session uuid, lane text, seq bigint, part integer';

/*
 * What was settled in between is not touched. Failed attempts get their numbers here, which go on after a replay. The
 * attempts that were stored before are trimmed by one part of the statement, those of this batch by the other.
 */
const recordText = (day: string): string => `
WITH changed AS (
  UPDATE deliveries${day} AS a SET attempts = r.attempts, due_at = COALESCE(r.due, a.due_at),
    last_failure = COALESCE(r.failure, a.last_failure),
    state = CASE WHEN r.delivered IS NULL THEN a.state ELSE 'delivered' END,
    settled_at = COALESCE(r.delivered, a.settled_at)
  FROM (
    SELECT * FROM json_to_recordset($1::json) AS r (${key}, attempts integer, due bigint, failure text, delivered bigint)
    WHERE ${few('seq', 0)}
  ) r
  WHERE ${keyed} AND a.state = ${owedOf('r.seq')}
), noted AS MATERIALIZED (
  SELECT r.*, b.before, b.before + r.count AS last
  FROM json_to_recordset($2::json)
    AS r (${key}, nth integer, count integer, at bigint, status integer, cause text, excerpt text),
  LATERAL (SELECT COALESCE(MAX(a.number), 0) AS before FROM attempts${day} a WHERE ${keyed}) b
), inserted AS (
  INSERT INTO attempts${day} (session_id, lane, seq, part, number, at, status, cause, excerpt)
  SELECT session, lane, seq, part, before + nth, at, status, cause, excerpt FROM noted
  WHERE before + nth <= ${keptFirst} OR before + nth > last - ${keptLast}
), trimmed AS (
  DELETE FROM attempts${day} a USING (
    SELECT DISTINCT session, lane, seq, part, last FROM noted WHERE ${few('last', keptFirst + keptLast + 1)}
  ) r
  WHERE ${keyed} AND a.number > ${keptFirst} AND a.number <= r.last - ${keptLast}
)
SELECT ${unflushed}`;

/** For one day, or with null for several. */
export const recordStatement = byDay('record', recordText);

export const attemptsStatement = byDay(
  'attempts',
  (day) => `SELECT ${attemptColumns} FROM attempts${day}
    WHERE session_id = $1 AND lane = $2 AND seq = $3 AND part = $4 ORDER BY number`,
);

/** Attempts of many lanes in one statement. Not flushed: what a power cut takes is a repeat under the same id. */
export function attemptStore(database: Database, days: Days): Pick<DeliveryStore, 'record' | 'attempts'> {
  return {
    record: async (attempts) => {
      if (attempts.length === 0) return;
      const values = [JSON.stringify(outcomesOf(attempts)), JSON.stringify(notesOf(attempts))];
      const write = (): Promise<unknown> =>
        days.write(
          attempts.map(({ sessionId }) => sessionId),
          (day) => database.run(recordStatement(day), values),
        );
      // Another process noted an attempt of the same call, and gave it the same number: this one takes the next.
      await write().catch((error: unknown) => {
        if (sqlStateOf(error) !== '23505') throw error;
        return write();
      });
    },
    attempts: async ({ sessionId, lane, seq, part }) =>
      (await days.read(sessionId, attemptsStatement, [sessionId, lane, seq, part])).map(attemptOf),
  };
}

type Outcome = Readonly<{ attempts: number; due?: number; failure?: string; delivered?: number }>;

const columnsOf = ({ sessionId: session, lane, seq, part }: DeliveryRef) => ({ session, lane, seq, part });

/** One row a call: a row that is changed twice in a statement is changed once, nobody knows by which. */
function outcomesOf(attempts: readonly AttemptRecord[]): readonly object[] {
  const outcomes = new Map<string, Outcome>();
  for (const one of attempts) {
    const id = deliveryId(one);
    const before = outcomes.get(id);
    if (one.state === 'dead' || before?.delivered !== undefined) continue;
    const made = { ...columnsOf(one), ...before, attempts: one.attempts };
    if (one.state === 'delivered') outcomes.set(id, { ...made, delivered: one.at });
    else outcomes.set(id, { ...made, due: one.dueAt, failure: storable(one.failure) });
  }
  return [...outcomes.values()];
}

function notesOf(attempts: readonly AttemptRecord[]): readonly object[] {
  const failed = attempts.filter((one) => one.state !== 'delivered');
  const ofOneCall = Map.groupBy(failed, deliveryId);
  return [...ofOneCall.values()].flatMap((notes) =>
    notes.map((note, index) => ({
      ...columnsOf(note),
      ...{ nth: index + 1, count: notes.length, at: note.at, status: note.status, cause: storable(note.failure) },
      excerpt: note.excerpt === null ? null : storable(note.excerpt),
    })),
  );
}
