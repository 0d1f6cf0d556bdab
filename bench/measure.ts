import { setTimeout as pause } from 'node:timers/promises';
import type { Dialogue } from '../src/replay/dialogues.ts';
import { type ReplayReport, replay } from '../src/replay/replay.ts';
import type { ServerProcess } from './server-process.ts';
import { commitBatches, key, startBaton } from './subjects.ts';

export type Load = Readonly<{ dialogues: readonly Dialogue[]; repeat: number; sessions: number; idempotent: boolean }>;

export type Measured = Readonly<{
  report: ReplayReport;
  /** Of the server's process, and of the driver's, for each message that arrived. */
  serverCpuUs: number;
  driverCpuUs: number;
  mostRss: number;
  /** Transactions for each message; null where nothing is flushed. */
  flushes: number | null;
}>;

/** Plays the load through a server, after all dialogues once to warm up both sides. @throws Error when a text differs. */
export async function measure(server: ServerProcess, load: Load, durable: boolean): Promise<Measured> {
  await play(server.url, { ...load, repeat: 1 });
  const flushed = async (): Promise<number> => (durable ? commitBatches(server.url) : 0);
  const [usedBefore, flushedBefore, ownBefore] = [server.usage(), await flushed(), process.cpuUsage()];
  const report = await play(server.url, load);
  const own = process.cpuUsage(ownBefore);
  const used = server.usage();
  const flushes = (await flushed()) - flushedBefore;
  return {
    report,
    serverCpuUs: (used.cpuUs - usedBefore.cpuUs) / report.messages,
    driverCpuUs: (own.user + own.system) / report.messages,
    mostRss: used.mostRss,
    flushes: durable ? flushes / report.messages : null,
  };
}

async function play(url: string, load: Load): Promise<ReplayReport> {
  const report = await replay({ ...load, url, key, unsigned: true });
  if (report.differing === 0) return report;
  throw new Error(`What was measured is not right: ${JSON.stringify(report.differences, null, 2)}`);
}

export type Rest = Readonly<{ readyMs: number; idleRss: number }>;

const starts = 5;
const idleMs = 3_000;

/** How long a start on the database of the rounds before takes, and what Baton holds in memory when nothing happens. */
export async function measureRest(): Promise<Rest> {
  const times: number[] = [];
  let idleRss = 0;
  for (let round = 1; round <= starts; round += 1) {
    const startedAt = performance.now();
    const server = await startBaton(false);
    times.push(performance.now() - startedAt);
    if (round === starts) {
      await pause(idleMs);
      idleRss = server.usage().rss;
    }
    await server.stop();
  }
  return { readyMs: median(times), idleRss };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
