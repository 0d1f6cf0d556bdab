import { isUuid } from '../../platform/random.ts';
import { type Database, sqlStateOf, unflushed } from '../postgres/database.ts';
import { type Days, openDays } from '../postgres/days.ts';
import { StoreUnavailableError } from '../unavailable.ts';
import { superseded, underWay } from './mark.ts';
import type { Chunk, Source } from './source.ts';
import { type MovedTable, MoveError, namedRow } from './tables.ts';

export type Target = Readonly<{ database: Database; days: Days; mark: string }>;

export const openTarget = (database: Database, mark: string): Target => ({ database, days: openDays(database), mark });

/**
 * Copies a table, a transaction a chunk; while one is written the next one is read. @param told of each chunk's rows.
 * @returns how many texts could not be stored as they are.
 */
export async function copyTable(
  source: Source,
  target: Target,
  table: MovedTable,
  told: (rows: number) => void,
): Promise<number> {
  let writing: Promise<void> = Promise.resolve();
  let changed = 0;
  try {
    for (const chunk of source.chunks(table)) {
      const rows = JSON.stringify(chunk.rows.map((row) => objectOf(table, row)));
      await writing;
      writing = write(target, table, chunk, rows).then(() => told(chunk.rows.length));
      // It is awaited in the next round; until then nobody looks.
      writing.catch(() => {});
      changed += chunk.changed;
    }
  } finally {
    await writing;
  }
  return changed;
}

const objectOf = ({ columns }: MovedTable, row: Chunk['rows'][number]): object =>
  Object.fromEntries(columns.map((column, index) => [column, row[index]]));

async function write({ database, days, mark }: Target, table: MovedTable, chunk: Chunk, rows: string): Promise<void> {
  const insert = async (day: string | null): Promise<number> => {
    const [row] = await database.run(insertInto(table, day), [rows, mark]);
    return Number(row?.written);
  };
  try {
    const written = table.bySession ? await days.write(sessionsOf(table, chunk), insert) : await insert(null);
    if (written !== chunk.rows.length) throw superseded();
  } catch (error) {
    throw refusal(error, table, chunk);
  }
}

/** Not flushed: the last transaction of the move flushes all before it. */
function insertInto({ name, columns, types }: MovedTable, day: string | null): string {
  const list = columns.join(', ');
  const read = columns.map((column) => `r.${column}`).join(', ');
  const typed = columns.map((column) => `${column} ${types[column]}`).join(', ');
  return `WITH own AS MATERIALIZED (${underWay(2)}), written AS (
    INSERT INTO ${name}${day === null ? '' : `_${day}`} (${list})
    SELECT ${read} FROM own, json_to_recordset($1::json) AS r (${typed}) RETURNING 1
  ) SELECT COUNT(*) AS written, ${unflushed} FROM written`;
}

function sessionsOf(table: MovedTable, { rows }: Chunk): readonly string[] {
  const ids = [...new Set(rows.map(([id]) => String(id)))];
  const strange = rows.find(([id]) => !isUuid(String(id)));
  if (strange === undefined) return ids;
  throw new MoveError(`In ${table.name}, ${namedRow(table, strange)} is of no session's id; it cannot be copied.`);
}

/** What PostgreSQL says beside its message quotes the rows. */
function refusal(error: unknown, table: MovedTable, { rows }: Chunk): unknown {
  if (error instanceof StoreUnavailableError || sqlStateOf(error) === undefined) return error;
  const strange = rows.find((row) => row.some((value) => typeof value === 'string' && value.includes('\0')));
  const where = strange === undefined ? `from ${namedRow(table, rows[0])} on` : `at ${namedRow(table, strange)}`;
  const why = strange === undefined ? (error as Error).message : 'a text holds U+0000';
  return new MoveError(`PostgreSQL refused what was copied to ${table.name}, ${where}: ${why}.`);
}
