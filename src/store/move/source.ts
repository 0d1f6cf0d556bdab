import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { openSqlite } from '../../platform/sqlite.ts';
import { migrate } from '../migrate.ts';
import { storable } from '../postgres/database.ts';
import type { MovedTable, Value } from './tables.ts';

/** Rows that follow each other in the order of their key. */
export type Chunk = Readonly<{
  rows: readonly (readonly Value[])[];
  /** Texts that PostgreSQL could not store as they are. */
  changed: number;
}>;

export type Source = Readonly<{
  count: (table: MovedTable) => number;
  /** All rows in the order of the key; a chunk is read when it is asked for. */
  chunks: (table: MovedTable) => Iterable<Chunk>;
  close: () => void;
}>;

/** A chunk is full when one of the two is reached; whole rows are never too large for memory. */
const mostRows = 2_000;
const mostCharacters = 1_000_000;

/**
 * Opens an embedded database to read all of it, as it is now: until it is closed nobody writes to it, `baton keys`
 * included. @param at now, ms. @throws SchemaError when a newer program wrote it.
 */
export function openSource(file: string, at: number): Source {
  const database = openSqlite(file);
  try {
    migrate(database, at);
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    count: ({ name }) => Number(database.prepare(`SELECT COUNT(*) AS rows FROM ${name}`).get()?.rows),
    chunks: (table) => readChunks(readAll(database, table), table),
    close: () => database.close(),
  };
}

/** In the order of the primary key, which its index has: to sort a log would take as much memory as the log. */
function readAll(database: DatabaseSync, { name, columns, key, computed }: MovedTable): StatementSync {
  const list = columns.map((column) => computed[column] ?? column).join(', ');
  const plain = database.prepare('SELECT 1 FROM pragma_table_list WHERE name = ? AND wr = 0').get(name);
  const by = plain === undefined ? '' : `INDEXED BY sqlite_autoindex_${name}_1`;
  const statement = database.prepare(`SELECT ${list} FROM ${name} ${by} ORDER BY ${key.join(', ')}`);
  statement.setReturnArrays(true);
  return statement;
}

function* readChunks(statement: StatementSync, { columns, foreign }: MovedTable): Generator<Chunk> {
  const places = foreign.map((column) => columns.indexOf(column));
  let rows: Value[][] = [];
  let characters = 0;
  let changed = 0;
  for (const read of statement.iterate()) {
    const row = read as unknown as Value[];
    for (const place of places) {
      const text = row[place];
      if (typeof text !== 'string') continue;
      const stored = storable(text);
      if (stored !== text) changed += 1;
      row[place] = stored;
    }
    rows.push(row);
    for (const value of row) if (typeof value === 'string') characters += value.length;
    if (rows.length < mostRows && characters < mostCharacters) continue;
    yield { rows, changed };
    [rows, characters, changed] = [[], 0, 0];
  }
  if (rows.length > 0) yield { rows, changed };
}
