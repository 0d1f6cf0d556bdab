import type { Latencies } from '../../src/replay/latencies.ts';
import type { Phase } from './measures.ts';
import { type OutageReport, phaseNames } from './run.ts';

/** One thing that was to be shown. */
export type Verdict = Readonly<{ good: boolean; sentence: string }>;

const mostSecondsToCatchUp = 60;
/** How many times its usual the p99 of the healthy sessions may be. */
const mostTimesUsual = 2;

const head = [
  ...['phase', 's', 'messages', 'sent → desk', 'outbound → end user', 'driver late, p99'],
  ...['CPU', 'short of CPU', 'failed calls/s', 'owed', 'memory'],
];

/** The phases as a markdown table. */
export function table(phases: readonly Phase[]): string {
  const lines = [head, ['---', ...head.slice(1).map(() => '---:')], ...phases.map(rowOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function rowOf({ name, sentToDesk, outboundToUser, late, server }: Phase): readonly string[] {
  return [
    ...[name, server?.seconds.toFixed(0) ?? '', String(sentToDesk.total + outboundToUser.total)],
    ...[quantiles(sentToDesk), quantiles(outboundToUser), `${late.at(0.99).toFixed(1)} ms`],
    ...(server === null
      ? ['', '', '', '', '']
      : [
          ...[percent(server.cpu), percent(server.short)],
          ...[server.failedCallsPerSecond.toFixed(1), String(server.owed), `${Math.round(server.memory / 2 ** 20)} MB`],
        ]),
  ];
}

const percent = (share: number | null): string => (share === null ? '—' : `${(share * 100).toFixed(0)} %`);

const quantiles = (latencies: Latencies): string =>
  `${[0.5, 0.95, 0.99, 1].map((share) => latencies.at(share).toFixed(1)).join(' / ')} ms`;

/** Whether nothing was lost, repeated under another id, or out of order. Says nothing of time. */
export function isWhole({ waited, healthy }: OutageReport): boolean {
  return [
    waited.faulty === 0 && healthy.faulty === 0 && waited.unsigned === 0 && healthy.unsigned === 0,
    waited.arrivedBefore === 0,
    waited.accepted === waited.written && waited.arrived === waited.written,
    healthy.arrived === healthy.written,
  ].every(Boolean);
}

/** What was to be shown, each with its figures. */
export function verdicts(report: OutageReport): readonly Verdict[] {
  const { waited, healthy } = report;
  const seconds = waited.allMs / 1000;
  return [
    {
      good: isWhole(report),
      sentence: [
        `Of the sessions that waited, ${waited.arrived} of ${waited.written} messages arrived (${waited.accepted} were accepted),`,
        `of the others ${healthy.arrived} of ${healthy.written}; faults: ${waited.faulty + healthy.faulty}`,
        `(order, chain, loss, twice under another id); repeats under the same id: ${waited.repeats}.`,
      ].join(' '),
    },
    {
      good: seconds <= mostSecondsToCatchUp,
      sentence: [
        `After the desk's return half had arrived within ${(waited.halfMs / 1000).toFixed(1)} s, all within`,
        `${seconds.toFixed(1)} s (at most ${mostSecondsToCatchUp}).`,
      ].join(' '),
    },
    ...[phaseNames.one, phaseNames.many, phaseNames.outage, phaseNames.catchingUp].map((name) =>
      besideUsual(report.phases, name),
    ),
  ];
}

function besideUsual(phases: readonly Phase[], name: string): Verdict {
  const find = (wanted: string): Phase | undefined => phases.find((phase) => phase.name === wanted);
  const times = (of: (phase: Phase) => Latencies): number => {
    const [usual, now] = [find(phaseNames.usual), find(name)];
    return usual === undefined || now === undefined ? Number.NaN : of(now).at(0.99) / of(usual).at(0.99);
  };
  const both = [times(({ sentToDesk }) => sentToDesk), times(({ outboundToUser }) => outboundToUser)];
  return {
    good: both.every((one) => one <= mostTimesUsual),
    sentence: [
      `${name}: p99 of the healthy sessions ${both.map((one) => one.toFixed(2)).join(' and ')} times its usual`,
      `(sent → desk and outbound → end user; at most ${mostTimesUsual}).`,
    ].join(' '),
  };
}
