import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chanceOf } from '../../random.ts';
import { conclude, type Outcome, runFolder } from '../conclude.ts';
import type { FaultCounts } from './faults.ts';
import type { NetworkWay } from './network.ts';
import { NodesAct, timelineFile } from './nodes-act.ts';

export type NodesChaosOptions = Readonly<{
  seed: string;
  nodes: number;
  faults: FaultCounts;
  messages: number;
  sessions: number;
  network: NetworkWay | 'best';
  keep: boolean;
  desks: 'all' | 'brisk';
  plant: string | null;
  stop: AbortSignal;
  say: (line: string) => void;
}>;

/**
 * Several nodes on one PostgreSQL, in which everything is done to all of them.
 * @throws Error that says what was done until then, when the run could not go on.
 */
export async function runNodesChaos({ seed, sessions, keep, plant, ...options }: NodesChaosOptions): Promise<Outcome> {
  const folder = runFolder();
  const chance = chanceOf(`${seed}/nodes`);
  try {
    const act = await NodesAct.play({ ...options, chance, atOnce: sessions, folder: join(folder, 'nodes') });
    return conclude([act], { folder, plant, keep });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${why}\nseed "${seed}"; logs are in ${folder}\n${storyOf(folder)}`, { cause });
  }
}

/** What was done to nodes and database, and when: where only the words of a failure are kept, the logs are not. */
export function storyOf(folder: string): string {
  const file = join(folder, 'nodes', timelineFile);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  return lines.filter((line) => / (begins|over): /.test(line)).join('\n');
}
