import { closeSync, fdatasyncSync, openSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';
import { isDamage, openSqlite } from '../platform/sqlite.ts';

/** Databases as they all were at one instant, while others go on writing. */
export type Snapshots = Readonly<{
  /** Copies one of them into a new file. @returns what the copy holds. */
  copy: (file: string, target: string) => Promise<CopyFacts>;
  close: () => void;
}>;

export type CopyFacts = Readonly<{
  /** Rows of each table. */
  rows: Readonly<Record<string, number>>;
}>;

/** A database is not whole; the message says which and what to do. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';
}

/**
 * Takes one cut through several databases: the write locks of all are held together for as long as it takes to begin a
 * read of each, so what one of them says about another is true. Writers wait about a millisecond for it.
 * @param files the one with the most writers first: its lock is waited for while nothing else is held up.
 * @throws an error of SQLite when a database stays locked for five seconds.
 */
export function takeSnapshots(files: readonly string[]): Snapshots {
  const opened = files.map((file) => named(file, () => ({ file, reader: openSqlite(file), writer: openSqlite(file) })));
  const close = (): void => {
    for (const { reader, writer } of opened) for (const database of [reader, writer]) database.close();
  };
  try {
    // The first read of a connection reads the schema; that is not to happen under the locks.
    for (const { file, reader } of opened) named(file, () => beginRead(reader, 'ROLLBACK'));
    for (const { writer } of opened) writer.exec('BEGIN IMMEDIATE');
    for (const { reader } of opened) beginRead(reader);
    for (const { writer } of opened) writer.exec('ROLLBACK');
  } catch (error) {
    close();
    throw error;
  }
  return {
    close,
    copy: async (file, target) => {
      const source = opened.find((one) => one.file === file)?.reader;
      if (source === undefined) throw new Error(`There is no snapshot of ${file}.`);
      await copyGently(source, target);
      // While the read lasts, the log can only grow.
      source.exec('ROLLBACK');
      return readCopy(target);
    },
  };
}

function beginRead(database: DatabaseSync, then = ''): void {
  database.exec(`BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1; ${then}`);
}

const pagesAtOnce = 512;
/** A disk that is given all of a large copy to flush at once keeps the server's own flushes waiting for as long. */
export const flushEveryBytes = 4 * 1024 * 1024;

async function copyGently(source: DatabaseSync, target: string): Promise<void> {
  const flush = (): void => {
    const file = openSync(target, 'r+');
    try {
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  };
  let copied = 0;
  await backup(source, target, {
    rate: pagesAtOnce,
    progress: () => {
      copied += pagesAtOnce * 4096;
      if (copied < flushEveryBytes) return;
      copied = 0;
      flush();
    },
  });
}

/** Makes the copy one file that needs no log beside it, and looks whether it is whole. */
function readCopy(target: string): CopyFacts {
  const copy = openSqlite(target);
  try {
    expectWhole(copy, target, 'quick_check');
    copy.exec('PRAGMA journal_mode = DELETE');
    const tables = copy
      .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
      .all();
    const count = (name: string): number => Number(copy.prepare(`SELECT COUNT(*) AS rows FROM "${name}"`).get()?.rows);
    return { rows: Object.fromEntries(tables.map(({ name }) => [String(name), count(String(name))])) };
  } finally {
    copy.close();
  }
}

/** @throws DamagedError when SQLite's full check finds something. */
export function checkDatabase(file: string): void {
  named(file, () => {
    const database = openSqlite(file, true);
    try {
      expectWhole(database, file, 'integrity_check');
    } finally {
      database.close();
    }
  });
}

/** Damage that keeps the database from being opened, or the check from being made, is told as what the check finds. */
function named<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    throw new DamagedError(`${file} is damaged (${String(error)}); use a backup made before.`);
  }
}

function expectWhole(database: DatabaseSync, file: string, check: 'quick_check' | 'integrity_check'): void {
  const found = String(Object.values(database.prepare(`PRAGMA ${check}(1)`).get() ?? {})[0]);
  if (found !== 'ok') throw new DamagedError(`${file} is damaged (${found}); use a backup made before.`);
}
