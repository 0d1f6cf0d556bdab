import { type Chance, chanceOf } from '../random.ts';
import { arithmetic, type Demand, demandOf, type Finding, instancesFor, isBroken, type Plan } from './arithmetic.ts';
import { type LostDatabase, type LostInstance, loseDatabase, loseInstance, lossFindings } from './loss.ts';
import { type Inputs, inputs, limits } from './measured.ts';
import { type Played, playDay, spreadByHash } from './spread.ts';
import { type Upgraded, upgrade } from './upgrade.ts';

/** Conversations of a day that are played one by one. What is larger is more even. */
export const sampled = 400_000;
/** What cells and databases are parts of; twelve does not divide it. */
export const shards = 64;

export type Result = Readonly<{
  sessionsPerDay: number;
  plan: Plan;
  demand: Demand;
  findings: readonly Finding[];
  instance: LostInstance;
  database: LostDatabase;
  upgraded: Upgraded;
}>;

let known: { seed: string; day: readonly Played[] } | null = null;

export function dayOf(seed: string): readonly Played[] {
  if (known?.seed !== seed) known = { seed, day: playDay(sampled, chanceOf(seed).fork('day'), inputs) };
  return known.day;
}

/** Lays a plan out for so many sessions a day and plays its busiest minute, a loss of each kind and an upgrade. */
export function play(plan: Plan, sessionsPerDay: number, seed: string, from: Inputs = inputs): Result {
  const parts = plan.cells * plan.databases;
  const spread = spreadByHash(dayOf(seed), shards * Math.ceil(parts / shards), parts);
  const ofCells = spreadByHash(dayOf(seed), shards * Math.ceil(parts / shards), plan.cells).databases.fullest;
  const demand = demandOf(sessionsPerDay, ofCells / plan.cells, from);
  const laid = plan.instances > 0 ? plan : { ...plan, instances: instancesFor(plan, demand, from) };
  const chance = chanceOf(seed).fork(plan.name);
  const instance = loseInstance(laid, demand, from, chance.fork('loss'));
  const database = loseDatabase(laid, demand, from);
  const upgraded = upgradeOf(laid.instances, chance.fork('upgrade'));
  const ratio = (limit: string, value: number, most: number): Finding => ({ limit, value, most, unit: 'times' });
  const findings = [
    ...arithmetic(laid, demand, spread.databases.fullest / ofCells, from),
    ratio('fullest shard over the mean', spread.shards.fullest, limits.shardImbalance),
    ratio('fullest database over the mean', spread.databases.fullest, limits.databaseImbalance),
    ratio('fullest instance over the mean after an upgrade', upgraded.fullest, limits.socketImbalance),
    ratio('a socket is moved in an upgrade', upgraded.moves, limits.movesInUpgrade),
    ...lossFindings(instance, database),
  ];
  return { sessionsPerDay, plan: laid, demand, findings, instance, database, upgraded };
}

/** Of a cell that is as large or smaller; a thousand sockets stand for all of an instance's. */
function upgradeOf(instances: number, chance: Chance): Upgraded {
  const played = Math.min(64, instances);
  return upgrade(played, played * 1_000, 'least connections', chance);
}

export const brokenOf = ({ findings }: Result): readonly Finding[] => findings.filter(isBroken);

/** Sessions a day up to which a limit holds, to three digits; what holds at the most that is tried has none. */
function breaksAt(limit: string, holds: (sessionsPerDay: number, limit: string) => boolean): number | null {
  let [low, high] = [1e4, 3e9];
  if (holds(high, limit)) return null;
  if (!holds(low, limit)) return low;
  while (high / low > 1.02) {
    const middle = Math.sqrt(low * high);
    if (holds(middle, limit)) low = middle;
    else high = middle;
  }
  return low;
}

export type Fall = Readonly<{ limit: string; at: number }>;

/** The order in which limits of a plan fall as sessions a day grow; instances are added as they are needed. */
export function orderOfFalls(plan: Plan, seed: string): readonly Fall[] {
  const findingsAt = (sessionsPerDay: number): readonly Finding[] => {
    const demand = demandOf(sessionsPerDay, 1 / plan.cells, inputs);
    const laid = { ...plan, instances: Math.min(3_000, instancesFor(plan, demand, inputs)) };
    const lost = loseInstance(laid, demand, inputs, chanceOf(seed).fork('falls'));
    return [...arithmetic(laid, demand, 1, inputs), ...lossFindings(lost, loseDatabase(laid, demand, inputs))];
  };
  const known = new Map<number, readonly Finding[]>();
  const holds = (sessionsPerDay: number, limit: string): boolean => {
    const findings = known.get(sessionsPerDay) ?? findingsAt(sessionsPerDay);
    known.set(sessionsPerDay, findings);
    return !findings.some((one) => one.limit === limit && isBroken(one));
  };
  return findingsAt(1e6)
    .flatMap(({ limit }) => {
      const at = breaksAt(limit, holds);
      return at === null ? [] : [{ limit, at }];
    })
    .sort((one, other) => one.at - other.at);
}
