import { join } from 'node:path';
import { dataFiles, openSqlite } from '../../platform/sqlite.ts';
import { migrations } from './migrations.ts';

export type Database = ReturnType<typeof openSqlite>;
export type Row = Readonly<Record<string, unknown>>;

/** The desk's database cannot be used; the message says why and what to do. */
export class DeskDatabaseError extends Error {
  override readonly name = 'DeskDatabaseError';
}

/**
 * Opens the desk's own database in the data folder and brings its schema up to date.
 * @throws DeskDatabaseError when a newer program was here.
 */
export function openDeskDatabase(folder: string): Database {
  const database = openSqlite(join(folder, dataFiles.desk));
  try {
    // What is answered with 200 is on disk; the desk's few writes a second do not need a flusher beside the thread.
    database.exec('PRAGMA synchronous = FULL');
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database): void {
  inTransaction(database, () => {
    const known = Number(database.prepare('PRAGMA user_version').get()?.user_version);
    if (known > migrations.length) {
      throw new DeskDatabaseError(
        `desk.sqlite was changed by a newer Baton (schema ${known}); run that version, or restore a backup made before.`,
      );
    }
    for (const sql of migrations.slice(known)) database.exec(sql);
    database.exec(`PRAGMA user_version = ${migrations.length}`);
  });
}

/** Runs `work` in a transaction that takes the write lock at once; what it throws undoes all of it. */
export function inTransaction<Result>(database: Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
