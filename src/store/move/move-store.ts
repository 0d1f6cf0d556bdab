import type { Clock } from '../../platform/clock.ts';
import type { Random } from '../../platform/random.ts';
import { openDatabase } from '../postgres/database.ts';
import { migrate } from '../postgres/migrate.ts';
import { sessionReads } from '../postgres/sessions.ts';
import { type Compared, compareTable } from './compare.ts';
import { copyTable, openTarget, type Target } from './copy.ts';
import { checkLogs } from './logs.ts';
import { beginMove, endMove, refuseUsed } from './mark.ts';
import { openSource, type Source } from './source.ts';
import { movedTables } from './tables.ts';

export type Move = Readonly<{
  /** The embedded database; nobody else may write to it. */
  file: string;
  /** An empty PostgreSQL, postgres://… */
  url: string;
  /** What servers share to sign and to seal; null when their configuration has it. */
  secret: string | null;
  /** Whether what an earlier move left there is thrown away. */
  again: boolean;
  clock: Clock;
  random: Random;
  /** Told after each chunk. */
  onProgress: (progress: Progress) => void;
}>;

export type Progress = Readonly<{ doing: 'copied' | 'compared'; table: string; rows: number; of: number }>;

export type Moved = Readonly<{
  tables: readonly (Compared & Readonly<{ name: string }>)[];
  /** Logs that were folded from their beginning. */
  logs: number;
  /** Texts of failures whose characters PostgreSQL cannot store, and were replaced. */
  changedTexts: number;
}>;

/** As long as a statement may take. Emptying a large database, or waiting for others, is not quick. */
const patienceMs = 600_000;
/** Sessions that are loaded one by one to be compared with their logs; of more, every so many'th. */
const mostLoaded = 10_000;

/**
 * Copies an embedded database into an empty PostgreSQL and compares the two. Servers cannot open the PostgreSQL before all
 * of it is there and found the same. The source stays as it is.
 * @throws MoveError, SchemaError, StoreUnavailableError, or pg's error where it lets nobody in.
 */
export async function moveStore(move: Move): Promise<Moved> {
  const { url, clock, random, again } = move;
  // A transaction pooler may stand between; what is prepared once would save nothing here.
  const database = openDatabase(url, { clock, connections: 2, patienceMs, prepare: false });
  let source: Source | null = null;
  try {
    await refuseUsed(database.run, again);
    source = openSource(move.file, clock.now());
    await migrate(database, clock.now());
    const mark = await beginMove(database, random.uuid(clock.now()), clock.now(), again);
    const target = openTarget(database, mark);
    await target.days.makeAhead(clock.now());
    const changedTexts = await copyAll(source, target, move.onProgress);
    // Without statistics the planner would read whole tables for each page of the comparison, and for the first servers.
    await database.run(`ANALYZE ${movedTables.map(({ name }) => name).join(', ')}`);
    const compared = await compareAll(source, target, move.onProgress);
    await endMove(database, mark, move.secret);
    return { ...compared, changedTexts };
  } finally {
    source?.close();
    await database.close();
  }
}

type Told = Move['onProgress'];

async function copyAll(source: Source, target: Target, onProgress: Told): Promise<number> {
  let changed = 0;
  for (const table of movedTables) {
    const of = source.count(table);
    let rows = 0;
    changed += await copyTable(source, target, table, (more) => {
      rows += more;
      onProgress({ doing: 'copied', table: table.name, rows, of });
    });
  }
  return changed;
}

async function compareAll(
  source: Source,
  { database, days }: Target,
  onProgress: Told,
): Promise<Pick<Moved, 'tables' | 'logs'>> {
  const tables: Moved['tables'][number][] = [];
  const sessions = movedTables.find(({ name }) => name === 'sessions');
  const every = Math.max(1, Math.ceil((sessions === undefined ? 0 : source.count(sessions)) / mostLoaded));
  const logs = checkLogs(sessionReads(days).load, every);
  for (const table of movedTables) {
    const of = source.count(table);
    let rows = 0;
    const compared = await compareTable(source, database, table, async (copied) => {
      if (table.name === 'events') await logs.look(copied);
      rows += copied.length;
      onProgress({ doing: 'compared', table: table.name, rows, of });
    });
    tables.push({ name: table.name, ...compared });
  }
  return { tables, logs: await logs.end() };
}
