import { readdirSync, readFileSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** The database cannot be used by this program; the message says what to do. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

const folder = new URL('./migrations/', import.meta.url);

type Migration = Readonly<{ number: number; name: string; sql: string }>;

function migrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .sort()
    .map((name) => ({ number: Number(name.slice(0, 4)), name, sql: readFileSync(new URL(name, folder), 'utf8') }));
}

/**
 * Brings the schema up to date: each missing migration in a transaction of its own, under the write lock, so that any
 * number of installers may race. @returns the names of those it ran. @throws SchemaError when a newer program was here.
 */
export function migrate(database: DatabaseSync, at: number): readonly string[] {
  database.exec(
    'CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)',
  );
  const known = migrations();
  const newest = known.at(-1)?.number ?? 0;
  const ran: string[] = [];
  for (const { number, name, sql } of known) {
    database.exec('BEGIN IMMEDIATE');
    try {
      refuseNewer(database, newest);
      const done = database.prepare('SELECT 1 FROM migrations WHERE number = ?').get(number) !== undefined;
      if (!done) {
        database.exec(sql);
        database.prepare('INSERT INTO migrations (number, name, at) VALUES (?, ?, ?)').run(number, name, at);
        ran.push(name);
      }
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }
  return ran;
}

function refuseNewer(database: DatabaseSync, newest: number): void {
  const row = database.prepare('SELECT name FROM migrations WHERE number > ? ORDER BY number DESC LIMIT 1').get(newest);
  if (row === undefined) return;
  throw new SchemaError(
    `The database was changed by a newer Baton (${String(row.name)}); run that version, or restore a backup made before.`,
  );
}

/** The schema as SQL, one statement after the other, as the committed dump holds it. */
export function dumpSchema(database: DatabaseSync): string {
  const rows = database
    .prepare(
      "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name",
    )
    .all();
  return `${rows.map(({ sql }) => `${String(sql)};`).join('\n\n')}\n`;
}
