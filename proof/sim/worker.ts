import { parentPort, workerData } from 'node:worker_threads';
import type { Tally } from './coverage.ts';
import type { Nodes } from './plan/seeds.ts';
import { plant } from './plant-hook.ts';
import { plants } from './plants.ts';

export type Job = Readonly<{
  /** Seeds from this number on, every `stride`th. */
  from: number;
  to: number;
  stride: number;
  plantName: string | null;
  nodes: Nodes;
}>;

export type Finding = Readonly<{ seed: string; invariant: number; sentence: string }>;

/** What a worker tells from time to time, and at its end. */
export type Progress = Readonly<{
  seeds: number;
  findings: readonly Finding[];
  lastedMs: number;
  steps: number;
  tally: Tally;
  isLast: boolean;
}>;

const tellEvery = 50;

const job = workerData as Job;
const fault = job.plantName === null ? undefined : plants[job.plantName];
if (fault !== undefined) plant(fault);

// Only now, for a fault must be there when the program is loaded.
const { run } = await import('./run.ts');
const { planOf, seedOf } = await import('./plan/seeds.ts');
const { createCoverage, emptyTally } = await import('./coverage.ts');

let news = { seeds: 0, findings: [] as Finding[], lastedMs: 0, steps: 0, tally: emptyTally() };

function tell(isLast: boolean): void {
  parentPort?.postMessage({ ...news, isLast } satisfies Progress);
  news = { seeds: 0, findings: [], lastedMs: 0, steps: 0, tally: emptyTally() };
}

for (let seed = job.from; seed < job.to; seed += job.stride) {
  const { tally } = news;
  const name = seedOf(seed, job.nodes);
  const { violation, lastedMs, steps } = await run(planOf(name), {
    witnesses: () => [createCoverage(tally)],
  });
  news.seeds += 1;
  news.lastedMs += lastedMs;
  news.steps += steps;
  if (violation !== null) {
    news.findings.push({ seed: name, invariant: violation.invariant, sentence: violation.message });
    tell(false);
  } else if (news.seeds === tellEvery) tell(false);
}
tell(true);
