import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config, DatabaseConfig } from './config.ts';
import { scopes } from './contract/route.ts';
import { leaseMs } from './delivery/lease.ts';
import { type Clock, steeredClock, systemClock } from './platform/clock.ts';
import type { Log } from './platform/log.ts';
import type { Random } from './platform/random.ts';
import { databaseFile, dataFiles, diskUse, lockDataFolder, openDataFolder } from './platform/sqlite.ts';
import type { Hints } from './store/hints/hints.ts';
import { openHints } from './store/hints/open-hints.ts';
import { makeKey } from './store/new-key.ts';
import { openPostgresStore, type PostgresStore } from './store/postgres/postgres-store.ts';
import type { SharedStore } from './store/shared.ts';
import { openSqliteStore } from './store/sqlite/sqlite-store.ts';
import { steer } from './store/steer.ts';
import { isValid, type Store } from './store/store.ts';

/** Where everything is kept, opened as the configuration says. */
export type Storage = Readonly<{
  store: Store;
  /** The clock that counts: with several instances that of the database. */
  clock: Clock;
  /** The way of hints between instances; null where this process is alone. */
  hints: Hints | null;
  secret: string;
  /** The account key, when this start made it. */
  newKey: string | null;
  /** What the embedded database takes on its disk; null where there is none. */
  disk: (() => ReturnType<typeof diskUse>) | null;
  /** Gives back what this instance holds, once nothing is committed any more. */
  leave: () => Promise<void>;
  close: () => Promise<void>;
}>;

export type StorageParts = Readonly<{
  config: Config;
  /** A clock that tests push; that of the machine when it is left out. */
  clock: Clock | undefined;
  log: Log;
  random: Random;
}>;

/** @throws DataFolderError, SchemaError or StoreUnavailableError with a sentence. */
export function openStorage(parts: StorageParts): Promise<Storage> {
  const { database } = parts.config;
  return database === null ? openEmbedded(parts) : openShared(parts, database);
}

/** The store alone, for a command that works on it beside a server. */
export async function openStoreOf({ dataFolder, database }: Config): Promise<Store> {
  const at = systemClock().now();
  if (database !== null) return openPostgresStore(database.url, at, { ...database, connections: 2 });
  openDataFolder(dataFolder);
  return openSqliteStore(databaseFile(dataFolder), at);
}

async function openEmbedded({ config, clock = systemClock(), random }: StorageParts): Promise<Storage> {
  const { dataFolder } = config;
  openDataFolder(dataFolder);
  const lock = lockDataFolder(dataFolder);
  try {
    const store = openSqliteStore(databaseFile(dataFolder), clock.now());
    return {
      ...{ store, clock, hints: null, secret: config.secret ?? keptSecret(dataFolder, random) },
      newKey: config.accountKey === null ? await firstKey(store, clock, random) : null,
      disk: () => diskUse(databaseFile(dataFolder)),
      leave: async () => {},
      close: async () => {
        await store.close();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function openShared(
  { config, clock: given, log, random }: StorageParts,
  named: DatabaseConfig,
): Promise<Storage> {
  const base = given ?? systemClock();
  const clock = steeredClock(base);
  const store = await openPostgresStore(named.url, base.now(), named);
  const { hintsUrl } = config;
  const hints =
    hintsUrl === null
      ? store.hints({ url: named.listenUrl ?? named.url, clock, log })
      : await openHints(hintsUrl, { clock, log });
  const shared = { ...store.shared, join: joiner(store.shared, hints) };
  const ends: (() => void)[] = [];
  const leave = async (): Promise<void> => {
    for (const end of ends) end();
    await shared.leave().catch((error: unknown) => {
      log.warn({ error: String(error) }, 'What this instance held was not given back; others take it over soon.');
    });
    hints.tell([{ kind: 'gone', instance: shared.self() }]);
    await hints.close();
  };
  try {
    // A clock that a test pushes is the test's.
    if (given === undefined) ends.push(await steer(clock, shared, log));
    await shared.join(leaseMs);
    ends.push(keepDays(store, clock, named.retentionDays, log));
    const secret = config.secret ?? (await shared.keepSecret(random.bytes(32).toString('base64url')));
    const first = (): Promise<string | null> => shared.alone('first key', () => firstKey(store, clock, random));
    return {
      ...{ store: { ...store, shared }, clock, hints, secret, disk: null, leave, close: store.close },
      newKey: config.accountKey === null ? await first() : null,
    };
  } catch (error) {
    await leave();
    await store.close();
    throw error;
  }
}

/** Whoever begins an instance is told what is for it. */
const joiner =
  (shared: SharedStore, hints: Hints): SharedStore['join'] =>
  async (ms) => {
    const instance = await shared.join(ms);
    hints.listenAs(instance);
    return instance;
  };

const hourMs = 3_600_000;

/** Makes the tables of days to come, and drops those of days that are not to be kept. @returns what ends it. */
function keepDays({ days, shared }: PostgresStore, clock: Clock, keptDays: number | null, log: Log): () => void {
  let stopped = false;
  let cancel = (): void => {};
  const upkeep = async (): Promise<void> => {
    const at = clock.now();
    await days.makeAhead(at);
    const dropped = keptDays === null ? [] : await days.drop(at - keptDays * 24 * hourMs);
    if (dropped.length > 0) log.info({ days: dropped }, 'Dropped what was kept of sessions of these days.');
    await shared.tidy();
  };
  const run = (): void => {
    upkeep()
      .catch((error: unknown) => {
        log.warn({ error: String(error) }, 'Days could not be made or dropped; in an hour again.');
      })
      .finally(() => {
        if (!stopped) cancel = clock.after(hourMs, run);
      });
  };
  run();
  return () => {
    stopped = true;
    cancel();
  };
}

/**
 * The secret kept beside the data, made when there is none. It gets its name when all of it is written: one that was cut
 * off by a crash or a full disk would be a key that anybody can guess.
 */
function keptSecret(folder: string, random: Random): string {
  const file = join(folder, dataFiles.secret);
  const kept = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (kept !== '') return kept;
  const made = random.bytes(32).toString('base64url');
  writeFileSync(`${file}.new`, made, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
  return made;
}

/** An account key for a database that has no valid key; its hash is kept, the key itself is not. */
async function firstKey(store: Store, clock: Clock, random: Random): Promise<string | null> {
  const known = await store.keys.list();
  if (known.some((key) => isValid(key, clock.now()))) return null;
  const { key, stored } = makeKey({ clock, random }, { label: 'first start', scopes });
  await store.keys.add(stored);
  return key;
}
