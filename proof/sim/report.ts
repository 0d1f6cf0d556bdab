import { amongOthers, type Tally } from './coverage.ts';
import type { Sum } from './crew.ts';
import type { Nodes } from './plan/seeds.ts';
import type { Finding } from './worker.ts';

const number = (value: number): string => Math.round(value).toLocaleString('en');

const counted = ['conversations', 'handoffs', 'messages', 'calls', 'calls repeated', 'frames', 'program starts'];

export function saySum({ seeds, findings, lastedMs, steps, tally }: Sum, seconds: number): void {
  const rows: readonly (readonly [string, number])[] = [
    ['seeds', seeds],
    ['hours simulated', lastedMs / 3_600_000],
    ['steps', steps],
    ...counted.map((name) => [name, tally[name] ?? 0] as const),
    ['seconds', seconds],
    ['VIOLATIONS', findings.length],
  ];
  console.log();
  for (const [name, value] of rows) console.log(`  ${name.padEnd(24)} ${number(value).padStart(14)}`);
}

/** @returns what never happened. */
export function sayTally(tally: Tally, nodes: Nodes): readonly string[] {
  const isPlayed = (name: string): boolean => nodes !== 'one' || !name.startsWith(amongOthers);
  const cells = Object.entries(tally).filter(([name]) => !counted.includes(name) && isPlayed(name));
  for (const [name, count] of cells) console.log(`  ${name.padEnd(50)} ${number(count).padStart(12)}`);
  const zeros = cells.filter(([, count]) => count === 0).map(([name]) => name);
  console.log(zeros.length === 0 ? '\nEverything happened.' : `\nNever happened: ${zeros.join('; ')}.`);
  return zeros;
}

/** A sentence may quote whole bodies. */
export const shortly = (sentence: string): string => (sentence.length > 240 ? `${sentence.slice(0, 240)}…` : sentence);

export function sayFindings(findings: readonly Finding[]): void {
  for (const { seed, invariant, sentence } of findings.slice(0, 20)) {
    console.log(`\n✖ Seed ${seed}, invariant ${invariant}: ${shortly(sentence)}\n  npm run sim -- --seed ${seed}`);
  }
}
