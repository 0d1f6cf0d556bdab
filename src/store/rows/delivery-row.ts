import type { StatusChange } from '../../core/commands.ts';
import type { CallKind } from '../../core/events.ts';
import { decodeBody } from '../codec.ts';
import type { StoredDelivery } from '../store.ts';

/** The columns that `deliveryOf` wants. */
export const deliveryColumns =
  'session_id, lane, seq, part, kind, url, detail, state, attempts, owed_at, due_at, try_until, settled_at, last_failure, replayed';

export function deliveryOf(row: Record<string, unknown>): StoredDelivery {
  const detail = row.detail === null ? {} : { status: decodeBody<StatusChange>(String(row.detail)) };
  return {
    sessionId: String(row.session_id),
    lane: String(row.lane),
    seq: Number(row.seq),
    part: Number(row.part),
    kind: row.kind as CallKind,
    url: String(row.url),
    ...detail,
    state: row.state as StoredDelivery['state'],
    attempts: Number(row.attempts),
    owedAt: Number(row.owed_at),
    dueAt: Number(row.due_at),
    tryUntil: Number(row.try_until),
    settledAt: row.settled_at === null ? null : Number(row.settled_at),
    lastFailure: row.last_failure === null ? null : String(row.last_failure),
    replayed: row.replayed === 1,
  };
}
