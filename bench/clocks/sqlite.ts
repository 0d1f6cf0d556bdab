import { DatabaseSync } from 'node:sqlite';
import { databaseFile } from '../../src/platform/sqlite.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { startNode } from '../subjects.ts';
import { type Dialect, type StoredRow, statementsOf } from './copies.ts';
import type { Keeper } from './run.ts';

const dialect: Dialect = {
  hex: (number) => `printf('%012x', ${number})`,
  id: (text) => text,
  text: (number) => number,
  series: (first, last) =>
    `(WITH RECURSIVE numbers (n) AS (SELECT ${first} UNION ALL SELECT n + 1 FROM numbers WHERE n < ${last}) SELECT n FROM numbers)`,
};

/** The embedded database of a folder, for clocks. Nobody else has it open when it is written here. */
export function sqliteKeeper(data: string): Keeper {
  const using = <Result>(work: (database: DatabaseSync) => Result): Result => {
    const database = new DatabaseSync(databaseFile(data));
    try {
      return work(database);
    } finally {
      database.close();
    }
  };
  return {
    start: () => startNode({ BATON_DATA: data }),
    open: async () => openSqliteStore(databaseFile(data), Date.now()),
    read: async (text) => using((database) => database.prepare(text).all() as unknown as readonly StoredRow[]),
    copy: async (original, batch) =>
      using((database) => {
        database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000');
        for (const statements of statementsOf(original, batch, dialect)) {
          database.exec(`BEGIN; ${statements.join(';\n')}; COMMIT`);
        }
      }),
    settle: async () => using((database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)')),
    databaseBytes: () => null,
  };
}
