import type { Trouble } from './judge.ts';

export type Finding = Trouble & Readonly<{ repeat: string }>;

/** What a run did and found. */
export class Report {
  readonly seed: number;
  /** Requests by operation, then by status class. */
  readonly requests = new Map<string, Map<string, number>>();
  readonly findings = new Map<string, Finding>();
  frames = 0;
  sockets = 0;
  raw = 0;
  /** Refused requests whose world was compared, before and after. */
  refusals = 0;
  seconds = 0;
  readonly memory: number[] = [];

  constructor(seed: number) {
    this.seed = seed;
  }

  note(operation: string, status: number): void {
    const row = this.requests.get(operation) ?? new Map<string, number>();
    this.requests.set(operation, row);
    const name = status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
    row.set(name, (row.get(name) ?? 0) + 1);
  }

  add(trouble: Trouble, repeat: string): void {
    if (!this.findings.has(trouble.kind)) this.findings.set(trouble.kind, { ...trouble, repeat });
  }

  count(matches: (operation: string, status: string) => boolean = () => true): number {
    let sum = 0;
    for (const [operation, row] of this.requests) {
      for (const [status, count] of row) if (matches(operation, status)) sum += count;
    }
    return sum;
  }

  /** Operations that were never answered with 2xx. */
  unreached(operations: readonly string[]): readonly string[] {
    return operations.filter((id) => (this.requests.get(id)?.get('2xx') ?? 0) === 0);
  }
}

const classes = ['2xx', '3xx', '4xx', '5xx', 'none'];
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

export function summary(report: Report): string {
  const rows = [...report.requests].sort(([left], [right]) => (left < right ? -1 : 1));
  const line = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(20)}${cells.map((cell) => cell.padStart(9)).join('')}`;
  const kinds = [...report.findings.keys()];
  const of = (form: RegExp): number => kinds.filter((kind) => form.test(kind)).length;
  return [
    line('operation', classes),
    ...rows.map(([name, row]) =>
      line(
        name,
        classes.map((one) => String(row.get(one) ?? 0)),
      ),
    ),
    '',
    `  requests             ${report.count()}`,
    `  frames               ${report.frames} on ${report.sockets} sockets`,
    `  raw connections      ${report.raw}`,
    `  refusals compared    ${report.refusals}`,
    `  5xx                  ${report.count((_, status) => status === '5xx')}`,
    `  crashes              ${of(/^crash/)}`,
    `  changes on refusal   ${of(/^change/)}`,
    `  undocumented         ${of(/^undocumented/)}`,
    `  findings             ${kinds.length}`,
    `  memory               ${megabytes(report.memory[0] ?? 0)} at first, ${megabytes(report.memory.at(-1) ?? 0)} at last, ${megabytes(Math.max(0, ...report.memory))} at most`,
    `  seed                 ${report.seed}`,
    `  seconds              ${report.seconds.toFixed(1)}`,
    ...[...report.findings.values()].map(({ kind, text, repeat }) => `\n✖ ${kind}\n  ${text}\n  ${repeat}`),
  ].join('\n');
}
