// First estimates of what PostgreSQL costs, for measured.ts, where nothing better was measured: CPU only, flushes are off.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { decodeHints, encodeHint } from '../../src/store/hints/hints.ts';
import { next, opening, say, start } from '../../src/store/kit.contract.ts';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { startTestServer } from '../../src/store/postgres/server.contract.ts';
import type { SessionCommit } from '../../src/store/store.ts';
import { chanceOf } from '../random.ts';
import { idOf } from './ids.ts';

const at = Date.UTC(2026, 10, 25, 12);
const days = 11;
const sessions = 2_048;
const messages = 12;
const ticksMs = 10;

const chance = chanceOf('estimate');
const server = await startTestServer();
try {
  const url = await server.newDatabase();
  const store = await openPostgresStore(url, at, { connections: 1 });
  for (let day = 1; day < days; day += 1) await store.days.makeAhead(at - day * 86_400_000);
  for (const size of [1, 4, 16, 64]) await measureCommits(url, store, size);
  await measureLooks(url, store);
  await store.close();
  await measureNotify(url);
  measureHearing();
} finally {
  await server.stop();
}

/** CPU time of all processes of PostgreSQL, ms. */
async function databaseMs(url: string): Promise<number> {
  const rows = await server.ask(url, 'SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()');
  return rows.reduce((sum, { pid }) => sum + ticksOf(Number(pid)) * ticksMs, 0);
}

function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Conversations of so many messages, in batches of a size. */
async function measureCommits(url: string, store: PostgresStore, size: number): Promise<void> {
  const count = size === 1 ? sessions / 8 : sessions;
  const bytesBefore = await bytesOf(url);
  const [databaseBefore, ownBefore] = [await databaseMs(url), process.cpuUsage()];
  let commits = 0;
  for (let first = 0; first < count; first += size) {
    let batch: readonly SessionCommit[] = Array.from({ length: size }, () => opening(start(idOf(at, chance), at)));
    await store.sessions.commitBatch(batch, at);
    for (let index = 0; index <= messages; index += 1) {
      const text = `Message ${index} of this conversation, fifty letters long.`;
      const command = index === 0 ? ({ kind: 'connect-socket' } as const) : say(text);
      batch = batch.map(({ session }) => next(session, command, at + index));
      await store.sessions.commitBatch(batch, at + index);
    }
    commits += size * (messages + 2);
  }
  const own = process.cpuUsage(ownBefore);
  const database = (await databaseMs(url)) - databaseBefore;
  const bytes = ((await bytesOf(url)) - bytesBefore) / count;
  console.log(
    `batches of ${size}: PostgreSQL ${((database * 1000) / commits).toFixed(0)} µs, the node ` +
      `${((own.user + own.system) / commits).toFixed(0)} µs a commit; ${(bytes / 1000).toFixed(1)} kB a conversation`,
  );
}

async function bytesOf(url: string): Promise<number> {
  const [row] = await server.ask(
    url,
    `SELECT sum(pg_total_relation_size(oid))::float8 AS bytes FROM pg_class
     WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`,
  );
  return Number(row?.bytes);
}

/** What each instance asks again and again. */
async function measureLooks(url: string, store: PostgresStore): Promise<void> {
  const rows = await server.ask(url, 'SELECT id FROM sessions LIMIT 1000');
  const ids = rows.map(({ id }) => String(id));
  const looks = [
    [
      'due and next, nothing due',
      500,
      async () => {
        await store.sessions.claimDue(at, 500);
        await store.sessions.nextWakeAt(at);
      },
    ],
    ['versions of 1000', 100, async () => void (await store.shared.versions(ids))],
    ['count', 100, async () => void (await store.deliveries.count())],
  ] as const;
  for (const [name, times, look] of looks) {
    const [before, ownBefore, startedAt] = [await databaseMs(url), process.cpuUsage(), performance.now()];
    for (let index = 0; index < times; index += 1) await look();
    const own = process.cpuUsage(ownBefore);
    const each = (value: number): string => (value / times).toFixed(0);
    console.log(
      `${name}, ${days + 3} days: PostgreSQL ${each(((await databaseMs(url)) - before) * 1000)} µs, the node ` +
        `${each(own.user + own.system)} µs, ${((performance.now() - startedAt) / times).toFixed(2)} ms`,
    );
  }
  await store.shared.join(8_000);
  for (let round = 0; round < 3; round += 1) {
    const [before, startedAt] = [await databaseMs(url), performance.now()];
    const taken = await store.shared.takeOver(500, true);
    const owed = await store.deliveries.owedIn(taken.map(({ sessionId }) => sessionId));
    console.log(
      `${taken.length} sessions taken over, ${owed.length} calls read: PostgreSQL ` +
        `${(((await databaseMs(url)) - before) * 1000) / taken.length} µs each, ${(performance.now() - startedAt).toFixed(0)} ms`,
    );
  }
}

/** A notification of ten hints, with none and with forty who listen. */
async function measureNotify(url: string): Promise<void> {
  const payload = hints(10);
  const teller = new pg.Client({ connectionString: url });
  await teller.connect();
  const listeners: pg.Client[] = [];
  for (const count of [0, 40]) {
    while (listeners.length < count) {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      await client.query('LISTEN scale');
      listeners.push(client);
    }
    let heard = 0;
    for (const client of listeners) client.on('notification', () => (heard += 1));
    const before = await databaseMs(url);
    const times = 1_000;
    for (let index = 0; index < times; index += 1) {
      await teller.query({ name: 'tell', text: 'SELECT pg_notify($1, $2)', values: ['scale', payload] });
    }
    while (heard < times * count) await new Promise((resolve) => setImmediate(resolve));
    console.log(
      `a notification with ${count} listeners: ${((await databaseMs(url)) - before).toFixed(0)} µs of PostgreSQL`,
    );
  }
  for (const client of [teller, ...listeners]) await client.end();
}

function hints(count: number): string {
  const hint = () => encodeHint({ kind: 'moved', sessionId: idOf(at, chance), version: 12, caller: null });
  return Array.from({ length: count }, hint).join(' ');
}

/** What an instance pays for a hint that it hears, by decoding it alone. */
function measureHearing(): void {
  const text = hints(100);
  for (let index = 0; index < 2_000; index += 1) decodeHints(text);
  const before = process.cpuUsage();
  const times = 5_000;
  for (let index = 0; index < times; index += 1) decodeHints(text);
  const { user, system } = process.cpuUsage(before);
  console.log(`a hint of ${text.length / 100} bytes: ${((user + system) / times / 100).toFixed(2)} µs to read`);
}
