import { systemClock } from '../../platform/clock.ts';
import type { Hints } from '../hints/hints.ts';
import { refuseUnfinishedMove } from '../move/mark.ts';
import type { SharedStore } from '../shared.ts';
import type { Store } from '../store.ts';
import { postgresAgents } from './agents/agents.ts';
import { postgresAudit } from './audit.ts';
import { type DatabaseSettings, openDatabase } from './database.ts';
import { type Days, openDays } from './days.ts';
import { postgresDeliveries } from './deliveries.ts';
import { postgresInstance } from './instances.ts';
import { postgresKeys } from './keys.ts';
import { type ListenParts, postgresHints } from './listen.ts';
import { migrate } from './migrate.ts';
import { postgresPeople } from './people.ts';
import { postgresReports } from './reports/reports.ts';
import { postgresSessions } from './sessions.ts';
import { postgresUsers } from './users.ts';

export type PostgresStore = Store &
  Readonly<{
    shared: SharedStore;
    /** Hints by the database itself. */
    hints: (parts: Omit<ListenParts, 'database'>) => Hints;
    /** Partitions: to be made ahead once a day, and dropped when they are too old. */
    days: Pick<Days, 'makeAhead' | 'drop'>;
  }>;

/**
 * The store that many processes share: one PostgreSQL, 14 or later. Opening brings its schema up to date.
 * @param url as libpq knows it, postgres://… @param at now, ms: noted beside migrations, and the days from it on are made.
 * @throws SchemaError when a newer program made the schema one that this program cannot work with, or when a move into the
 * database is not finished,
 * StoreUnavailableError when the database does not answer.
 */
export async function openPostgresStore(
  url: string,
  at: number,
  settings: Partial<DatabaseSettings> = {},
): Promise<PostgresStore> {
  const known = { clock: systemClock(), ...settings };
  await installSchema(url, at, known);
  const database = openDatabase(url, known);
  const days = openDays(database);
  try {
    await refuseUnfinishedMove(database.run);
    await days.makeAhead(at);
  } catch (error) {
    await database.close();
    throw error;
  }
  const instance = postgresInstance(database, days);
  const reports = postgresReports({ url, prepare: known.prepare ?? true });
  return {
    sessions: postgresSessions(database, days, instance),
    deliveries: postgresDeliveries(database, days),
    agents: postgresAgents(database),
    keys: postgresKeys(database),
    audit: postgresAudit(database),
    users: postgresUsers(database),
    people: postgresPeople(database),
    reports,
    shared: instance.shared,
    hints: (parts) => postgresHints({ ...parts, database }),
    days: { makeAhead: days.makeAhead, drop: days.drop },
    ping: async () => {
      await database.run('SELECT 1');
    },
    close: async () => {
      await reports.close();
      await database.close();
    },
  };
}

/** Brings the schema up to date. @returns the migrations that were run. On a connection of its own: a migration, or waiting for another process that makes it, takes as long as it takes. */
export async function installSchema(
  url: string,
  at: number,
  settings: Partial<DatabaseSettings> = {},
): Promise<readonly string[]> {
  const database = openDatabase(url, { clock: systemClock(), ...settings, connections: 1, patienceMs: 0 });
  try {
    return await migrate(database, at);
  } finally {
    await database.close();
  }
}
