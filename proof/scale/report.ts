import { chanceOf } from '../random.ts';
import {
  batchOf,
  databaseUse,
  type Finding,
  heard,
  instanceUse,
  isBroken,
  notified,
  wakeRounds,
} from './arithmetic.ts';
import { assumed, type Input, inputs, measured } from './measured.ts';
import { plans } from './plans.ts';
import { dayOf, orderOfFalls, type Result, sampled } from './play.ts';
import { type Balancer, spreadByDay, spreadByHash, spreadByRange } from './spread.ts';
import { fill, upgrade } from './upgrade.ts';

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map((_, index) => (index === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

/** With three digits. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  if (value !== 0 && Math.abs(value) < 1) return value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
  const rounded = Number(value.toPrecision(3));
  for (const [by, name] of [
    [1e9, ' G'],
    [1e6, ' M'],
  ] as const) {
    if (Math.abs(rounded) >= by) return `${rounded / by}${name}`;
  }
  return rounded >= 1000 ? rounded.toLocaleString('en-US') : String(rounded);
}

export function inputsTable(): string {
  const rows = (all: Readonly<Record<string, Input>>, kind: string): readonly (readonly string[])[] =>
    Object.entries(all).map(([name, { value, unit, where }]) => [name, `${short(value)} ${unit}`.trim(), kind, where]);
  return table(['', 'value', '', 'where from'], [...rows(measured, 'measured'), ...rows(assumed, 'assumed')]);
}

/** How evenly each way spreads the messages of a day. */
export function spreadingTable(seed: string): string {
  const day = dayOf(seed);
  const byHash = [
    [32, 8],
    [32, 12],
    [128, 8],
    [128, 12],
  ].map(([shards = 0, databases = 0]) => {
    const { shards: ofShards, databases: ofDatabases } = spreadByHash(day, shards, databases);
    const how = `${shards} shards by hash of the id, ${databases} databases`;
    return [how, `${short(ofShards.fullest)} shard, ${short(ofDatabases.fullest)} database`];
  });
  const days = inputs.retentionDays;
  const before = spreadByDay(day, inputs.openSeconds, chanceOf(seed).fork('midnight'));
  return table(
    [`${short(sampled)} conversations of a day`, 'fullest over the mean'],
    [
      ...byHash,
      [`range of the id over 8 databases, ${days} days kept`, `${short(spreadByRange(day, 8, days).fullest)} database`],
      ['partitions by day', `${(100 * (1 - before)).toFixed(2)} % of a day's messages in its own`],
    ],
  );
}

export function balancerTable(instances: number, seed: string): string {
  const played = Math.min(64, instances);
  const rows = (['round robin', 'least connections'] as const).map((balancer: Balancer) => {
    const chance = chanceOf(seed).fork(balancer);
    const { moves, often, fullest } = upgrade(played, played * 1_000, balancer, chance);
    return [
      ...[balancer, short(moves), `${short(often * 100)} %`, short(fullest)],
      `${short(fill(played, inputs, balancer, chance))} s`,
    ];
  });
  const heads = [`upgrade of ${played} instances, one by one`, 'moves of a socket', 'moved more than twice'];
  return table([...heads, 'fullest over the mean after it', 'a new one has its share after'], rows);
}

export function demandTable(results: readonly Result[]): string {
  const row = (name: string, value: (one: Result) => number): readonly string[] => [
    name,
    ...results.map((one) => short(value(one))),
  ];
  const cells = (value: (one: Result) => number) => (one: Result) => value(one) * one.plan.cells;
  return table(
    ['in the busiest minute', ...results.map(({ sessionsPerDay }) => `${short(sessionsPerDay)} sessions a day`)],
    [
      row(
        'conversations opened a second',
        cells(({ demand }) => demand.opened),
      ),
      row(
        'messages a second',
        cells(({ demand }) => demand.messages),
      ),
      row(
        'sockets, and clocks that run',
        cells(({ demand }) => demand.sockets),
      ),
      row('written in a day, GB', ({ sessionsPerDay }) => (sessionsPerDay * inputs.conversationBytes) / 1e9),
      row(
        'instances',
        cells(({ plan }) => plan.instances),
      ),
      row(
        'databases',
        cells(({ plan }) => plan.databases),
      ),
      row('commits in a batch', ({ plan, demand }) => batchOf(plan, demand, inputs)),
      row('notifications a second', ({ plan, demand }) => notified(plan, demand, inputs)),
      row('hints heard by an instance a second', ({ plan, demand }) => heard(plan, demand)),
      row('looks for wake-ups a second, each database', ({ plan, demand }) => wakeRounds(plan, demand, inputs)),
    ],
  );
}

/** Where the time of an instance and of a database goes. */
export function timeTable({ plan, demand }: Result): string {
  const rows = (who: string, use: Readonly<Record<string, number>>, cores: number): readonly (readonly string[])[] =>
    Object.entries(use).map(([name, value]) => [`${who}: ${name}`, `${short((value / cores) * 100)} %`]);
  return table(
    ['CPU', 'of its cores'],
    [
      ...rows('instance', instanceUse(plan, demand, inputs), inputs.instanceCores),
      ...rows('database', databaseUse(plan, demand, inputs), inputs.databaseCores),
    ],
  );
}

export function findingsTable(findings: readonly Finding[]): string {
  return table(
    ['limit', 'found', 'at most', ''],
    findings.map((one) => [
      one.limit,
      `${short(one.value)} ${one.unit}`.trim(),
      `${short(one.most)} ${one.unit}`.trim(),
      isBroken(one) ? 'BROKEN' : 'holds',
    ]),
  );
}

export function lossText({ instance, database, demand, plan }: Result): string {
  const waiting = short(database.waiting);
  return [
    `An instance is lost: ${short(instance.sockets)} clients come to ${plan.instances - 1} others, half are back after ` +
      `${short(instance.halfAfter)} s, all after ${short(instance.resumedAfter)} s, with ${short(instance.connections)} ` +
      `connections each; ${short(instance.held)} sessions are taken over, their calls late by up to ` +
      `${short(instance.callsLate)} s, clocks it had claimed by up to ${short(instance.clocksLate)} s.`,
    `A database is lost: for ${inputs.failoverSeconds} s ${short(database.share * 100)} % of all are answered 503, ` +
      `${waiting} messages wait in clients and are through ${short(database.backlogAfter)} s after it is back; ` +
      `${short(demand.sockets / plan.databases)} clocks of it are late by as much. Nothing of it goes to the others.`,
  ].join('\n');
}

/** What breaks first in each plan. */
export function fallsTable(seed: string): string {
  const rows = Object.values(plans).flatMap((plan) => {
    const falls = orderOfFalls(plan, seed);
    return falls
      .slice(0, 6)
      .map(({ limit, at }, index) => [
        index === 0 ? `${plan.name}: ${plan.says}` : '',
        ...[`${index + 1}`, limit, short(at)],
      ]);
  });
  return table(['plan', '', 'limit', 'breaks above, sessions a day'], rows);
}
