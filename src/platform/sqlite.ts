import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fsyncSync,
  mkdirSync,
  openSync,
  statfsSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** The data folder cannot be used; the message says why and what to do. */
export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
}

/** Makes the folder if need be. @throws DataFolderError when it is not writable. */
export function openDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    closeSync(openSync(join(folder, '.writable'), 'w', 0o600));
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new DataFolderError(`The data folder ${folder} is not writable (${why}); set BATON_DATA to one that is.`);
  }
  if (existsSync(join(folder, restoringFolder))) {
    throw new DataFolderError(
      `A restore into ${folder} was cut short, so what is in it is not whole; empty it and run "baton restore FILE" again.`,
    );
  }
}

/** Where a restore puts files before they are checked; while it is there, nobody takes the folder for whole. */
export const restoringFolder = '.restoring';

/**
 * Takes the folder for this process. The lock is the operating system's on an open file, so it dies with the process
 * and a crash leaves nothing to clean up. @throws DataFolderError when another process holds it.
 */
export function lockDataFolder(folder: string): { release: () => void } {
  const lock = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    lock.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new DataFolderError(
      `The data folder ${folder} is in use by another Baton; stop that one, or set BATON_DATA to another folder.`,
    );
  }
  return { release: () => lock.close() };
}

/** SQLite's primary result code; 0 when the error is not SQLite's. */
const resultCode = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;

const isBusy = (error: unknown): boolean => resultCode(error) === 5;

/** Whether a database is not whole, or none. */
export const isDamage = (error: unknown): boolean => [11, 26].includes(resultCode(error));

/** What a person can do about a database or a disk that refuses, by SQLite's result codes. */
const troubles: Readonly<Record<number, string>> = {
  5: 'The database was locked by another process for five seconds; try again.',
  8: 'The database may not be written by this user; give it the files of the data folder.',
  10: 'The disk failed or has no room left; look at its free space and at the log of the system.',
  11: 'The database is damaged; restore a backup into an empty folder.',
  13: 'The disk is full; make room and try again. Nothing was lost.',
  14: 'The database cannot be opened by this user; give it the files of the data folder.',
  26: 'The database is damaged or no database; restore a backup into an empty folder.',
};

/** @returns a sentence about a disk or a database that refused, or null when the error is another one. */
export function diskTrouble(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return troubles[13] ?? null;
  return troubles[resultCode(error)] ?? null;
}

/** What a data folder may hold that must not be lost, by name; the lock is made anew. */
export const dataFiles = { router: 'baton.sqlite', desk: 'desk.sqlite', secret: 'secret' } as const;

export const databaseFile = (folder: string): string => join(folder, dataFiles.router);

/** What a database takes on its disk and what is left there, bytes. */
export function diskUse(file: string): Readonly<{ database: number; log: number; free: number }> {
  const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const { bavail, bsize } = statfsSync(dirname(file));
  return { database: sizeOf(file), log: sizeOf(`${file}-wal`), free: bavail * bsize };
}

/** Makes commits survive a power cut. */
export type Flusher = Readonly<{
  /** Resolves when all that was committed before is on disk. A disk that refuses ends the process. */
  flush: () => Promise<void>;
  close: () => void;
}>;

/**
 * Flushes the write-ahead log off the main thread. SQLite's own flush (`synchronous=FULL`) would hold everything up for
 * as long as the disk takes; with NORMAL it leaves the log to us and still orders checkpoints itself.
 * @param file of a database that was opened and read, so that its log exists. @param onFailure is told when the disk refuses: what was
 * committed may then be lost although it can be read, so nobody may be told anything any more.
 */
export function openFlusher(file: string, onFailure: (error: Error) => never): Flusher {
  const log = openSync(`${file}-wal`, 'r+');
  // What a process that was killed committed last may be in memory only, and is read as if it were on disk.
  fdatasyncSync(log);
  flushFolder(dirname(file));
  return {
    flush: () =>
      new Promise((resolve) => {
        fdatasync(log, (error) => (error === null ? resolve() : onFailure(error)));
      }),
    close: () => closeSync(log),
  };
}

/** A new file must be found again after a power cut, so its entry is flushed too; Windows keeps entries by itself. */
export function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const entry = openSync(folder, 'r');
  fsyncSync(entry);
  closeSync(entry);
}

/**
 * Opens the embedded database. WAL lets readers go on while it is written; what is committed survives the process at
 * once and a power cut after a flush (`openFlusher`). @param readOnly for reports on a thread of their own.
 */
export function openSqlite(file: string, readOnly = false): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly, timeout: 5000 });
  if (!readOnly) {
    database.exec(`
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
      PRAGMA wal_autocheckpoint = 10000;
      PRAGMA journal_size_limit = 67108864;
    `);
  }
  database.exec('PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA foreign_keys = OFF;');
  return database;
}
