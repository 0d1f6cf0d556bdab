import type { Quantiles } from '../src/replay/latencies.ts';
import type { ReplayReport } from '../src/replay/replay.ts';
import { type Measured, median, type Rest } from './measure.ts';

const dash = '—';
const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

type Row = readonly [name: string, baton: string, bare: string];

/** The medians of all rounds as a markdown table. */
export function table(baton: readonly Measured[], bare: readonly Measured[]): string {
  const row = (name: string, write: (rounds: readonly Measured[]) => string): Row => [name, write(baton), write(bare)];
  const rows: readonly Row[] = [
    ['', 'Baton', 'bare relay'],
    ['---', '---:', '---:'],
    row('messages/s, median', (rounds) => String(Math.round(rate(rounds)))),
    row('messages/s, each round', (rounds) =>
      rounds.map(({ report }) => Math.round(report.messagesPerSecond)).join(', '),
    ),
    row('accepted → desk, p50 / p99', (rounds) => quantiles(rounds, 'acceptedToDesk')),
    row('sent → desk, p50 / p99', (rounds) => quantiles(rounds, 'sentToDesk')),
    row('outbound → end user, p50 / p99', (rounds) => quantiles(rounds, 'outboundToUser')),
    row('CPU of the server per message', (rounds) => `${over(rounds, ({ serverCpuUs }) => serverCpuUs).toFixed(0)} µs`),
    row('CPU of the driver per message', (rounds) => `${over(rounds, ({ driverCpuUs }) => driverCpuUs).toFixed(0)} µs`),
    row('resident memory, most', (rounds) => megabytes(over(rounds, ({ mostRss }) => mostRss))),
    row('transactions per message', (rounds) =>
      rounds[0]?.flushes === null ? dash : over(rounds, ({ flushes }) => flushes ?? 0).toFixed(3),
    ),
  ];
  const cpu = over(baton, ({ serverCpuUs }) => serverCpuUs) / over(bare, ({ serverCpuUs }) => serverCpuUs);
  return [
    ...rows.map((cells) => `| ${cells.join(' | ')} |`),
    '',
    `Ratio of the medians: ${(rate(baton) / rate(bare)).toFixed(2)} of the bare relay's messages/s, ` +
      `with ${cpu.toFixed(2)} times its CPU per message.`,
  ].join('\n');
}

export function restLines({ readyMs, idleRss }: Rest): string {
  return [
    `Start to ready on the database of the last round: ${Math.round(readyMs)} ms (median of 5).`,
    `Resident memory when idle, 3 s after the start: ${megabytes(idleRss)}.`,
  ].join('\n');
}

const over = (rounds: readonly Measured[], value: (round: Measured) => number): number => median(rounds.map(value));
const rate = (rounds: readonly Measured[]): number => over(rounds, ({ report }) => report.messagesPerSecond);

type Measure = keyof { [Name in keyof ReplayReport as ReplayReport[Name] extends Quantiles ? Name : never]: true };

function quantiles(rounds: readonly Measured[], name: Measure): string {
  const of = (which: 'p50' | 'p99'): string => over(rounds, ({ report }) => report[name]?.[which] ?? 0).toFixed(1);
  return `${of('p50')} / ${of('p99')} ms`;
}
