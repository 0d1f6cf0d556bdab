import { type ReplayReport, replay } from '../../src/replay/replay.ts';
import type { Load } from '../measure.ts';
import type { ServerProcess } from '../server-process.ts';
import { key, metric } from '../subjects.ts';
import type { DatabaseServer } from './database-server.ts';

export type Measured = Readonly<{
  report: ReplayReport;
  /** Of all nodes, of PostgreSQL and of the driver, for each message that arrived, µs. */
  nodesUs: number;
  databaseUs: number;
  driverUs: number;
  /** Batches of commands, and commands in one of them. */
  batches: number;
  commandsInBatch: number;
  mostRss: number;
  /** Of a run that included warming up, for each message; null where the embedded database is flushed once a batch. */
  flushes: number | null;
  logBytes: number | null;
}>;

export type Running = Readonly<{
  nodes: readonly ServerProcess[];
  /** Null for the embedded one, whose CPU is the node's. */
  database: DatabaseServer | null;
  stop: () => Promise<void>;
}>;

/** Starts a subject, warms it up with every dialogue once, plays the load, and stops it. @throws Error when a text differs. */
export async function measureSubject(
  start: () => Promise<Running>,
  database: DatabaseServer | null,
  load: Load,
): Promise<Measured> {
  await database?.settle();
  const logBefore = await database?.log();
  const running = await start();
  try {
    const warmed = await play(running, { ...load, repeat: 1 });
    const before = await usageOf(running);
    const own = process.cpuUsage();
    const report = await play(running, load);
    const { user, system } = process.cpuUsage(own);
    const after = await usageOf(running);
    await running.stop();
    const log = await database?.log();
    const each = (value: number): number => value / report.messages;
    const logged = (of: 'flushes' | 'bytes'): number | null =>
      log === undefined || logBefore === undefined
        ? null
        : (log[of] - logBefore[of]) / (report.messages + warmed.messages);
    return {
      report,
      nodesUs: each(after.nodesUs - before.nodesUs),
      databaseUs: each(after.databaseUs - before.databaseUs),
      driverUs: each(user + system),
      batches: each(after.batches - before.batches),
      commandsInBatch: (after.commands - before.commands) / (after.batches - before.batches),
      mostRss: after.mostRss,
      flushes: logged('flushes'),
      logBytes: logged('bytes'),
    };
  } finally {
    await running.stop();
  }
}

async function usageOf({ nodes, database }: Running) {
  const total = { nodesUs: 0, databaseUs: database?.cpuUs() ?? 0, batches: 0, commands: 0, mostRss: 0 };
  for (const node of nodes) {
    const { cpuUs, mostRss } = node.usage();
    total.nodesUs += cpuUs;
    total.mostRss += mostRss;
  }
  for (const { url } of nodes) {
    total.batches += await metric(url, 'commit_batches_total');
    total.commands += await metric(url, 'commands_total');
  }
  return total;
}

async function play({ nodes }: Running, load: Load): Promise<ReplayReport> {
  const [url = '', ...others] = nodes.map((node) => node.url);
  const report = await replay({ ...load, url, others, key, unsigned: true });
  if (report.differing === 0) return report;
  throw new Error(`What was measured is not right: ${JSON.stringify(report.differences, null, 2)}`);
}
