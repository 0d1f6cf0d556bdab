import type { Chance } from '../../random.ts';

/** What is done to nodes, to the database and between them. */
export type Fault = 'kill' | 'stop' | 'pause' | 'cut' | 'restart' | 'crash' | 'reset' | 'deafen';

/** How often each is done. */
export type FaultCounts = Readonly<Record<Fault, number>>;

/** How faults are called in the report. */
export const faultNames: Readonly<Record<Fault, string>> = {
  kill: 'kills (SIGKILL)',
  stop: 'graceful stops (SIGTERM)',
  pause: 'pauses beyond the lease',
  cut: 'cuts from the database',
  restart: 'restarts of the database',
  crash: 'crashes of the database',
  reset: 'resets of all connections to the database',
  deafen: 'times without hints',
};

/** All of them, in an order that the seed says. */
export function shuffled(counts: FaultCounts, chance: Chance): readonly Fault[] {
  const faults = Object.entries(counts).flatMap(([fault, many]) => Array<Fault>(many).fill(fault as Fault));
  return faults
    .map((fault) => ({ fault, at: chance.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ fault }) => fault);
}
