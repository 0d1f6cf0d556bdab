import { eventVersion, type Fact, type SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';

/*
 * Every body that is stored passes here and nowhere else, so that bodies can be sealed under a key per session later.
 */

/** The version of a snapshot's shape; a snapshot of another one is not used, the log is folded instead. */
export const snapshotVersion = 3;

/** A snapshot is written when the version passes a multiple of this: reading folds fewer events than twice this. */
const snapshotEvery = 32;

export const isSnapshotDue = (before: number, version: number): boolean =>
  Math.floor(before / snapshotEvery) !== Math.floor(version / snapshotEvery);

/** The log holds an event of a newer program; this one must leave the session to that. */
export class NewerEventError extends Error {
  override readonly name = 'NewerEventError';
}

/** @throws Error that does not quote the body, as the parser's would: errors are logged. */
function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new Error('A stored body is no JSON: the database is damaged; restore a backup.');
  }
}

/** The columns of an event that `decodeEvent` wants, in its order. */
export const eventColumns = 'seq, at, kind, v, body';
export type EventRow = readonly [seq: number, at: number, kind: string, v: number, body: string];

export function encodeEvent(event: SessionEvent): string {
  const { seq, at, kind, ...body } = event;
  return JSON.stringify(body);
}

/** @throws NewerEventError when a newer program wrote it. */
export function decodeEvent([seq, at, kind, v, body]: EventRow): SessionEvent {
  if (v > eventVersion) {
    throw new NewerEventError(`The log holds an event of version ${v}; upgrade this Baton to read it.`);
  }
  const fact = { kind, ...(parse(body) as object) } as Fact;
  return { ...fact, seq, at };
}

export const encodeSession = (session: Session): string => JSON.stringify(session);
export const decodeSession = (body: string): Session => parse(body) as Session;
export const encodeBody = (value: unknown): string => JSON.stringify(value);
export const decodeBody = <Value>(body: string): Value => parse(body) as Value;
