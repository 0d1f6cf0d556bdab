// Tries the store's statements on a Citus, and what the commit costs there. docs/scale.md has a run.
//   npm run scale:citus -- postgres://…      an empty database of the coordinator, as a superuser, workers added
import { readdirSync, readFileSync } from 'node:fs';
import { next, opening, say, start } from '../../src/store/kit.contract.ts';
import { installSchema, openPostgresStore, type PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { ask } from '../../src/store/postgres/server.contract.ts';
import type { AttemptRecord, SessionCommit } from '../../src/store/store.ts';
import { chanceOf } from '../random.ts';
import { idOf } from './ids.ts';

const [url = ''] = process.argv.slice(2);
const at = Date.UTC(2026, 10, 25, 12);
const dayMs = 86_400_000;
const chance = chanceOf('citus');
const bySession = ['events', 'snapshots', 'answers', 'deliveries', 'attempts'];
const everywhere = ['agents', 'flows', 'drafts', 'secrets', 'keys', 'settings'];

await installSchema(url, at);
await ask(url, "SELECT create_distributed_table('sessions', 'id', shard_count := 32)");
for (const table of bySession) {
  await ask(url, `SELECT create_distributed_table('${table}', 'session_id', colocate_with := 'sessions')`);
}
for (const table of everywhere) await ask(url, `SELECT create_reference_table('${table}')`);
const store = await openPostgresStore(url, at, { connections: 1 });
try {
  await tryStatements(store);
  for (const size of [1, 4, 16, 64]) await measureCommits(store, size);
} finally {
  await store.close();
}

function open(): SessionCommit {
  return opening(start(idOf(at, chance), at));
}

async function tryStatements({ sessions, deliveries, shared, reports, days }: PostgresStore): Promise<void> {
  const [one, ...others] = [open(), open(), open(), open()] as const;
  const ids = [one, ...others].map(({ session }) => session.id);
  const connect = (from: SessionCommit): SessionCommit => next(from.session, { kind: 'connect-socket' }, at + 1);
  await shared.join(8_000);
  await attempt('commit, opening one', () => sessions.commitBatch([one], at));
  await attempt('commit, one', () => sessions.commitBatch([connect(one)], at + 1));
  await attempt('commit, opening three', () => sessions.commitBatch(others, at));
  await attempt('commit, three and one that was overtaken', () =>
    sessions.commitBatch([...others.map(connect), connect(one)], at + 1),
  );
  await attempt('load', async () => (await sessions.load(one.session.id))?.version);
  await attempt('claimDue', () => sessions.claimDue(at + dayMs, 10));
  await attempt('nextWakeAt', () => sessions.nextWakeAt(at));
  await attempt('takeOver', () => shared.takeOver(500, true));
  await attempt('held', async () => (await shared.held()).length);
  await attempt('versions', async () => (await shared.versions(ids)).size);
  await attempt('release', () => shared.release([{ sessionId: one.session.id, owedSeq: 2 }]));
  await attempt('owedIn', async () => (await deliveries.owedIn(ids)).length);
  await attempt('owed', async () => (await deliveries.owed(null, 10)).length);
  await attempt('count', () => deliveries.count());
  await attempt('list', async () => (await deliveries.list({ limit: 10, state: 'owed' })).length);
  const [call] = await deliveries.owed(null, 1);
  if (call === undefined) throw new Error('Nothing is owed, so recording cannot be tried.');
  const { sessionId, lane, seq, part } = call;
  const delivered: AttemptRecord = { sessionId, lane, seq, part, attempts: 1, state: 'delivered', at: at + 5 };
  await attempt('record', () => deliveries.record([delivered]));
  await attempt('insights', async () => (await reports.sessions({ limit: 10, offset: 0, mostEvents: 100 })).total);
  await attempt('makeAhead', () => days.makeAhead(at + 5 * dayMs));
  await attempt('drop', () => days.drop(at - dayMs));
}

async function attempt(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    const result = await work();
    console.log(`${name}: taken${result === undefined ? '' : `, ${JSON.stringify(result)}`}`);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const detail = typeof cause === 'object' && cause !== null && 'detail' in cause ? cause.detail : undefined;
    console.log(`${name}: REFUSED, ${String(cause)}${detail === undefined ? '' : ` (${String(detail)})`}`);
  }
}

/** Time and CPU of conversations of twelve messages, in batches of a size. */
async function measureCommits({ sessions }: PostgresStore, size: number): Promise<void> {
  const masters = await postmasters();
  const [before, startedAt] = [ticksOf(masters), performance.now()];
  let batches = 0;
  for (let round = 0; round < 5; round += 1) {
    let batch: readonly SessionCommit[] = Array.from({ length: size }, open);
    for (let index = 0; index < 14; index += 1, batches += 1) {
      if (index > 0) {
        const command =
          index === 1 ? ({ kind: 'connect-socket' } as const) : say('Fifty letters long, more or less, as most are.');
        batch = batch.map(({ session }) => next(session, command, at + index));
      }
      await sessions.commitBatch(batch, at + index);
    }
  }
  const ms = (performance.now() - startedAt) / batches;
  const us = ((ticksOf(masters) - before) * 10_000) / batches;
  console.log(
    `batches of ${size}: ${ms.toFixed(0)} ms and ${(us / 1000).toFixed(0)} ms of CPU a batch, ${(us / size).toFixed(0)} µs a commit`,
  );
}

/** Of all nodes, where they are on this machine. */
async function postmasters(): Promise<ReadonlySet<string>> {
  const rows = await ask(url, "SELECT result FROM run_command_on_all_nodes($$SELECT pg_read_file('postmaster.pid')$$)");
  return new Set(rows.map(({ result }) => String(result).split('\n')[0] ?? ''));
}

/** CPU of processes, of those they have and of those they had. */
function ticksOf(masters: ReadonlySet<string>): number {
  let sum = 0;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    let fields: readonly string[] = [];
    try {
      fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    } catch {
      // It ended meanwhile; its master has what it used.
    }
    if (masters.has(fields[1] ?? '')) sum += Number(fields[11]) + Number(fields[12]);
    if (masters.has(pid)) sum += Number(fields[13]) + Number(fields[14]);
  }
  return sum;
}
