import { join } from 'node:path';
import { chanceOf } from '../../random.ts';
import { conclude, type Outcome, runFolder } from '../conclude.ts';
import type { FaultCounts } from './faults.ts';
import type { NetworkWay } from './network.ts';
import { NodesAct } from './nodes-act.ts';

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

/** Several nodes on one PostgreSQL, in which everything is done to all of them. */
export async function runNodesChaos({ seed, sessions, keep, plant, ...options }: NodesChaosOptions): Promise<Outcome> {
  const folder = runFolder();
  const chance = chanceOf(`${seed}/nodes`);
  const act = await NodesAct.play({ ...options, chance, atOnce: sessions, folder: join(folder, 'nodes') });
  return conclude([act], { folder, plant, keep });
}
