import type { HeldSession } from '../../../src/store/shared.ts';
import type { CallerColumns, Rows, SessionRow } from '../disk/rows.ts';

type Undo = (back: () => void) => void;

/** The table of instances. A number is never given twice, whatever is forgotten. */
export type InstanceRows = {
  last: number;
  readonly rows: Map<number, Readonly<{ until: number; gone: boolean }>>;
};

/** The number of no instance: what it holds may be taken over. */
export const nobody = 0;

export const newInstances = (): InstanceRows => ({ last: 0, rows: new Map([[nobody, { until: 0, gone: true }]]) });

function put({ rows }: InstanceRows, id: number, row: Readonly<{ until: number; gone: boolean }>, undo: Undo): void {
  const old = rows.get(id);
  undo(() => {
    if (old === undefined) rows.delete(id);
    else rows.set(id, old);
  });
  rows.set(id, row);
}

export function join(instances: InstanceRows, until: number, undo: Undo): number {
  instances.last += 1;
  put(instances, instances.last, { until, gone: false }, undo);
  return instances.last;
}

export function renew(instances: InstanceRows, id: number, until: number, undo: Undo): boolean {
  const row = instances.rows.get(id);
  if (row === undefined || row.gone) return false;
  put(instances, id, { ...row, until }, undo);
  return true;
}

export function leave(instances: InstanceRows, id: number, undo: Undo): void {
  const row = instances.rows.get(id);
  if (row !== undefined) put(instances, id, { ...row, gone: true }, undo);
}

/** Marks those whose time is over by `late`; null for none. @returns all that are gone. */
export function findGone(instances: InstanceRows, self: number, late: number | null, undo: Undo): ReadonlySet<number> {
  for (const [id, row] of instances.rows) {
    if (late !== null && !row.gone && row.until < late && id !== self) put(instances, id, { ...row, gone: true }, undo);
  }
  return new Set([...instances.rows].filter(([, { gone }]) => gone).map(([id]) => id));
}

export function putOwner(row: SessionRow, owner: CallerColumns, undo: Undo): void {
  const old = row.owner;
  undo(() => {
    row.owner = old;
  });
  row.owner = owner;
}

const heldOf = ({ id, owner }: SessionRow): HeldSession => ({ sessionId: id, owedSeq: Number(owner.owedSeq) });

/** @param takes which of them are to be had at all: a row that another statement has locked is passed over. */
export function takeOver(
  rows: Rows,
  self: number,
  { gone, limit, takes }: Readonly<{ gone: ReadonlySet<number>; limit: number; takes: (row: SessionRow) => boolean }>,
  undo: Undo,
): readonly HeldSession[] {
  const found = [...rows.values()].filter(
    (row) => row.owner.caller !== null && gone.has(row.owner.caller) && takes(row),
  );
  const taken = found.slice(0, limit);
  for (const row of taken) putOwner(row, { ...row.owner, caller: self }, undo);
  return taken.map(heldOf);
}

export const held = (rows: Rows, self: number): readonly HeldSession[] =>
  [...rows.values()].filter(({ owner }) => owner.caller === self).map(heldOf);

const owes = ({ calls }: SessionRow): boolean => [...calls.values()].some(({ now }) => now.state === 'owed');

export function release(
  rows: Rows,
  self: number,
  sessions: readonly HeldSession[],
  takes: (row: SessionRow) => boolean,
  undo: Undo,
): readonly HeldSession[] {
  const seqs = new Map(sessions.map(({ sessionId, owedSeq }) => [sessionId, owedSeq]));
  const found = [...rows.values()].filter(
    (row) =>
      row.owner.caller === self &&
      seqs.has(row.id) &&
      row.owner.owedSeq === seqs.get(row.id) &&
      !owes(row) &&
      takes(row),
  );
  for (const row of found) putOwner(row, { ...row.owner, caller: null }, undo);
  return found.map(heldOf);
}

export function giveUp(rows: Rows, self: number, ids: readonly string[], undo: Undo): void {
  for (const id of ids) {
    const row = rows.get(id);
    if (row?.owner.caller === self) putOwner(row, { ...row.owner, caller: nobody }, undo);
  }
}
