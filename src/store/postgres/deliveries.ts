import { isUuid } from '../../platform/random.ts';
import { deliveryColumns as columns, deliveryOf } from '../rows/delivery-row.ts';
import type { DeliveryFilter, DeliveryRef, DeliveryStore, DeskDebt, StoredDelivery } from '../store.ts';
import { attemptStore } from './attempts.ts';
import type { Database, Row } from './database.ts';
import { byDay, type Days } from './days.ts';

/*
 * What serves which statement: of every day its part of deliveries_open, a partial index of calls that are owed or dead,
 * all but `find` and the lists of settled calls, which the primary key serves. What was settled is never visited.
 */
const isOpen = "state IN ('owed', 'dead')";
const order = 'ORDER BY session_id, lane, seq, part';
// The first condition names the days that are read, the second one the place in them.
const behind = 'session_id >= $1 AND (session_id, lane, seq, part) > ($1, $2, $3, $4)';
/** Calls of handoffs: nobody waits for statuses, and a node's question is no desk's. */
const waiting = `state = 'owed' AND lane LIKE 'h%'`;

const openOf = (name: string, condition: string) =>
  byDay(name, (day) => `SELECT ${columns} FROM deliveries${day} WHERE session_id = $1 AND ${isOpen} AND ${condition}`);

/** A lane has one row here, and every replayed call one of its own. */
const place = (column: string): string => `CASE replayed WHEN 1 THEN ${column} ELSE 0 END`;
/** All statements of deliveries, so that a test can look at their plans. */
export const deliveryStatements = {
  lane: openOf('lane', "lane = $2 AND state = 'owed' AND replayed = 0 ORDER BY seq, part LIMIT $3"),
  open: openOf('open', 'seq BETWEEN $2 AND $3 ORDER BY lane, seq, part'),
  owed: {
    name: 'owed',
    text: `SELECT ${columns} FROM deliveries WHERE ${isOpen} AND state = 'owed' AND ${behind} ${order} LIMIT $5`,
  },
  // As a subquery, for which one plan is kept: that of an array, whose length counts, is made anew with each call.
  owedIn: byDay(
    'owed_in',
    (day) => `SELECT DISTINCT ON (session_id, lane, ${place('seq')}, ${place('part')}) ${columns}
      FROM deliveries${day} WHERE session_id = ANY (ARRAY (SELECT unnest($1::uuid[]))) AND ${isOpen} AND state = 'owed'
    ORDER BY session_id, lane, ${place('seq')}, ${place('part')}, seq, part`,
  ),
  single: byDay(
    'delivery',
    (day) => `SELECT ${columns} FROM deliveries${day} WHERE session_id = $1 AND lane = $2 AND seq = $3 AND part = $4`,
  ),
  count: {
    name: 'count',
    text: `SELECT COUNT(*) FILTER (WHERE state = 'owed') AS owed, COUNT(*) FILTER (WHERE state = 'dead') AS dead,
        MIN(owed_at) FILTER (WHERE state = 'owed') AS oldest
      FROM deliveries WHERE ${isOpen}`,
  },
  // What is owed is nearer than what is dead, and the oldest of it is what the lane stands at.
  debt: byDay(
    'debt',
    (day) => `SELECT COUNT(*) FILTER (WHERE ${waiting}) AS waiting, COUNT(*) FILTER (WHERE state = 'dead') AS dead,
        MIN(owed_at) FILTER (WHERE ${waiting}) AS since, MAX(attempts) FILTER (WHERE ${waiting}) AS tried,
        (ARRAY_AGG(last_failure ORDER BY state DESC, CASE WHEN state = 'owed' THEN owed_at ELSE -settled_at END)
          FILTER (WHERE last_failure IS NOT NULL))[1] AS failure
      FROM deliveries${day} WHERE session_id = $1 AND ${isOpen}`,
  ),
};

export function postgresDeliveries(database: Database, days: Days): DeliveryStore {
  const { lane, open, owed, single, count } = deliveryStatements;
  return {
    // As that of sessions. An attempt's outcome may be seen before it is flushed; who acts on it repeats a call at most.
    flushed: async () => {},
    ...attemptStore(database, days),
    open: async (sessionId, from, to) => (await days.read(sessionId, open, [sessionId, from, to])).map(deliveryOf),
    debt: debtReader(days),
    readLane: async (sessionId, name, limit) =>
      (await days.read(sessionId, lane, [sessionId, name, limit])).map(deliveryOf),
    owed: async (after, limit) => (await database.run(owed, [...position(after), limit])).map(deliveryOf),
    owedIn: async (ids) =>
      (await days.readEach(ids, (day, own) => database.run(deliveryStatements.owedIn(day), [own]))).map(deliveryOf),
    find: async ({ sessionId, lane: name, seq, part }) => {
      const [row] = await days.read(sessionId, single, [sessionId, name, seq, part]);
      return row === undefined ? null : deliveryOf(row);
    },
    list: (filter) => list(database, days, filter),
    count: async () => {
      const [row] = await database.run(count);
      return { owed: Number(row?.owed), dead: Number(row?.dead), oldestOwedAt: numberOrNull(row?.oldest) };
    },
  };
}

/** On whatever connection it is given, for reports are read on one of their own. */
export function debtReader(days: Days): (sessionId: string) => Promise<DeskDebt> {
  return async (sessionId) => {
    const [row = {} as Row] = await days.read(sessionId, deliveryStatements.debt, [sessionId]);
    return {
      notReceivedSince: Number(row.tried ?? 0) > 0 ? numberOrNull(row.since) : null,
      waiting: Number(row.waiting ?? 0),
      dead: Number(row.dead ?? 0),
      lastFailure: typeof row.failure === 'string' ? row.failure : null,
    };
  };
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const beforeAll: DeliveryRef = { sessionId: '00000000-0000-0000-0000-000000000000', lane: '', seq: 0, part: 0 };

const position = (after: DeliveryRef | null): readonly unknown[] => {
  const { sessionId, lane, seq, part } = after ?? beforeAll;
  return [sessionId, lane, seq, part];
};

async function list(database: Database, days: Days, filter: DeliveryFilter): Promise<readonly StoredDelivery[]> {
  const { sessionId, after = null, limit, state, url = null } = filter;
  if (after !== null && !isUuid(after.sessionId)) return [];
  const values = [...position(after), limit, url];
  if (sessionId === undefined) return (await database.run(listed(null, state), values)).map(deliveryOf);
  return (await days.read(sessionId, (day) => listed(day, state), [...values, sessionId])).map(deliveryOf);
}

const stateConditions: Readonly<Record<NonNullable<DeliveryFilter['state']> | 'any', string>> = {
  any: '',
  stuck: `AND ${isOpen} AND state = 'owed' AND attempts > 0`,
  owed: `AND ${isOpen} AND state = 'owed'`,
  dead: `AND ${isOpen} AND state = 'dead'`,
  delivered: "AND state = 'delivered'",
  skipped: "AND state = 'skipped'",
};

const listed = (day: string | null, state: DeliveryFilter['state'] = undefined) => {
  const kind = state ?? 'any';
  const only = day === null ? '' : 'AND session_id = $7';
  const from = day === null ? 'deliveries' : `deliveries_${day}`;
  const text = `SELECT ${columns} FROM ${from} WHERE ${behind} ${stateConditions[kind]} ${only}
    AND ($6::text IS NULL OR url = $6) ${order} LIMIT $5`;
  return { name: `list_${kind}${day === null ? '' : `_${day}`}`, text };
};
