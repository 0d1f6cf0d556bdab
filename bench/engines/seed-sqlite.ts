import { DatabaseSync } from 'node:sqlite';
import { idTail, shiftsOf } from './seed.ts';

const tables = ['sessions', 'events', 'deliveries', 'snapshots'] as const;

const moved = `substr(hex, 1, 8) || '-' || substr(hex, 9) || tail`;
const earlier = (table: string): string =>
  `FROM (SELECT *, printf('%012x', ms - $shift) AS hex FROM temp.template_${table})`;

const copies: Readonly<Record<(typeof tables)[number], string>> = {
  sessions: `INSERT INTO sessions (id, agent_id, flow_version, version, started_at, ended, wake_at)
    SELECT ${moved}, agent_id, flow_version, version, started_at - $shift, ended, wake_at ${earlier('sessions')}`,
  events: `INSERT INTO events (session_id, seq, at, kind, v, body)
    SELECT ${moved}, seq, at - $shift, kind, v,
      CASE kind WHEN 'session-started' THEN replace(body, session_id, ${moved}) ELSE body END
    ${earlier('events')}`,
  deliveries: `INSERT INTO deliveries (session_id, lane, seq, part, kind, url, detail, state, attempts, owed_at, due_at,
      try_until, settled_at, last_failure, replayed)
    SELECT ${moved}, lane, seq, part, kind, url, detail, state, attempts, owed_at - $shift, due_at - $shift,
      try_until - $shift, settled_at - $shift, last_failure, replayed ${earlier('deliveries')}`,
  snapshots: `INSERT INTO snapshots (session_id, version, v, body)
    SELECT ${moved}, version, v, replace(body, session_id, ${moved}) ${earlier('snapshots')}`,
};

/** As that of PostgreSQL. @param file of a database that nobody has open. */
export function seedSqlite(file: string, events: number): Readonly<Record<string, number>> {
  const database = new DatabaseSync(file);
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA temp_store = MEMORY');
    const count = (table: string): number =>
      Number(database.prepare(`SELECT COUNT(*) AS rows FROM ${table}`).get()?.rows);
    for (const table of tables) makeTemplate(database, table);
    const found = count('temp.template_events');
    if (found === 0) throw new Error('The database has no ended session to be copied.');
    const statements = tables.map((table) => database.prepare(copies[table]));
    for (const shift of shiftsOf(Math.max(0, Math.ceil(events / found) - 1), Date.now())) {
      database.exec('BEGIN');
      for (const statement of statements) statement.run({ shift });
      database.exec('COMMIT');
    }
    database.exec('PRAGMA synchronous = FULL; PRAGMA wal_checkpoint(TRUNCATE)');
    return Object.fromEntries(tables.map((table) => [table, count(table)]));
  } finally {
    database.close();
  }
}

function makeTemplate(database: DatabaseSync, table: (typeof tables)[number]): void {
  const id = table === 'sessions' ? 'id' : 'session_id';
  const order = table === 'sessions' || table === 'snapshots' ? id : `${id}, seq`;
  database.exec(`CREATE TEMP TABLE template_${table} AS
    SELECT t.*, unixepoch(0) AS ms, substr(t.${id}, ${idTail}) AS tail
    FROM main.${table} t WHERE t.${id} IN (SELECT id FROM main.sessions WHERE ended = 1) ORDER BY ${order}`);
  // SQLite reads no hexadecimal text.
  const ids = database.prepare(`SELECT DISTINCT ${id} AS id FROM temp.template_${table}`).all();
  database.exec(`CREATE INDEX temp.template_${table}_id ON template_${table} (${id})`);
  const set = database.prepare(`UPDATE temp.template_${table} SET ms = ? WHERE ${id} = ?`);
  for (const { id: one } of ids) set.run(Number.parseInt(String(one).slice(0, 13).replace('-', ''), 16), one as string);
}
