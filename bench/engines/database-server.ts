import { readFileSync } from 'node:fs';
import { startTestServer, type TestServer } from '../../src/store/postgres/server.contract.ts';

/** A real PostgreSQL for a bench, and what it has used. */
export type DatabaseServer = Readonly<{
  newDatabase: () => Promise<string>;
  /** Drops what `newDatabase` made. */
  drop: (url: string) => Promise<void>;
  ask: TestServer['ask'];
  /** CPU of all its processes since its start, those that have ended included, µs. */
  cpuUs: () => number;
  /** Memory that its processes do not share, bytes: what connections take. */
  privateBytes: () => number;
  /** Flushes of its log and bytes written to it, since its start. Processes tell of theirs when they end, at the latest. */
  log: () => Promise<Readonly<{ flushes: number; bytes: number }>>;
  /** Writes down what is dirty, so that each round begins alike. */
  settle: () => Promise<void>;
  stop: () => Promise<void>;
}>;

/** What a commit says is on disk, is on disk. */
const durable = ['-c', 'fsync=on', '-c', 'synchronous_commit=on', '-c', 'full_page_writes=on'];
/** What one gives a server of this size; everything else is PostgreSQL's default. */
const sized = ['-c', 'shared_buffers=1GB', '-c', 'max_wal_size=8GB', '-c', 'checkpoint_timeout=30min'];

const tickUs = 10_000;

/** @param flags for PostgreSQL, beside those of every bench. */
export async function startDatabaseServer(flags: readonly string[] = []): Promise<DatabaseServer> {
  if (process.env.TEST_DATABASE_URL !== undefined) {
    throw new Error('The bench starts a PostgreSQL of its own, whose CPU it can read; unset TEST_DATABASE_URL.');
  }
  const server = await startTestServer([...durable, ...sized, '-c', 'wal_writer_delay=200ms', ...flags]);
  const { ask, newDatabase } = server;
  const admin = await newDatabase();
  const [row] = await ask(admin, "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1) AS pid");
  const pid = Number(row?.pid);
  return {
    ...{ newDatabase, ask, stop: server.stop },
    cpuUs: () => cpuOf(pid),
    privateBytes: () => sum(familyOf(pid).map(privateOf)),
    log: async () => {
      const [log] = await ask(
        admin,
        `SELECT (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal') AS flushes,
           pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0') AS bytes`,
      );
      return { flushes: Number(log?.flushes), bytes: Number(log?.bytes) };
    },
    settle: async () => {
      await ask(admin, 'CHECKPOINT');
    },
    drop: async (url) => {
      await ask(url, `DO $$ BEGIN EXECUTE 'DROP SCHEMA ' || current_schema() || ' CASCADE'; END $$`);
    },
  };
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);

/** The postmaster and those it has started. */
function familyOf(pid: number): readonly number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return [pid, ...children.split(' ').filter(Boolean).map(Number)];
}

/** Own time of all of them, and what the postmaster was told of those that have ended. */
function cpuOf(pid: number): number {
  return sum(familyOf(pid).map((one) => ticksOf(one, one === pid))) * tickUs;
}

function ticksOf(pid: number, withEnded: boolean): number {
  try {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
    return sum(
      rest
        .split(' ')
        .slice(11, withEnded ? 15 : 13)
        .map(Number),
    );
  } catch {
    // It has ended meanwhile.
    return 0;
  }
}

function privateOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
