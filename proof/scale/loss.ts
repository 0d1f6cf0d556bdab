import type { Chance } from '../random.ts';
import { type Demand, databaseUse, type Finding, instanceUse, type Plan, sumOf } from './arithmetic.ts';
import { built, type Inputs, limits } from './measured.ts';

const stepMs = 100;
const mostMs = 600_000;
/** Of the chat page (`web/parts/chance.ts`): how long it waits before it connects again, for the first time. */
const backoffMs = { least: 250, most: 500 };
/** A reply that does not come for so long is asked for again. */
const patienceMs = 10_000;

export type LostInstance = Readonly<{
  sockets: number;
  held: number;
  /** Seconds until all clients have resumed, and half of them. */
  resumedAfter: number;
  halfAfter: number;
  connections: number;
  takenOverAfter: number;
  callsLate: number;
  clocksLate: number;
}>;

/** An instance is killed in the busiest minute; its clients come back to the others, and so do its calls. */
export function loseInstance(plan: Plan, demand: Demand, inputs: Inputs, chance: Chance): LostInstance {
  const survivors = plan.instances - 1;
  const sockets = Math.round(demand.sockets / plan.instances);
  const own = Math.ceil(sockets / survivors);
  const used = sumOf(instanceUse({ ...plan, instances: survivors }, demand, inputs));
  const spareUs = Math.max(0, inputs.instanceCores - used) * stepMs * 1000;
  const resumed = comeBack(own, spareUs / inputs.resumeUs, chance);
  const held = demand.held / plan.instances;
  const takenOverAfter = built.leaseSeconds + built.roundSeconds + takeOverSeconds(plan, held, demand, inputs);
  return {
    ...{ sockets, held, connections: resumed.connections / own, takenOverAfter, callsLate: takenOverAfter },
    resumedAfter: resumed.allAfterMs / 1000,
    halfAfter: resumed.halfAfterMs / 1000,
    clocksLate: built.claimedSeconds + built.pollSeconds,
  };
}

/** Survivors share what is held; the database gives what it can spare, each of them one statement at a time. */
function takeOverSeconds(plan: Plan, held: number, demand: Demand, inputs: Inputs): number {
  const statements = Math.ceil(held / built.takenAtOnce / (plan.instances - 1));
  const spare = Math.max(0.01, inputs.databaseCores - sumOf(databaseUse(plan, demand, inputs)));
  return Math.max((statements * inputs.takeOverMs) / 1000, (held * inputs.takeOverUs) / 1e6 / plan.databases / spare);
}

type Returned = Readonly<{ allAfterMs: number; halfAfterMs: number; connections: number }>;

/** Clients of one surviving instance: those who are not let in within their patience try again, later each time. */
function comeBack(clients: number, perStep: number, chance: Chance): Returned {
  const attempts = new Uint8Array(clients);
  const due: number[][] = [];
  const schedule = (client: number, at: number): void => {
    const step = Math.ceil(at / stepMs);
    due[step] ??= [];
    due[step].push(client);
  };
  for (let client = 0; client < clients; client += 1) schedule(client, chance.between(backoffMs.least, backoffMs.most));
  const queue: { client: number; since: number }[] = [];
  let [first, inside, connections, halfAfterMs, room] = [0, 0, 0, mostMs, 0];
  for (let step = 0; step * stepMs <= mostMs; step += 1) {
    const at = step * stepMs;
    for (const client of due[step] ?? []) queue.push({ client, since: at });
    connections += due[step]?.length ?? 0;
    room = Math.min(room + perStep, Math.max(perStep, 1));
    for (; room >= 1 && first < queue.length; first += 1) {
      room -= 1;
      inside += 1;
    }
    for (let late = queue[first]; late !== undefined && at - late.since >= patienceMs; late = queue[first]) {
      first += 1;
      const attempt = Math.min(10, (attempts[late.client] ?? 0) + 1);
      attempts[late.client] = attempt;
      schedule(late.client, at + Math.min(10_000, backoffMs.most * 2 ** attempt) * (0.5 + chance.next() / 2));
    }
    if (inside * 2 >= clients) halfAfterMs = Math.min(halfAfterMs, at);
    if (inside === clients) return { allAfterMs: at, halfAfterMs, connections };
  }
  return { allAfterMs: Number.POSITIVE_INFINITY, halfAfterMs, connections };
}

export type LostDatabase = Readonly<{
  /** Of all end users of all cells, those who are answered 503 meanwhile. */
  share: number;
  /** Messages that wait in clients when it is back. */
  waiting: number;
  backlogAfter: number;
}>;

/** A database is away until its standby has taken over; what clients kept comes together with what goes on. */
export function loseDatabase(plan: Plan, demand: Demand, inputs: Inputs): LostDatabase {
  const waiting = (demand.messages / plan.databases) * inputs.failoverSeconds;
  const used = sumOf(databaseUse(plan, demand, inputs));
  const perMessage = used / (demand.messages / plan.databases);
  const database = Math.max(0.01, inputs.databaseCores - used) / perMessage;
  const nodesUsed = sumOf(instanceUse(plan, demand, inputs));
  // Instances that found the database away do nothing for its sessions, and take what waits with what they can spare.
  const nodes = (Math.max(0, 0.95 - nodesUsed) * plan.instances) / (inputs.nodeMessageUs / 1e6);
  const rate = Math.min(database, nodes);
  return { share: 1 / plan.databases / plan.cells, waiting, backlogAfter: rate > 0 ? waiting / rate : Infinity };
}

export function lossFindings(instance: LostInstance, database: LostDatabase): readonly Finding[] {
  const seconds = (limit: string, value: number, most: number): Finding => ({ limit, value, most, unit: 's' });
  return [
    seconds('clients of a lost instance have resumed', instance.resumedAfter, limits.secondsToResume),
    seconds('what a lost instance held is taken over', instance.takenOverAfter, limits.secondsToTakeOver),
    seconds('clocks of a lost instance are late', instance.clocksLate, limits.clockLateSeconds),
    seconds('what waited for a lost database is through', database.backlogAfter, limits.backlogSeconds),
  ];
}
