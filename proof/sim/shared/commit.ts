import { wakeAt } from '../../../src/core/response-clock.ts';
import type { CommitResult, SessionCommit } from '../../../src/store/store.ts';
import type { CallerColumns, Rows } from '../disk/rows.ts';
import { writeCommit } from '../disk/sessions.ts';
import { nobody, putOwner } from './instances.ts';

type Undo = (back: () => void) => void;

/** Writes one commit as the shared database does: it also says who makes the calls that are owed. */
export function writeShared(rows: Rows, commit: SessionCommit, at: number, self: number, undo: Undo): CommitResult {
  const before = rows.get(commit.session.id)?.owner;
  const stored = rows.get(commit.session.id)?.wakeAt ?? null;
  const result = writeCommit(rows, { ...commit, wakeAt: wakeUp(commit, stored, at) }, at, undo);
  const row = rows.get(commit.session.id);
  if (result === 'conflict' || row === undefined) return 'conflict';
  if (commit.calls.length === 0 && commit.changes.length === 0) return 'committed';
  const owner = ownerAfter(before, commit.session.version, self);
  putOwner(row, owner, undo);
  if (owner.caller === nobody && self === nobody) return 'committed';
  return { caller: owner.caller ?? nobody, owedBefore: owner.owedBefore };
}

/** Whoever makes the calls of a session goes on to; where nobody does it is whoever commits. */
function ownerAfter(before: CallerColumns | undefined, version: number, self: number): CallerColumns {
  const caller = before?.caller ?? null;
  return { caller: caller ?? self, owedSeq: version, owedBefore: caller === null ? null : (before?.owedSeq ?? null) };
}

/** Others may have written another wake-up than the commit knows of, so whether it may stay is looked at here. */
function wakeUp({ wakeAt: wanted, session }: SessionCommit, stored: number | null, at: number): number | null {
  if (wanted !== undefined) return wanted;
  const due = wakeAt(session);
  if (stored === null || due === null) return due;
  return stored > at && stored <= due && (stored - at) * 4 >= due - at ? stored : due;
}
