import type { Quantiles } from '../../src/replay/latencies.ts';
import { median } from '../measure.ts';
import type { Measured } from './measure.ts';

/** One subject's rounds, with an empty log and with one that has grown, in pairs. */
export type Compared = Readonly<{ name: string; empty: readonly Measured[]; full: readonly Measured[] }>;

/** What one message may cost more on a log that has grown. */
export const mostGrowth = 1.2;

const heads = [
  ...[
    '',
    'log',
    'messages/s',
    'accepted → desk, p50 / p99',
    'sent → desk, p50 / p99',
    'outbound → end user, p50 / p99',
  ],
  ...[
    'CPU of nodes',
    'CPU of PostgreSQL',
    'flushes',
    'log written',
    'batches',
    'commands in a batch',
    'memory of nodes',
  ],
];

const cost = ({ nodesUs, databaseUs }: Measured): number => nodesUs + databaseUs;

/** The ratio of what a message costs, full over empty, of each round. */
const ratiosOf = ({ empty, full }: Compared): readonly number[] =>
  full.map((one, round) => cost(one) / cost(empty[round] as Measured));

export const growthOf = (compared: Compared): number => median(ratiosOf(compared));

/** Medians of all rounds as a markdown table; CPU, flushes, bytes and batches are for each message. */
export function enginesTable(all: readonly Compared[]): string {
  const rows = all.flatMap((one) => [rowOf(one.name, 'empty', one.empty), rowOf(one.name, 'full', one.full)]);
  return [heads, heads.map((_, index) => (index < 2 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

export function growthTable(all: readonly Compared[]): string {
  const rows = all.map((one) => {
    const of = (rounds: readonly Measured[]): string => `${median(rounds.map(cost)).toFixed(0)} µs`;
    const ratios = ratiosOf(one).map((ratio) => ratio.toFixed(2));
    return `| ${one.name} | ${of(one.empty)} | ${of(one.full)} | ${ratios.join(', ')} | ${growthOf(one).toFixed(2)} |`;
  });
  return [
    '| CPU of nodes and database for a message | empty | full | full / empty, each round | median |',
    '| --- | ---: | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

function rowOf(name: string, log: string, rounds: readonly Measured[]): readonly string[] {
  const over = (value: (round: Measured) => number): number => median(rounds.map(value));
  const us = (value: (round: Measured) => number): string => `${over(value).toFixed(0)} µs`;
  const optional = (value: (round: Measured) => number | null, write: (value: number) => string): string =>
    rounds.some((round) => value(round) === null) ? '—' : write(over((round) => value(round) ?? 0));
  const quantiles = (of: (round: Measured) => Quantiles): string =>
    `${over((one) => of(one)?.p50 ?? 0).toFixed(1)} / ${over((one) => of(one)?.p99 ?? 0).toFixed(1)} ms`;
  const flushes = (round: Measured): number => round.flushes ?? round.batches;
  return [
    ...[name, log, over(({ report }) => report.messagesPerSecond).toFixed(0)],
    quantiles(({ report }) => report.acceptedToDesk),
    quantiles(({ report }) => report.sentToDesk),
    quantiles(({ report }) => report.outboundToUser),
    us(({ nodesUs }) => nodesUs),
    rounds[0]?.flushes === null ? '—' : us(({ databaseUs }) => databaseUs),
    over(flushes).toFixed(3),
    optional(
      ({ logBytes }) => logBytes,
      (bytes) => `${bytes.toFixed(0)} B`,
    ),
    over(({ batches }) => batches).toFixed(3),
    over(({ commandsInBatch }) => commandsInBatch).toFixed(1),
    `${(over(({ mostRss }) => mostRss) / 2 ** 20).toFixed(0)} MB`,
  ];
}
