import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';

/** What time, and not a request, may change: tries of calls, the last use of keys and sign-ins, the record of requests. */
const ownTables = /audit|attempt|sqlite_|migrations|snapshots/;
/** Facts that time makes; a session's version, and its snapshot, only count facts. */
const ownFacts = `kind NOT IN ('delivery-delayed', 'delivery-resumed')`;
const ownColumns =
  /^(attempts?|due_at|last_failure|wake_at|version|last_used(_at)?|used_at|refreshed_at|expires_at|failing_since|tried_at)$/;

const untried = `SELECT count(*) AS calls FROM deliveries AS one WHERE state = 'owed' AND attempts = 0 AND NOT EXISTS
  (SELECT 1 FROM deliveries WHERE session_id = one.session_id AND lane = one.lane AND state = 'owed' AND attempts > 0)`;

/** The program's databases, read beside it. */
export class Fingerprint {
  readonly #databases: readonly DatabaseSync[];

  /** @param folder the program's data. */
  constructor(folder: string) {
    this.#databases = ['baton.sqlite', 'desk.sqlite'].map(
      (name) => new DatabaseSync(join(folder, name), { readOnly: true }),
    );
  }

  /** Changes when, and only when, something was committed since. */
  version(): string {
    return this.#databases.map((one) => Object.values(one.prepare('PRAGMA data_version').get() ?? {})[0]).join(' ');
  }

  /** A hash of every row by table; costs as much as there are rows. */
  take(): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const [index, database] of this.#databases.entries()) {
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
      for (const name of tables.map((table) => String(table.name))) {
        if (!ownTables.test(name)) found.set(`${index === 0 ? '' : 'desk.'}${name}`, hashOf(database, name));
      }
    }
    return found;
  }

  /** Waits until what was accepted has had its effects: nothing is owed that was not tried, nothing is committed. */
  async settle(): Promise<void> {
    let quiet = 0;
    for (let last = '', tries = 0; quiet < 3 && tries < 100; tries += 1) {
      await pause(6);
      const now = `${this.version()} ${this.#owed()}`;
      quiet = now === last && now.endsWith(' 0') ? quiet + 1 : 0;
      last = now;
    }
  }

  /** Calls whose turn it is and that were not tried yet, and what the desk owes the router. */
  #owed(): number {
    const [router, desk] = this.#databases;
    const calls = router?.prepare(untried).get()?.calls ?? 0;
    return Number(calls) + Number(desk?.prepare('SELECT count(*) AS calls FROM outbox').get()?.calls ?? 0);
  }

  close(): void {
    for (const database of this.#databases) database.close();
  }
}

function hashOf(database: DatabaseSync, table: string): string {
  const columns = database
    .prepare(`SELECT name FROM pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name));
  const kept = columns.filter((name) => !ownColumns.test(name)).map((name) => `"${name}"`);
  const hash = createHash('sha256');
  let rows = 0;
  for (const row of database
    .prepare(
      `SELECT ${kept.join(', ')} FROM "${table}"${table === 'events' ? ` WHERE ${ownFacts}` : ''} ORDER BY ${kept.join(', ')}`,
    )
    .iterate()) {
    hash.update(JSON.stringify(Object.values(row)));
    rows += 1;
  }
  return `${rows} rows, ${hash.digest('hex').slice(0, 16)}`;
}

/** The tables that differ, in words; empty when nothing does. */
export function difference(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  const tables = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.get(name) !== after.get(name),
  );
  return tables.map((name) => `${name}: ${before.get(name)} became ${after.get(name)}`).join('; ');
}
