import { SchemaError } from '../migrate.ts';
import type { Database, Run } from '../postgres/database.ts';
import { MoveError, movedTables } from './tables.ts';

/*
 * A move that is under way has a row in `settings`.
 * 1. It is written together with the look whether the database is empty, and goes together with the last of the copy,
 *    when that was compared with its source. So what stands in a database that has it came by a move and may be emptied.
 * 2. No server opens a database that has it.
 * 3. Every chunk is written under it. A move whose row was replaced by another one's writes nothing any more.
 */

const name = 'move';

/** Any number that no other program takes in this database: "move" in ASCII. */
const moveLock = 0x6d6f7665;

/** Part of a statement: one row while the move of `$parameter` is under way, and none afterwards. */
export const underWay = (parameter: number): string =>
  `SELECT name FROM settings WHERE name = '${name}' AND value = $${parameter} FOR SHARE`;

export const superseded = (): MoveError =>
  new MoveError('Another "baton move --again" has taken this database over; this one wrote nothing more.');

/** @throws SchemaError when what is in the database is a part of an embedded one. */
export async function refuseUnfinishedMove(run: Run): Promise<void> {
  const begun = await run('SELECT value FROM settings WHERE name = $1', [name]);
  if (begun.length === 0) return;
  throw new SchemaError(
    'A "baton move" into this database is under way or was cut short, so what is in it is not whole; wait for its end, or run "baton move --again".',
  );
}

/**
 * Looks whether a database is one to move into, before anything is changed in it.
 * @param again whether what an earlier move wrote may be thrown away. @returns whether there is something to throw away.
 */
export async function refuseUsed(run: Run, again: boolean): Promise<boolean> {
  const names = [...movedTables.map((table) => table.name), 'settings', 'instances', 'migrations'];
  const rows = await run('SELECT name FROM unnest($1::text[]) AS name WHERE to_regclass(name) IS NOT NULL', [names]);
  const present = new Set(rows.map((row) => String(row.name)));
  if (present.size === 0) return false;
  if (!present.has('migrations') || !present.has('settings')) {
    throw new MoveError(
      `The database holds a table "${[...present][0]}" that is not Baton's; name a database of its own, or another schema.`,
    );
  }
  if (present.has('instances')) await refuseServed(run);
  const [mark] = await run('SELECT value FROM settings WHERE name = $1', [name]);
  if (mark !== undefined) {
    if (again) return true;
    throw new MoveError(
      `An earlier move into this database (${begunAt(String(mark.value))}) was cut short, or is under way; nothing was changed. When it is not under way, --again empties what it wrote and starts anew.`,
    );
  }
  for (const table of movedTables) {
    if (!present.has(table.name) || (await run(`SELECT 1 FROM ${table.name} LIMIT 1`)).length === 0) continue;
    throw new MoveError(
      `The database is not empty: it holds ${table.name}, which are no move's. Nothing was changed; name an empty one.`,
    );
  }
  return false;
}

async function refuseServed(run: Run): Promise<void> {
  const alive = await run(
    'SELECT 1 FROM instances WHERE NOT gone AND until > extract(epoch FROM clock_timestamp()) * 1000 LIMIT 1',
  );
  if (alive.length > 0) {
    throw new MoveError('A server works on this database; stop it first, and start it when the move is over.');
  }
}

function begunAt(mark: string): string {
  const [, begun = ''] = mark.split(' ');
  return `of ${begun}`;
}

/**
 * Begins a move into a database that has our schema. @param id of this move, nobody else's. @param at now, ms.
 * @returns the mark that everything is written under.
 */
export async function beginMove(database: Database, id: string, at: number, again: boolean): Promise<string> {
  const mark = `${id} ${new Date(at).toISOString()}`;
  const used = await database.transact(async (run) => {
    await run('SELECT pg_advisory_xact_lock($1)', [moveLock]);
    const found = await refuseUsed(run, again);
    await run('INSERT INTO settings VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value', [
      ...[name, mark],
    ]);
    return found;
  });
  // Not in the same transaction: an earlier move that writes just now would wait for it, and it for that one's tables.
  if (used) await empty(database, mark);
  return mark;
}

async function empty(database: Database, mark: string): Promise<void> {
  await database.transact(async (run) => {
    if ((await run(underWay(1), [mark])).length === 0) throw superseded();
    await run(`TRUNCATE ${movedTables.map((table) => table.name).join(', ')}`);
  });
}

/** Opens the database for servers. @param secret what all of them share; null when their configuration has it. */
export async function endMove(database: Database, mark: string, secret: string | null): Promise<void> {
  await database.transact(async (run) => {
    const own = await run('DELETE FROM settings WHERE name = $1 AND value = $2 RETURNING name', [name, mark]);
    if (own.length === 0) throw superseded();
    if (secret === null) return;
    await run("INSERT INTO settings VALUES ('secret', $1) ON CONFLICT (name) DO UPDATE SET value = excluded.value", [
      secret,
    ]);
  });
}
