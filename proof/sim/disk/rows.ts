import type { EventRow } from '../../../src/store/codec.ts';
import type { FailedAttempt, RecordedAnswer, StoredDelivery } from '../../../src/store/store.ts';
import { callOrder } from './order.ts';

/** A call, as the disk has it; changed by putting another in its place. */
export type CallRow = { now: StoredDelivery; attempts: readonly FailedAttempt[] };

export type SessionRow = {
  readonly id: string;
  version: number;
  wakeAt: number | null;
  readonly events: EventRow[];
  snapshot: Readonly<{ version: number; body: string }> | null;
  readonly answers: Map<string, RecordedAnswer & Readonly<{ at: number }>>;
  /** By lane, seq and part. */
  readonly calls: Map<string, CallRow>;
  /** Of a shared database: who makes its calls, and the versions of the last commit that owed some, and of the one before. */
  owner: CallerColumns;
};

export type CallerColumns = Readonly<{ caller: number | null; owedSeq: number | null; owedBefore: number | null }>;

export const noCaller: CallerColumns = { caller: null, owedSeq: null, owedBefore: null };

export type Rows = Map<string, SessionRow>;

type Key = Readonly<{ lane: string; seq: number; part: number }>;

export const keyOf = ({ lane, seq, part }: Key): string => `${lane}/${seq}/${part}`;

export const callOf = (rows: Rows, ref: Key & Readonly<{ sessionId: string }>): CallRow | undefined =>
  rows.get(ref.sessionId)?.calls.get(keyOf(ref));

/** Calls of all sessions or of one, in order of session, lane, seq and part. */
export function callsIn(rows: Rows, wanted: (call: StoredDelivery) => boolean, sessionId?: string): StoredDelivery[] {
  const sessions = sessionId === undefined ? rows.values() : [rows.get(sessionId)];
  const found: StoredDelivery[] = [];
  for (const session of sessions) {
    for (const { now } of session?.calls.values() ?? []) if (wanted(now)) found.push(now);
  }
  return found.sort(callOrder);
}
