import { createHash } from 'node:crypto';
import type { Database } from '../postgres/database.ts';
import type { Chunk, Source } from './source.ts';
import { type MovedTable, MoveError, namedRow, type Value } from './tables.ts';

type Rows = Chunk['rows'];

export type Compared = Readonly<{
  rows: number;
  /** SHA-256 of all rows in the order of the key, as either side has them. */
  digest: string;
}>;

/**
 * Reads a table from both sides and compares them row by row, value by value. @param look is given what was read from
 * the copy, in the order of the key. @throws MoveError that names the first difference.
 */
export async function compareTable(
  source: Source,
  database: Database,
  table: MovedTable,
  look: (rows: Rows) => void | Promise<void>,
): Promise<Compared> {
  const [ours, theirs] = [createHash('sha256'), createHash('sha256')];
  let after: readonly Value[] | null = null;
  let count = 0;
  for (const { rows } of source.chunks(table)) {
    const last = keyOf(table, rows.at(-1) ?? []);
    const copied = await readCopy(database, table, { after, last, limit: rows.length + 1 });
    compareRows(table, rows, copied);
    ours.update(textOf(rows));
    theirs.update(textOf(copied));
    await look(copied);
    count += rows.length;
    after = last;
  }
  const [surplus] = await readCopy(database, table, { after, last: null, limit: 1 });
  if (surplus !== undefined) throw difference(table, surplus, 'is in the copy only');
  const digest = ours.digest('hex');
  if (digest !== theirs.digest('hex')) throw new MoveError(`The copy of ${table.name} has another digest.`);
  return { rows: count, digest };
}

const keyOf = ({ key }: MovedTable, row: readonly Value[]): readonly Value[] => row.slice(0, key.length);

type Range = Readonly<{ after: readonly Value[] | null; last: readonly Value[] | null; limit: number }>;

/** Rows of the copy behind one key and up to another one. */
async function readCopy(database: Database, table: MovedTable, { after, last, limit }: Range): Promise<Rows> {
  const { name, columns, key, types } = table;
  const values: Value[] = [];
  const conditions: string[] = [];
  const compare = (sign: '>' | '<', bound: readonly Value[]): void => {
    const first = values.length + 1;
    values.push(...bound);
    const typed = key.map((column, index) => `$${first + index}::${types[column]}`);
    const tuple = `(${key.join(', ')}) ${sign}${sign === '<' ? '=' : ''} (${typed.join(', ')})`;
    // The condition on the first column alone names the partitions that are read.
    conditions.push(`${key[0]} ${sign}= ${typed[0]}`, tuple);
  };
  if (after !== null) compare('>', after);
  if (last !== null) compare('<', last);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const text = `SELECT ${columns.join(', ')} FROM ${name} ${where} ORDER BY ${key.join(', ')} LIMIT ${limit}`;
  return (await database.arrays({ name: '', text }, values)) as Rows;
}

const textOf = (rows: Rows): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

function compareRows(table: MovedTable, ours: Rows, theirs: Rows): void {
  const nameOf = (row: readonly Value[]): string => JSON.stringify(keyOf(table, row));
  // Where there are too many, the last ones were not read, so the one too many is looked for first.
  if (theirs.length > ours.length) {
    const known = new Set(ours.map(nameOf));
    const surplus = theirs.find((row) => !known.has(nameOf(row)));
    if (surplus !== undefined) throw difference(table, surplus, 'is in the copy only');
  }
  for (const [index, row] of ours.entries()) {
    const copy = theirs[index];
    if (copy === undefined || nameOf(copy) !== nameOf(row)) throw difference(table, row, 'is not in the copy');
    const column = table.columns.find((_, place) => row[place] !== copy[place]);
    if (column !== undefined) throw difference(table, row, `has another ${column} in the copy`);
  }
}

const difference = (table: MovedTable, row: readonly Value[], what: string): MoveError =>
  new MoveError(`The copy differs. In ${table.name}, the row of ${namedRow(table, row)} ${what}.`);
