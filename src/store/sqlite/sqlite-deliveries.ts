import type { DatabaseSync } from 'node:sqlite';
import type { Call, CallChange } from '../../core/commands.ts';
import { deliveryWindowMs } from '../../core/schedule.ts';
import { encodeBody } from '../codec.ts';
import { deliveryColumns as columns, deliveryOf } from '../rows/delivery-row.ts';
import type { AttemptRecord, DeliveryFilter, DeliveryRef, DeliveryStore, DeskDebt, StoredDelivery } from '../store.ts';
import { inTransaction } from '../transaction.ts';
import { attemptReader, attemptWriter } from './sqlite-attempts.ts';

const keyed = 'session_id = $session AND lane = $lane AND seq = $seq AND part = $part';

type WriteCalls = (sessionId: string, calls: readonly Call[], changes: readonly CallChange[], at: number) => void;

/** Writes what a decision owes and what it does to calls owed before, inside the caller's transaction. */
export function callWriter(database: DatabaseSync): WriteCalls {
  const insert = database.prepare(
    `INSERT INTO deliveries (session_id, lane, seq, part, kind, url, detail, state, owed_at, due_at, try_until)
     VALUES (?, ?, ?, ?, ?, ?, ?, 'owed', ?, ?, ?)`,
  );
  const settle = database.prepare(
    `UPDATE deliveries SET state = $state, settled_at = $at, attempts = COALESCE($attempts, attempts),
       last_failure = COALESCE($failure, last_failure)
     WHERE ${keyed} AND (state = 'owed' OR (state = 'dead' AND $state = 'skipped'))`,
  );
  const owe = database.prepare(
    `UPDATE deliveries SET state = 'owed', settled_at = NULL, attempts = 0, owed_at = $at, due_at = $at,
       try_until = $at + ${deliveryWindowMs}, replayed = 1
     WHERE ${keyed} AND state = 'dead'`,
  );
  const cancel = database.prepare(
    `UPDATE deliveries SET state = 'skipped', settled_at = ?
     WHERE session_id = ? AND lane = ? AND state = 'owed' AND kind IN ('start', 'inbound')`,
  );
  return (sessionId, calls, changes, at) => {
    for (const { lane, seq, part, kind, url, status, owedAt, tryUntil } of calls) {
      const detail = status === undefined ? null : encodeBody(status);
      insert.run(sessionId, lane, seq, part, kind, url, detail, owedAt, owedAt, tryUntil);
    }
    for (const change of changes) {
      if (change.kind === 'cancel') cancel.run(at, sessionId, change.lane);
      else {
        const { lane, seq, part } = change.call;
        const key = { session: sessionId, lane, seq, part, at };
        if (change.state === 'owed') owe.run(key);
        else {
          const { attempts = null, cause = null } = 'attempts' in change ? change : {};
          settle.run({ ...key, state: change.state, attempts, failure: cause });
        }
      }
    }
  };
}

export function sqliteDeliveries(database: DatabaseSync, flushed: () => Promise<void>): DeliveryStore {
  const lane = database.prepare(
    `SELECT ${columns} FROM deliveries INDEXED BY deliveries_open
     WHERE session_id = ? AND lane = ? AND state IN ('owed', 'dead') AND state = 'owed' AND replayed = 0
     ORDER BY seq, part LIMIT ?`,
  );
  const owed = database.prepare(
    `SELECT ${columns} FROM deliveries INDEXED BY deliveries_open
     WHERE state IN ('owed', 'dead') AND state = 'owed' AND (session_id, lane, seq, part) > ($session, $lane, $seq, $part)
     ORDER BY session_id, lane, seq, part LIMIT $limit`,
  );
  const single = database.prepare(`SELECT ${columns} FROM deliveries WHERE ${keyed}`);
  const counts = database.prepare(
    `SELECT SUM(state = 'owed') AS owed, SUM(state = 'dead') AS dead,
       MIN(CASE WHEN state = 'owed' THEN owed_at END) AS oldest
     FROM deliveries INDEXED BY deliveries_open WHERE state IN ('owed', 'dead')`,
  );
  const open = database.prepare(
    `SELECT ${columns} FROM deliveries INDEXED BY deliveries_open
     WHERE session_id = ? AND state IN ('owed', 'dead') AND seq BETWEEN ? AND ? ORDER BY lane, seq, part`,
  );
  const record = recorder(database);
  const attempts = attemptReader(database);
  const debt = debtReader(database);
  return {
    flushed,
    record: async (made) => record(made),
    attempts: async (ref) => attempts(ref),
    open: async (sessionId, from, to) => open.all(sessionId, from, to).map(deliveryOf),
    debt: async (sessionId) => debt(sessionId),
    readLane: async (sessionId, name, limit) => lane.all(sessionId, name, limit).map(deliveryOf),
    owedIn: owedInReader(database),
    owed: async (after, limit) => owed.all({ ...position(after), limit }).map(deliveryOf),
    find: async ({ sessionId, lane: name, seq, part }) => {
      const row = single.get({ session: sessionId, lane: name, seq, part });
      return row === undefined ? null : deliveryOf(row);
    },
    list: async (filter) => list(database, filter),
    count: async () => {
      const row = counts.get();
      const oldest = row?.oldest ?? null;
      return {
        owed: Number(row?.owed ?? 0),
        dead: Number(row?.dead ?? 0),
        oldestOwedAt: oldest === null ? null : Number(oldest),
      };
    },
  };
}

function owedInReader(database: DatabaseSync): DeliveryStore['owedIn'] {
  const heads = database.prepare(
    `SELECT ${columns}, MIN(seq) FROM deliveries INDEXED BY deliveries_open
     WHERE session_id IN (SELECT value FROM json_each(?)) AND state IN ('owed', 'dead') AND state = 'owed'
     GROUP BY session_id, lane, CASE replayed WHEN 1 THEN seq END, CASE replayed WHEN 1 THEN part END`,
  );
  return async (ids) => heads.all(JSON.stringify(ids)).map(deliveryOf);
}

/**
 * Nobody waits for statuses, and a node's question is no desk's.
 * On whatever connection it is given, for reports are read on one of their own.
 */
export function debtReader(database: DatabaseSync): (sessionId: string) => DeskDebt {
  const read = database.prepare(
    `SELECT SUM(state = 'owed' AND lane LIKE 'h%') AS waiting, SUM(state = 'dead') AS dead,
       MIN(CASE WHEN state = 'owed' AND lane LIKE 'h%' THEN owed_at END) AS since,
       MAX(CASE WHEN state = 'owed' AND lane LIKE 'h%' THEN attempts END) AS tried
     FROM deliveries INDEXED BY deliveries_open WHERE session_id = ? AND state IN ('owed', 'dead')`,
  );
  // What is owed is nearer than what is dead, and the oldest of it is what the lane stands at.
  const failure = database.prepare(
    `SELECT last_failure FROM deliveries INDEXED BY deliveries_open
     WHERE session_id = ? AND state IN ('owed', 'dead') AND last_failure IS NOT NULL
     ORDER BY state DESC, CASE WHEN state = 'owed' THEN owed_at ELSE -settled_at END LIMIT 1`,
  );
  return (sessionId) => {
    const { waiting, dead, since, tried } = read.get(sessionId) ?? {};
    const open = Number(waiting ?? 0) + Number(dead ?? 0);
    const last = open === 0 ? undefined : failure.get(sessionId)?.last_failure;
    return {
      notReceivedSince: Number(tried ?? 0) > 0 ? Number(since) : null,
      waiting: Number(waiting ?? 0),
      dead: Number(dead ?? 0),
      lastFailure: typeof last === 'string' ? last : null,
    };
  };
}

const position = (after: DeliveryRef | null) => ({
  session: after?.sessionId ?? '',
  lane: after?.lane ?? '',
  seq: after?.seq ?? 0,
  part: after?.part ?? 0,
});

/**
 * Attempts of many lanes in one transaction. They change nothing that was settled in between. Not flushed: what a power
 * cut takes is a repeat under the same id.
 */
function recorder(database: DatabaseSync): (attempts: readonly AttemptRecord[]) => void {
  const delivered = database.prepare(
    `UPDATE deliveries SET state = 'delivered', attempts = ?, settled_at = ?
     WHERE session_id = ? AND lane = ? AND seq = ? AND part = ? AND state = 'owed'`,
  );
  const failed = database.prepare(
    `UPDATE deliveries SET attempts = ?, due_at = ?, last_failure = ?
     WHERE session_id = ? AND lane = ? AND seq = ? AND part = ? AND state = 'owed'`,
  );
  const note = attemptWriter(database);
  return (attempts) =>
    inTransaction(database, () => {
      for (const one of attempts) {
        const { sessionId, lane, seq, part, attempts: made } = one;
        if (one.state === 'delivered') delivered.run(made, one.at, sessionId, lane, seq, part);
        else {
          if (one.state === 'owed') failed.run(made, one.dueAt, one.failure, sessionId, lane, seq, part);
          note(one);
        }
      }
    });
}

function list(database: DatabaseSync, filter: DeliveryFilter): readonly StoredDelivery[] {
  const conditions = ['(session_id, lane, seq, part) > ($session, $lane, $seq, $part)'];
  const values: Record<string, string | number> = { ...position(filter.after ?? null), limit: filter.limit };
  if (filter.sessionId !== undefined) {
    conditions.push('session_id = $only');
    values.only = filter.sessionId;
  }
  if (filter.url !== undefined) {
    conditions.push('url = $url');
    values.url = filter.url;
  }
  // Repeating the index's own condition lets owed, stuck and dead be read from it: what was settled is never visited.
  if (filter.state === 'stuck') conditions.push("state IN ('owed', 'dead') AND state = 'owed' AND attempts > 0");
  else if (filter.state === 'owed' || filter.state === 'dead') {
    conditions.push(`state IN ('owed', 'dead') AND state = '${filter.state}'`);
  } else if (filter.state !== undefined) conditions.push(`state = '${filter.state}'`);
  return database
    .prepare(
      `SELECT ${columns} FROM deliveries WHERE ${conditions.join(' AND ')}
       ORDER BY session_id, lane, seq, part LIMIT $limit`,
    )
    .all(values)
    .map(deliveryOf);
}
