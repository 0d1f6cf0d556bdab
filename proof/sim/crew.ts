import { Worker } from 'node:worker_threads';
import { addTo, emptyTally, type Tally } from './coverage.ts';
import type { Nodes } from './plan/seeds.ts';
import type { Finding, Job, Progress } from './worker.ts';

export type Sum = {
  seeds: number;
  findings: Finding[];
  lastedMs: number;
  steps: number;
  readonly tally: Tally;
};

/** @param until whether enough is known already. */
export type CrewOptions = Readonly<{
  from: number;
  to: number;
  workers: number;
  plantName: string | null;
  nodes: Nodes;
  enough: (sum: Sum) => boolean;
  told: (sum: Sum) => void;
}>;

/** Shares seeds among threads, each with a program of its own. */
export async function playSeeds(options: CrewOptions): Promise<Sum> {
  const { from, to, workers, plantName, nodes, enough, told } = options;
  const sum: Sum = { seeds: 0, findings: [], lastedMs: 0, steps: 0, tally: emptyTally() };
  const threads: Worker[] = [];
  const played = new Promise<void>((resolve, reject) => {
    let left = workers;
    for (let index = 0; index < workers; index += 1) {
      const workerData: Job = { from: from + index, to, stride: workers, plantName, nodes };
      const thread = new Worker(new URL('./worker.ts', import.meta.url), { workerData });
      threads.push(thread);
      thread.on('error', reject);
      thread.on('message', (progress: Progress) => {
        add(sum, progress);
        told(sum);
        if (progress.isLast) left -= 1;
        if (left === 0 || enough(sum)) resolve();
      });
    }
  });
  try {
    await played;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
  sum.findings.sort((one, other) => Number.parseInt(one.seed, 10) - Number.parseInt(other.seed, 10));
  return sum;
}

function add(sum: Sum, { seeds, findings, lastedMs, steps, tally }: Progress): void {
  sum.seeds += seeds;
  sum.findings.push(...findings);
  sum.lastedMs += lastedMs;
  sum.steps += steps;
  addTo(sum.tally, tally);
}
