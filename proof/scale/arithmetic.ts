import { built, type Inputs, limits } from './measured.ts';

/** How it is laid out. Instances and databases are those of one cell; a cell is a complete Baton, and knows no other. */
export type Plan = Readonly<{
  name: string;
  cells: number;
  instances: number;
  databases: number;
  hints: 'listen' | 'subjects';
  /** Who looks for wake-ups: every instance for all of them, as built, or each ten times a second for its share. */
  wakes: 'everybody' | 'shared out';
  /** One statement a batch and database, or the statement as it is through Citus. */
  commits: 'split' | 'citus';
}>;

/** What comes in the busiest minute, to one cell. */
export type Demand = Readonly<{
  sessionsPerDay: number;
  opened: number;
  messages: number;
  commits: number;
  sockets: number;
  held: number;
  wakes: number;
}>;

const secondsOfDay = 86_400;

/** @param share of all sessions, the fullest cell's. */
export function demandOf(sessionsPerDay: number, share: number, inputs: Inputs): Demand {
  const opened = (sessionsPerDay / secondsOfDay) * inputs.peakFactor * share;
  const messages = opened * inputs.messagesPerConversation;
  return {
    ...{ sessionsPerDay: sessionsPerDay * share, opened, messages },
    commits: messages * inputs.commitsPerMessage,
    sockets: opened * inputs.openSeconds,
    held: opened * (inputs.heldSeconds + 60),
    wakes: opened * inputs.wakesPerConversation,
  };
}

/** Commits in one batch: those that come while the one before is under way, from one instance to one database. */
export function batchOf({ instances, databases, commits: how }: Plan, { commits }: Demand, inputs: Inputs): number {
  const { fixed, each } = commitCost(how, inputs);
  const perMs = commits / instances / (how === 'citus' ? 1 : databases) / 1000;
  const room = 1 - (perMs * each) / 1000;
  if (room <= 0.01) return Number.POSITIVE_INFINITY;
  return Math.max(1, (perMs * (inputs.roundTripMs + fixed / 1000)) / room);
}

function commitCost(how: Plan['commits'], inputs: Inputs): { fixed: number; each: number } {
  if (how === 'citus') return { fixed: inputs.citusBatchUs, each: inputs.citusCommitUs };
  return { fixed: inputs.commitBatchUs, each: inputs.commitUs };
}

/** Partitions that a statement about all sessions visits. */
const keptDays = ({ retentionDays }: Inputs): number => retentionDays + 1 + built.daysAhead;

/** How long a batch takes when the database is idle. */
export function commitMs(plan: Plan, demand: Demand, inputs: Inputs): number {
  const { fixed, each } = commitCost(plan.commits, inputs);
  return inputs.roundTripMs + (fixed + each * batchOf(plan, demand, inputs)) / 1000;
}

/** Where a second of a database's cores goes, in cores. */
export type DatabaseUse = Readonly<{ commits: number; rest: number; looks: number; wakes: number; hints: number }>;

export function databaseUse(plan: Plan, demand: Demand, inputs: Inputs): DatabaseUse {
  const { instances, databases } = plan;
  const batch = Math.min(batchOf(plan, demand, inputs), 20_000);
  const { fixed, each } = commitCost(plan.commits, inputs);
  const { commitsPerMessage, databaseMessageUs, databaseMessageBatch, commitBatchUs, commitUs } = inputs;
  const rest = databaseMessageUs - commitsPerMessage * (commitBatchUs / databaseMessageBatch + commitUs);
  const looked = demand.sockets / built.watchLookSeconds + demand.held / built.heldLookSeconds;
  const us = {
    commits: (demand.commits / databases) * (fixed / batch + each),
    rest: (demand.messages / databases) * rest,
    looks: (looked / databases) * inputs.lookDatabaseUs,
    wakes: wakeRounds(plan, demand, inputs) * inputs.dueUs * keptDays(inputs),
    hints: notified(plan, demand, inputs) * (inputs.notifyUs + inputs.notifyListenerUs * instances),
  };
  return Object.fromEntries(Object.entries(us).map(([name, value]) => [name, value / 1e6])) as DatabaseUse;
}

/**
 * How often a second one database is asked what is due. As built every instance rings for every next wake-up, as fast as
 * its two questions are answered.
 */
export function wakeRounds({ instances, databases, wakes }: Plan, demand: Demand, inputs: Inputs): number {
  if (wakes === 'shared out') return Math.max(10, (10 * instances) / databases);
  return instances * Math.min(1000 / inputs.dueRoundMs, demand.wakes + 1 / built.pollSeconds);
}

/** Notifications a second, all told to one database: at most one a batch, and one at a time from each instance. */
export function notified(plan: Plan, demand: Demand, inputs: Inputs): number {
  if (plan.hints === 'subjects') return 0;
  const batches = demand.commits / batchOf(plan, demand, inputs);
  return Math.min(batches, (plan.instances * 1000) / (2 * inputs.roundTripMs));
}

/** Hints that one instance hears a second: all, or those of sessions that it watches or holds and others commit. */
export const heard = ({ hints, instances }: Plan, { commits }: Demand): number =>
  hints === 'listen' ? commits : (2 * commits) / instances;

/** Where a second of an instance's core goes, in cores. */
export type InstanceUse = Readonly<{ messages: number; sockets: number; looks: number; hints: number; wakes: number }>;

export function instanceUse(plan: Plan, demand: Demand, inputs: Inputs): InstanceUse {
  const { instances, databases } = plan;
  const looked = demand.sockets / built.watchLookSeconds + demand.held / built.heldLookSeconds;
  const dueUs = inputs.dueUs * keptDays(inputs);
  const us = {
    messages: (demand.messages / instances) * inputs.nodeMessageUs,
    sockets:
      (demand.opened * inputs.resumesPerConversation * inputs.resumeUs +
        (demand.sockets / built.pingSeconds) * inputs.pingUs) /
      instances,
    looks: (looked / instances) * inputs.lookNodeUs,
    hints: heard(plan, demand) * inputs.hintUs,
    // A question costs the one who asks about a quarter of what it costs the database.
    wakes: (wakeRounds(plan, demand, inputs) * databases * dueUs * 0.25) / instances,
  };
  return Object.fromEntries(Object.entries(us).map(([name, value]) => [name, value / 1e6])) as InstanceUse;
}

export const sumOf = (use: Readonly<Record<string, number>>): number =>
  Object.values(use).reduce((sum, value) => sum + value, 0);

/** Instances of a cell that carry its sockets and its messages, also without one of them. */
export function instancesFor(plan: Plan, demand: Demand, inputs: Inputs): number {
  let instances = 2;
  for (let tries = 0; tries < 50; tries += 1) {
    const own = { ...plan, instances };
    // What grows with the number of instances is not carried by more of them.
    const { hints, ...shared } = instanceUse(own, demand, inputs);
    const cores = Math.max(0.05, limits.instanceCpu - Math.min(hints, 0.6));
    const needed = Math.max((sumOf(shared) * instances) / cores, demand.sockets / limits.socketsPerInstance);
    const next = Math.max(2, Math.ceil(needed) + 1);
    if (next === instances) break;
    instances = next;
  }
  return instances;
}

/** A limit, and how much of it is used: above 1 it is broken. */
export type Finding = Readonly<{ limit: string; value: number; most: number; unit: string }>;

export const isBroken = ({ value, most }: Finding): boolean => !(value <= most);

/** What follows from the arithmetic alone; the database's share may be more than its part by the imbalance found. */
export function arithmetic(plan: Plan, demand: Demand, imbalance: number, inputs: Inputs): readonly Finding[] {
  const { instances, databases } = plan;
  const without = { ...plan, instances: Math.max(1, instances - 1) };
  const cpu = (one: Plan): number => sumOf(instanceUse(one, demand, inputs)) / inputs.instanceCores;
  const memory = (one: Plan): number =>
    (inputs.nodeBytes + (demand.sockets / one.instances) * inputs.socketBytes) / inputs.instanceBytes;
  const use = databaseUse(plan, demand, inputs);
  const database = (sumOf(use) * imbalance) / inputs.databaseCores;
  const kept = (demand.sessionsPerDay * inputs.conversationBytes * (inputs.retentionDays + 1) * imbalance) / databases;
  const logged = (demand.messages * inputs.logBytes * imbalance) / databases;
  const percent = (limit: string, value: number, most: number): Finding => ({
    ...{ limit, value: value * 100, most: most * 100, unit: '%' },
  });
  return [
    percent('CPU of an instance', cpu(plan), limits.instanceCpu),
    percent('CPU of an instance when one is lost', cpu(without), limits.instanceCpu),
    percent('memory of an instance when one is lost', memory(without), limits.instanceMemory),
    {
      ...{ limit: 'sockets of an instance when one is lost', value: demand.sockets / without.instances },
      ...{ most: limits.socketsPerInstance, unit: '' },
    },
    percent('CPU of a database', database, limits.databaseCpu),
    percent('CPU of a database for hints', use.hints / inputs.databaseCores, limits.databaseHints),
    percent('CPU of a database for wake-ups', use.wakes / inputs.databaseCores, limits.databaseWakes),
    { limit: 'a batch is committed', value: commitMs(plan, demand, inputs), most: limits.commitMs, unit: 'ms' },
    percent('disk of a database', kept / inputs.databaseBytes, limits.databaseDisk),
    percent('log of a database', logged / inputs.databaseLogRate, limits.databaseLog),
    percent(
      'connections of a database',
      ((instances + 1) * built.connections) / inputs.databaseConnections,
      limits.databaseConnections,
    ),
  ];
}
