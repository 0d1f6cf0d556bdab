import pg from 'pg';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import type { DatabaseServer } from '../engines/database-server.ts';
import { startNode } from '../subjects.ts';
import { type Dialect, statementsOf } from './copies.ts';
import type { Keeper } from './run.ts';

const dialect: Dialect = {
  hex: (number) => `lpad(to_hex((${number})::bigint), 12, '0')`,
  id: (text) => `(${text})::uuid`,
  text: (number) => `(${number})::text`,
  series: (first, last) => `generate_series(${first}::bigint, ${last}::bigint) AS n`,
};

const workers = 2;
/** Copies are born hours before; the store makes the partitions of some days from an instant on. */
const dayMs = 86_400_000;

/** A database on PostgreSQL for clocks. */
export async function postgresKeeper(server: DatabaseServer): Promise<Keeper> {
  const url = await server.newDatabase();
  const read = async (text: string) =>
    (await server.ask(url, text)).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(name, value)])),
    );
  return {
    start: () => startNode({ DATABASE_URL: url }),
    open: () => openPostgresStore(url, Date.now() - dayMs),
    read,
    copy: async (original, batch) => {
      const share = Math.ceil(batch.count / workers);
      const statements = [...statementsOf(original, batch, dialect)];
      const chunks = Math.ceil(statements.length / Math.ceil(batch.count / share));
      await Promise.all(
        Array.from({ length: workers }, (_, index) =>
          write(url, statements.slice(index * chunks, (index + 1) * chunks)),
        ),
      );
    },
    settle: async () => {
      // As autovacuum does it within a minute or two.
      for (const table of ['sessions', 'events', 'deliveries']) await server.ask(url, `VACUUM ANALYZE ${table}`);
      await server.settle();
    },
    databaseBytes: server.privateBytes,
  };
}

async function write(url: string, statements: readonly (readonly string[])[]): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  // Where the server goes down because another copy failed, that failure is the one to tell.
  client.on('error', () => {});
  await client.connect();
  try {
    for (const some of statements) await client.query(some.join(';\n'));
  } finally {
    await client.end();
  }
}

/** The driver reads 64-bit numbers as texts; those of our tables are all but texts and ids. */
function plain(name: string, value: unknown): string | number | null {
  if (value === null || typeof value === 'number') return value;
  const text = String(value);
  return numbers.has(name) ? Number(text) : text;
}

const numbers = new Set([
  ...['version', 'started_at', 'wake_at', 'owed_seq', 'owed_before', 'seq', 'at', 'owed_at', 'due_at', 'try_until'],
  ...['settled_at', 'count'],
]);
