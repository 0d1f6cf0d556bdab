import pg from 'pg';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { idTail, oldestDay, shiftsOf } from './seed.ts';

const tables = ['sessions', 'events', 'deliveries', 'snapshots'] as const;
const workers = 2;
const copiesPerTransaction = 20;

/** An id, $1 ms earlier. */
const moved = `(substr(hex, 1, 8) || '-' || substr(hex, 9) || tail)::uuid`;
const earlier = (table: string): string =>
  `FROM (SELECT *, lpad(to_hex(ms - $1::bigint), 12, '0') AS hex FROM template_${table}) t`;

const copies: Readonly<Record<(typeof tables)[number], string>> = {
  sessions: `INSERT INTO sessions (id, agent_id, flow_version, version, started_at, ended, wake_at, owed_seq)
    SELECT ${moved}, agent_id, flow_version, version, started_at - $1, ended, wake_at, owed_seq ${earlier('sessions')}`,
  events: `INSERT INTO events (session_id, seq, at, kind, v, body)
    SELECT ${moved}, seq, at - $1, kind, v,
      CASE kind WHEN 'session-started' THEN replace(body, session_id::text, ${moved}::text) ELSE body END
    ${earlier('events')}`,
  deliveries: `INSERT INTO deliveries (session_id, lane, seq, part, kind, url, detail, state, attempts, owed_at, due_at,
      try_until, settled_at, last_failure, replayed)
    SELECT ${moved}, lane, seq, part, kind, url, detail, state, attempts, owed_at - $1, due_at - $1,
      try_until - $1, settled_at - $1, last_failure, replayed ${earlier('deliveries')}`,
  snapshots: `INSERT INTO snapshots (session_id, version, v, body)
    SELECT ${moved}, version, v, replace(body, session_id::text, ${moved}::text) ${earlier('snapshots')}`,
};

/**
 * Copies the ended sessions that the database holds until it holds as many events.
 * @returns how many rows there are of each table then.
 */
export async function seedPostgres(url: string, events: number): Promise<Readonly<Record<string, number>>> {
  const now = Date.now();
  await (await openPostgresStore(url, oldestDay(now))).close();
  const client = await connected(url);
  try {
    for (const table of tables) await makeTemplate(client, table);
    const found = await countOf(client, 'template_events');
    if (found === 0) throw new Error('The database has no ended session to be copied.');
    const shifts = shiftsOf(Math.max(0, Math.ceil(events / found) - 1), now);
    const share = Math.ceil(shifts.length / workers);
    await Promise.all(
      Array.from({ length: workers }, (_, index) => copyAll(url, shifts.slice(index * share, (index + 1) * share))),
    );
    await client.query(`DROP TABLE ${tables.map((table) => `template_${table}`).join(', ')}`);
    // As autovacuum does it within a minute or two.
    for (const table of tables) await client.query(`VACUUM ANALYZE ${table}`);
    const counts = new Map<string, number>();
    for (const table of tables) counts.set(table, await countOf(client, table));
    return Object.fromEntries(counts);
  } finally {
    await client.end();
  }
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  // Where the server goes down because another copy failed, that failure is the one to tell.
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function countOf(client: pg.Client, table: string): Promise<number> {
  return Number((await client.query(`SELECT count(*) AS rows FROM ${table}`)).rows[0]?.rows);
}

async function makeTemplate(client: pg.Client, table: (typeof tables)[number]): Promise<void> {
  const id = table === 'sessions' ? 'id' : 'session_id';
  const order = table === 'sessions' || table === 'snapshots' ? id : `${id}, seq`;
  await client.query(
    `CREATE TABLE template_${table} AS
     SELECT t.*, ('x' || lpad(replace(left(t.${id}::text, 13), '-', ''), 16, '0'))::bit(64)::bigint AS ms,
       substr(t.${id}::text, ${idTail}) AS tail
     FROM ${table} t WHERE t.${id} IN (SELECT id FROM sessions WHERE ended = 1) ORDER BY ${order}`,
  );
}

async function copyAll(url: string, shifts: readonly number[]): Promise<void> {
  const client = await connected(url);
  try {
    for (let first = 0; first < shifts.length; first += copiesPerTransaction) {
      await client.query('BEGIN');
      for (const shift of shifts.slice(first, first + copiesPerTransaction)) {
        for (const table of tables) await client.query({ name: table, text: copies[table], values: [shift] });
      }
      await client.query('COMMIT');
    }
  } finally {
    await client.end();
  }
}
