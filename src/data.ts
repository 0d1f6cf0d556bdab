import { StartError } from './app.ts';
import type { Config } from './config.ts';
import { systemClock } from './platform/clock.ts';
import { systemRandom } from './platform/random.ts';
import { databaseFile, openDataFolder, openSqlite } from './platform/sqlite.ts';
import { migrate } from './store/migrate.ts';
import { addKey } from './store/new-key.ts';
import { openSqliteStore } from './store/sqlite-store.ts';

/** Brings the data folder's schema up to date. @returns the migrations that were run. */
export async function migrateData({ dataFolder }: Config): Promise<readonly string[]> {
  openDataFolder(dataFolder);
  const database = openSqlite(databaseFile(dataFolder));
  try {
    return migrate(database, systemClock().now());
  } finally {
    database.close();
  }
}

export type KeyCommands = Readonly<{
  /** One line a key; never the key itself. */
  list: () => Promise<readonly string[]>;
  /** @returns the new key. */
  add: (label: string, granted: readonly string[]) => Promise<string>;
  /** @throws StartError when there is no such key. */
  revoke: (id: string) => Promise<string>;
  close: () => Promise<void>;
}>;

/** Keys of a data folder; a server may be running on it. */
export async function keyCommands({ dataFolder }: Config): Promise<KeyCommands> {
  const clock = systemClock();
  openDataFolder(dataFolder);
  const store = openSqliteStore(databaseFile(dataFolder), clock.now());
  return {
    list: async () =>
      (await store.keys.list()).map(({ id, label, scopes: granted, createdAt, revokedAt }) =>
        [
          id,
          revokedAt === null ? 'valid  ' : 'revoked',
          new Date(createdAt).toISOString(),
          granted.join(','),
          label,
        ].join('  '),
      ),
    add: (label, granted) => addKey(store.keys, { clock, random: systemRandom() }, label, granted),
    revoke: async (id) => {
      if (await store.keys.revoke(id, clock.now())) return `The key ${id} opens nothing any more, within a second.`;
      throw new StartError(`There is no valid key "${id}"; "baton keys" lists them.`);
    },
    close: store.close,
  };
}
