import { eventVersion, messageKinds, type SessionEvent } from '../../../src/core/events.ts';
import { evolve, replay } from '../../../src/core/evolve.ts';
import { decodeEvent, decodeSession, encodeEvent, encodeSession } from '../../../src/store/codec.ts';
import type { CommitResult, RecordedAnswer, SessionCommit, SessionStore } from '../../../src/store/store.ts';
import { writeCalls } from './calls.ts';
import { compare } from './order.ts';
import { noCaller, type Rows, type SessionRow } from './rows.ts';

const snapshotEvery = 32;

/** Writes one commit. @param undo is given what takes it back, piece by piece. */
export function writeCommit(
  rows: Rows,
  commit: SessionCommit,
  at: number,
  undo: (back: () => void) => void,
): CommitResult {
  const { session, before, wakeAt } = commit;
  const row = rowFor(rows, commit, undo);
  if (row === null) return 'conflict';
  const { version: oldVersion, wakeAt: oldWakeAt, snapshot, events } = row;
  const count = events.length;
  undo(() => {
    row.version = oldVersion;
    row.wakeAt = oldWakeAt;
    row.snapshot = snapshot;
    events.length = count;
  });
  row.version = session.version;
  const isEnded = session.phase.kind === 'ended';
  if (wakeAt !== undefined || isEnded || before === 0) row.wakeAt = wakeAt ?? null;
  for (const event of commit.events) {
    if (event.seq <= events.length) throw new Error(`Event ${event.seq} of session ${session.id} is there already.`);
    events.push([event.seq, event.at, event.kind, eventVersion, encodeEvent(event)]);
  }
  for (const answer of commit.answers) writeAnswer(row, answer, at, undo);
  writeCalls(row, commit.calls, commit.changes, at, undo);
  if (Math.floor(before / snapshotEvery) !== Math.floor(session.version / snapshotEvery)) {
    row.snapshot = { version: session.version, body: encodeSession(session) };
  }
  return 'committed';
}

/** The row that a commit continues; null when another has been faster. */
function rowFor(rows: Rows, { session, before }: SessionCommit, undo: (back: () => void) => void): SessionRow | null {
  const known = rows.get(session.id);
  if (before > 0) return known?.version === before ? known : null;
  if (known !== undefined) return null;
  const row: SessionRow = {
    ...{ id: session.id, version: 0, wakeAt: null, events: [], snapshot: null },
    ...{ answers: new Map(), calls: new Map(), owner: noCaller },
  };
  rows.set(session.id, row);
  undo(() => rows.delete(session.id));
  return row;
}

function writeAnswer(row: SessionRow, answer: RecordedAnswer, at: number, undo: (back: () => void) => void): void {
  const old = row.answers.get(answer.key);
  undo(() => {
    if (old === undefined) row.answers.delete(answer.key);
    else row.answers.set(answer.key, old);
  });
  row.answers.set(answer.key, { ...answer, at });
}

export function sessionReads(rows: Rows): Omit<SessionStore, 'commitBatch' | 'flushed'> {
  const eventsOf = (id: string, after: number): readonly SessionEvent[] =>
    // Seqs have no holes: the event after a seq stands at its place.
    (rows.get(id)?.events.slice(after) ?? []).map(decodeEvent);
  return {
    load: async (id) => {
      const row = rows.get(id);
      if (row === undefined) return null;
      if (row.snapshot === null) return replay(eventsOf(id, 0));
      return eventsOf(id, row.snapshot.version).reduce(evolve, decodeSession(row.snapshot.body));
    },
    readEvents: async (id, after, limit) => {
      const rest = rows.get(id)?.events ?? [];
      return rest.slice(after, limit < 0 ? undefined : after + limit).map(decodeEvent);
    },
    readMessages: async (id, after, to, limit) => {
      const found = (rows.get(id)?.events ?? []).filter(
        ([seq, , kind]) => seq > after && seq <= to && (messageKinds as readonly string[]).includes(kind),
      );
      return found.slice(0, limit < 0 ? undefined : limit).map(decodeEvent);
    },
    readEvent: async (id, seq) => {
      const row = rows.get(id)?.events[seq - 1];
      return row === undefined ? null : decodeEvent(row);
    },
    findAnswer: async (id, key, since) => {
      const found = rows.get(id)?.answers.get(key);
      if (found === undefined || found.at < since) return null;
      return { key, fingerprint: found.fingerprint, body: found.body };
    },
    claimDue: async (at, limit) =>
      [...rows.values()]
        .filter(({ wakeAt }) => wakeAt !== null && wakeAt <= at)
        .sort((one, other) => Number(one.wakeAt) - Number(other.wakeAt) || compare(one.id, other.id))
        .slice(0, limit)
        .map(({ id }) => id),
    nextWakeAt: async (after) => {
      let first: number | null = null;
      for (const { wakeAt } of rows.values()) {
        if (wakeAt !== null && wakeAt > after && (first === null || wakeAt < first)) first = wakeAt;
      }
      return first;
    },
  };
}
