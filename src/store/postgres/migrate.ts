import { readdirSync, readFileSync } from 'node:fs';
import { SchemaError } from '../migrate.ts';
import type { Database, Run } from './database.ts';

const folder = new URL('./migrations/', import.meta.url);
/** Any number that no other program takes in this database: "migr" in ASCII. */
const migrationsLock = 0x6d696772;

/** A breaking one, whose file says so (`0002-name.breaking.sql`), leaves nothing that older programs could work with. */
type Migration = Readonly<{ number: number; name: string; breaking: boolean; sql: string }>;

function migrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .sort()
    .map((name) => ({
      number: Number(name.slice(0, 4)),
      name,
      breaking: name.endsWith('.breaking.sql'),
      sql: readFileSync(new URL(name, folder), 'utf8'),
    }));
}

/**
 * Brings the schema up to date: each missing migration in a transaction of its own, under a lock, so that any number of
 * installers may race. @param at now, ms. @returns the names of those it ran.
 * @throws SchemaError when a newer program made the schema one that this program cannot work with.
 */
export async function migrate(database: Database, at: number): Promise<readonly string[]> {
  const known = migrations();
  const newest = known.at(-1)?.number ?? 0;
  const ran: string[] = [];
  for (const { number, name, breaking, sql } of known) {
    await database.transact(async (run) => {
      await run('SELECT pg_advisory_xact_lock($1)', [migrationsLock]);
      await run(
        `CREATE TABLE IF NOT EXISTS migrations
           (number integer PRIMARY KEY, name text NOT NULL, breaking boolean NOT NULL, at bigint NOT NULL)`,
      );
      await refuseNewer(run, newest);
      const done = await run('SELECT 1 FROM migrations WHERE number = $1', [number]);
      if (done.length > 0) return;
      await run(sql);
      await run('INSERT INTO migrations (number, name, breaking, at) VALUES ($1, $2, $3, $4)', [
        ...[number, name, breaking, at],
      ]);
      ran.push(name);
    });
  }
  return ran;
}

async function refuseNewer(run: Run, newest: number): Promise<void> {
  const [row] = await run('SELECT name FROM migrations WHERE number > $1 AND breaking ORDER BY number DESC LIMIT 1', [
    newest,
  ]);
  if (row === undefined) return;
  throw new SchemaError(
    `The database was changed by a newer Baton (${String(row.name)}); run that version, or restore a backup made before.`,
  );
}
