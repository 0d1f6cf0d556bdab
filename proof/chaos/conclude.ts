import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActResult } from './act.ts';
import { plant as hurt } from './plants.ts';
import { type Report, reportOf } from './report.ts';

export type Outcome = Readonly<{ report: Report; folder: string }>;

/** A new folder for all that a run leaves behind. */
export const runFolder = (): string => mkdtempSync(join(tmpdir(), 'baton-chaos-'));

export type ConcludeOptions = Readonly<{
  folder: string;
  /** A wound to the record, or null. */
  plant: string | null;
  keep: boolean;
}>;

const mostRecords = 20;

/** Reconciles. The folder is kept when there is trouble, with the records of sessions that are in it. */
export function conclude(acts: readonly ActResult[], { folder, plant, keep }: ConcludeOptions): Outcome {
  const sessions = acts.flatMap((act) => act.sessions);
  if (plant !== null) hurt(plant, sessions);
  const report = reportOf(acts);
  if (report.troubles.length === 0) {
    if (!keep) rmSync(folder, { recursive: true, force: true });
    return { report, folder };
  }
  const troubled = new Set(report.troubles.map(({ session }) => session));
  mkdirSync(join(folder, 'sessions'), { recursive: true });
  for (const session of sessions.filter(({ id }) => troubled.has(id)).slice(0, mostRecords)) {
    const plain = (_: string, value: unknown): unknown => (value instanceof Set ? [...value] : value);
    writeFileSync(join(folder, 'sessions', `${session.id}.json`), JSON.stringify(session, plain, 1));
  }
  return { report, folder };
}
