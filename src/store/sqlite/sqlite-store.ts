import { openFlusher, openSqlite } from '../../platform/sqlite.ts';
import { countFlushes } from '../flushes.ts';
import { migrate } from '../migrate.ts';
import { sqliteReports } from '../reports/sqlite-reports.ts';
import type { Store } from '../store.ts';
import { sqliteAgents } from './sqlite-agents.ts';
import { sqliteAudit } from './sqlite-audit.ts';
import { sqliteDeliveries } from './sqlite-deliveries.ts';
import { sqliteKeys } from './sqlite-keys.ts';
import { sqlitePeople } from './sqlite-people.ts';
import { sqliteSessions } from './sqlite-sessions.ts';
import { sqliteUsers } from './sqlite-users.ts';

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
  const flusher = openFlusher(file, endProcess);
  const flushes = countFlushes(flusher.flush);
  return {
    sessions: sqliteSessions(database, flushes),
    deliveries: sqliteDeliveries(database, flushes.flushed),
    agents: sqliteAgents(database, flushes.flush),
    keys: sqliteKeys(database, flushes.flush),
    audit: sqliteAudit(database, flushes.flush),
    users: sqliteUsers(database, flushes.flush),
    people: sqlitePeople(database, flushes.flush),
    reports,
    shared: null,
    ping: async () => {
      database.prepare('SELECT 1').get();
    },
    close: async () => {
      await reports.close();
      flusher.close();
      database.close();
    },
  };
}

/**
 * A disk that refused to flush may have dropped what it refused, and a second flush would not say so. Going on would
 * promise what is not kept, so the process ends by an error that nobody catches; the next one reads what is on disk.
 */
function endProcess(error: Error): never {
  throw new Error('The disk did not take what was committed; the log of the system says why.', { cause: error });
}
