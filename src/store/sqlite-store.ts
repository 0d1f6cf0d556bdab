import { openSqlite } from '../platform/sqlite.ts';
import { migrate } from './migrate.ts';
import { sqliteAgents } from './sqlite-agents.ts';
import { sqliteDeliveries } from './sqlite-deliveries.ts';
import { sqliteKeys } from './sqlite-keys.ts';
import { sqliteReports } from './sqlite-reports.ts';
import { sqliteSessions } from './sqlite-sessions.ts';
import type { Store } from './store.ts';

/**
 * The embedded store: one SQLite file. Opening brings its schema up to date.
 * @param at now, ms, noted beside migrations. @throws SchemaError when a newer program wrote the file.
 */
export function openSqliteStore(file: string, at: number): Store {
  const database = openSqlite(file);
  try {
    migrate(database, at);
  } catch (error) {
    database.close();
    throw error;
  }
  const reports = sqliteReports(file);
  return {
    sessions: sqliteSessions(database),
    deliveries: sqliteDeliveries(database),
    agents: sqliteAgents(database),
    keys: sqliteKeys(database),
    reports,
    ping: async () => {
      database.prepare('SELECT 1').get();
    },
    close: async () => {
      await reports.close();
      database.close();
    },
  };
}
