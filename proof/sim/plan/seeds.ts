import { makeNodesPlan } from './make-nodes.ts';
import { makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';

/** Which plans are played: of one instance on its own disk, of several on one database, or both in turn. */
export type Nodes = 'one' | 'several' | 'both';

/** The name of a seed: `7`, or `7n` for its plan with several instances. */
export const seedOf = (number: number, nodes: Nodes): string =>
  nodes === 'several' || (nodes === 'both' && number % 2 === 1) ? `${number}n` : String(number);

export const planOf = (seed: string): Plan => (seed.endsWith('n') ? makeNodesPlan(seed) : makePlan(seed));
