import { median } from '../measure.ts';
import type { Stretch } from './beside.ts';
import type { Cost, Costs } from './cost.ts';

const rows = (lines: readonly (readonly string[])[]): string =>
  lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
const right = (heads: readonly string[]): readonly string[] => heads.map((_, at) => (at === 0 ? '---' : '---:'));

/** The medians of all rounds. @param decideUs what deciding alone takes. */
export function costTable(rounds: readonly Costs[], decideUs: number): string {
  const heads = [
    ...['', 'a second', 'p50 / p99', 'CPU of the server', 'of it the main thread', 'CPU of the driver'],
    'CPU of the server, each round',
  ];
  const names = Object.keys(rounds[0] ?? {});
  const of = (name: string): readonly Cost[] => rounds.flatMap((round) => round[name] ?? []);
  const over = (name: string, value: (cost: Cost) => number): number => median(of(name).map(value));
  const us = (value: number): string => `${value.toFixed(0)} µs`;
  const lines = names.map((name) => [
    ...[name, over(name, ({ perSecond }) => perSecond).toFixed(0)],
    `${over(name, ({ p50 }) => p50).toFixed(1)} / ${over(name, ({ p99 }) => p99).toFixed(1)} ms`,
    us(over(name, ({ serverUs }) => serverUs)),
    us(over(name, ({ mainUs }) => mainUs)),
    us(over(name, ({ driverUs }) => driverUs)),
    of(name)
      .map(({ serverUs }) => serverUs.toFixed(0))
      .join(', '),
  ]);
  const times = (name: string, base: string): string => {
    const ratios = rounds.map((round) => (round[name]?.serverUs ?? 0) / (round[base]?.serverUs ?? 0));
    return `${name} costs ${median(ratios).toFixed(2)} times ${base} (${ratios.map((one) => one.toFixed(2)).join(', ')})`;
  };
  const [relay = '', one = '', ten = ''] = names;
  return [
    rows([heads, right(heads), ...lines]),
    `\n${times(ten, relay)}; ${times(ten, one)}. Deciding such a turn alone takes ${us(decideUs)}.`,
  ].join('\n');
}

const share = (value: number): string => `${Math.round(value * 100)} %`;
const ms = (value = Number.NaN): string => value.toFixed(1);

/** Each stretch in the order in which they were measured. */
export function besideTable(stretches: readonly Stretch[]): string {
  const heads = [
    ...['relay', 'messages', 'p50 / p99', 'sent late, p99', 'loop late, p50 / p99 / most', 'main thread'],
    ...[
      'it waited for a core',
      'thread of code',
      'other threads',
      'turns/s of the others',
      'their p50 / p99',
      'not run or answered',
    ],
  ];
  const lines = stretches.map(({ steady, loop, main, mainWaited, busiest, others, crowd }) => [
    ...[crowd === null ? 'alone' : 'beside the others', String(steady.count)],
    `${ms(steady.took?.p50)} / ${ms(steady.took?.p99)} ms`,
    `${ms(steady.late?.p99)} ms`,
    `${ms(loop.p50)} / ${ms(loop.p99)} / ${ms(loop.most)} ms`,
    ...[share(main), share(mainWaited)],
    ...(crowd === null ? ['—', share(busiest + others)] : [share(busiest), share(others)]),
    ...(crowd === null
      ? ['—', '—', '—']
      : [
          crowd.perSecond.toFixed(0),
          `${crowd.took?.p50.toFixed(0)} / ${crowd.took?.p99.toFixed(0)} ms`,
          `${crowd.codeFailed} / ${crowd.webhookFailed}`,
        ]),
  ]);
  return rows([heads, right(heads), ...lines]);
}

/** How many times as long the relay's p99 is beside the others, by the medians of all stretches. */
export function besideRatio(stretches: readonly Stretch[]): number {
  const p99 = (some: readonly Stretch[]): number => median(some.map(({ steady }) => steady.took?.p99 ?? Number.NaN));
  return p99(stretches.filter(({ crowd }) => crowd !== null)) / p99(stretches.filter(({ crowd }) => crowd === null));
}
