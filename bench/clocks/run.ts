import { setTimeout as pause } from 'node:timers/promises';
import { Latencies } from '../../src/replay/latencies.ts';
import type { Store } from '../../src/store/store.ts';
import type { ServerProcess } from '../server-process.ts';
import { checkCopies } from './check.ts';
import { type Batch, dueAtOf, numberOf, type Original, originalOf, type StoredRow } from './copies.ts';
import type { Desk } from './desk.ts';
import { openFirstSession } from './first-session.ts';

/** An engine that keeps sessions, while the program runs on it and while it does not. */
export type Keeper = Readonly<{
  start: () => Promise<ServerProcess>;
  open: () => Promise<Store>;
  read: (text: string) => Promise<readonly StoredRow[]>;
  copy: (original: Original, batch: Batch) => Promise<void>;
  /** Brings it to rest, as it would be some minutes later. */
  settle: () => Promise<void>;
  /** Memory of the database's own processes; null where it has none. */
  databaseBytes: () => number | null;
}>;

export type Lateness = Readonly<{ p50: number; p99: number; most: number }>;

export type Measured = Readonly<{
  /** Sessions with a clock that runs, those included that fall due. */
  waiting: number;
  due: number;
  /** Of the slowest node. */
  readyMs: number;
  /** Of the largest node. */
  rssAtStart: number;
  mostRss: number;
  databaseBytes: number | null;
  /** From the deadline to the instant of the event, and to the desk's being told. */
  decided: Lateness;
  told: Lateness;
  early: number;
  missing: number;
  twice: number;
  cpuUs: number;
}>;

/** Plays the one session that is copied. */
export async function playOriginal(keeper: Keeper, desk: Desk): Promise<Original> {
  const node = await keeper.start();
  const id = await openFirstSession(node.url, desk);
  await node.stop();
  const store = await keeper.open();
  try {
    return await originalOf(store, id, keeper.read);
  } finally {
    await store.close();
  }
}

const sampled = 200;

/** Copies that rest are checked as those that fall due are. */
export async function copyAndCheck(keeper: Keeper, original: Original, batch: Batch): Promise<void> {
  await keeper.copy(original, batch);
  const step = Math.max(1, Math.floor(batch.count / sampled));
  const rows = await keeper.read(
    'SELECT id, wake_at FROM sessions WHERE ended = 0 AND wake_at IS NOT NULL ORDER BY id',
  );
  const own = rows.filter(({ id }) => isOf(batch, numberOf(String(id))));
  if (own.length !== batch.count) throw new Error(`${own.length} of ${batch.count} copies are there.`);
  const store = await keeper.open();
  try {
    const some = own.filter((_, index) => index % step === 0);
    await checkCopies(
      store,
      some.map((row) => ({ id: String(row.id), wakeAt: Number(row.wake_at) })),
    );
  } finally {
    await store.close();
  }
}

export const isOf = ({ first, count }: Batch, n: number): boolean => n >= first && n < first + count;

const leadMs = 20_000;
const graceMs = 60_000;

export type Plan = Readonly<{
  keeper: Keeper;
  original: Original;
  desk: Desk;
  nodes: number;
  first: number;
  due: number;
  windowMs: number;
}>;

/** Lets some sessions fall due while the program runs, and looks what became of them. */
export async function measureClocks(plan: Plan): Promise<Measured> {
  const { keeper, original, nodes: count } = plan;
  const fromMs = Date.now() + leadMs + plan.due / 4;
  const batch = { first: plan.first, count: plan.due, fromMs, toMs: fromMs + plan.windowMs };
  await copyAndCheck(keeper, original, batch);
  await keeper.settle();
  const [row] = await keeper.read('SELECT count(*) AS count FROM sessions WHERE wake_at IS NOT NULL');
  if (Date.now() > fromMs) throw new Error('The copies took so long that some are due before the start.');
  const startedAt = performance.now();
  const nodes = await Promise.all(Array.from({ length: count }, () => keeper.start()));
  try {
    const readyMs = performance.now() - startedAt;
    const rssAtStart = Math.max(...nodes.map((node) => node.usage().rss));
    await untilTold(plan, batch);
    const usage = nodes.map((node) => node.usage());
    const databaseBytes = keeper.databaseBytes();
    await Promise.all(nodes.map((node) => node.stop()));
    return {
      ...{ waiting: Number(row?.count), due: plan.due, readyMs, rssAtStart, databaseBytes },
      mostRss: Math.max(...usage.map(({ mostRss }) => mostRss)),
      cpuUs: usage.reduce((sum, { cpuUs }) => sum + cpuUs, 0),
      ...(await outcomeOf(plan, batch)),
    };
  } finally {
    await Promise.all(nodes.map((node) => node.stop()));
  }
}

async function untilTold({ desk, due }: Plan, batch: Batch): Promise<void> {
  const told = (): number => [...desk.ended.keys()].filter((id) => isOf(batch, numberOf(id))).length;
  while (Date.now() < batch.toMs + graceMs) {
    await pause(500);
    // What comes twice may come a little later.
    if (Date.now() > batch.toMs && told() === due) return void (await pause(2_000));
  }
}

async function outcomeOf({ keeper, desk, original }: Plan, batch: Batch) {
  const rows = await keeper.read(
    `SELECT e.session_id, e.at, e.body FROM sessions s JOIN events e ON e.session_id = s.id
     WHERE s.ended = 1 AND e.kind = 'handoff-ended'`,
  );
  const [decided, told] = [new Latencies(), new Latencies()];
  const most = { decided: 0, told: 0 };
  const seen = new Set<string>();
  const faults = { early: 0, missing: 0, twice: 0 };
  for (const { session_id, at, body } of rows) {
    const id = String(session_id);
    if (id === original.id) throw new Error('The session that is copied has ended.');
    // Those of the runs before have ended too; those that rest have not.
    if (numberOf(id) >= batch.first + batch.count) faults.early += 1;
    if (!isOf(batch, numberOf(id))) continue;
    const late = Number(at) - dueAtOf(batch, numberOf(id));
    const atDesk = desk.ended.get(id);
    if (seen.has(id) || (atDesk?.webhooks.size ?? 1) > 1) faults.twice += 1;
    if (late < 0 || !String(body).includes('"no-response"')) faults.early += 1;
    seen.add(id);
    decided.add(late);
    most.decided = Math.max(most.decided, late);
    if (atDesk === undefined) continue;
    told.add(atDesk.at - dueAtOf(batch, numberOf(id)));
    most.told = Math.max(most.told, atDesk.at - dueAtOf(batch, numberOf(id)));
  }
  faults.missing = Math.max(batch.count - seen.size, batch.count - told.total);
  const lateness = (of: Latencies, longest: number): Lateness => ({ p50: of.at(0.5), p99: of.at(0.99), most: longest });
  return { ...faults, decided: lateness(decided, most.decided), told: lateness(told, most.told) };
}
