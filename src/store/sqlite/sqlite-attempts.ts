import type { DatabaseSync } from 'node:sqlite';
import { attemptColumns, attemptOf, keptFirst, keptLast } from '../rows/attempt-row.ts';
import type { AttemptRecord, DeliveryRef, FailedAttempt } from '../store.ts';

const keyed = 'session_id = $session AND lane = $lane AND seq = $seq AND part = $part';

type Failed = Exclude<AttemptRecord, { state: 'delivered' }>;

/** Writes one failed attempt inside the caller's transaction. Numbers go on after a replay. */
export function attemptWriter(database: DatabaseSync): (attempt: Failed) => void {
  const insert = database.prepare(
    `INSERT INTO attempts (session_id, lane, seq, part, number, at, status, cause, excerpt)
     SELECT $session, $lane, $seq, $part, COALESCE(MAX(number), 0) + 1, $at, $status, $cause, $excerpt
     FROM attempts WHERE ${keyed} RETURNING number`,
  );
  const trim = database.prepare(`DELETE FROM attempts WHERE ${keyed} AND number > ${keptFirst} AND number <= $until`);
  return ({ sessionId: session, lane, seq, part, at, status, failure: cause, excerpt }) => {
    const key = { session, lane, seq, part };
    const number = Number(insert.get({ ...key, at, status, cause, excerpt })?.number);
    if (number > keptFirst + keptLast) trim.run({ ...key, until: number - keptLast });
  };
}

export function attemptReader(database: DatabaseSync): (ref: DeliveryRef) => readonly FailedAttempt[] {
  const read = database.prepare(`SELECT ${attemptColumns} FROM attempts WHERE ${keyed} ORDER BY number`);
  return ({ sessionId: session, lane, seq, part }) => read.all({ session, lane, seq, part }).map(attemptOf);
}
