import type { Flow } from '../core/flow/flow.ts';

/** What became of a part of somebody else's virtual agent. */
export type ImportNote = Readonly<{
  kind: 'taken' | 'changed' | 'left-out';
  /** The part, as its author knows it: `node "Greet"`. */
  where: string;
  /** A sentence: what became of it, and why. */
  message: string;
}>;

export type Imported = Readonly<{ flow: Flow; notes: readonly ImportNote[] }>;

/** Nothing could be imported; the message says why, and what to do. */
export type ImportFailure = Readonly<{ message: string }>;

export const isImportFailure = (result: Imported | ImportFailure): result is ImportFailure => !('flow' in result);

/** Nobody reads more of them; what follows is counted. */
const maxNotes = 2000;
const maxWhere = 100;
const maxMessage = 600;

export class Notes {
  private readonly kept: ImportNote[] = [];
  private dropped = 0;

  add(kind: ImportNote['kind'], where: string, message: string): void {
    if (this.kept.length >= maxNotes) {
      this.dropped += 1;
      return;
    }
    this.kept.push({ kind, where: short(where, maxWhere), message: short(message, maxMessage) });
  }

  all(): readonly ImportNote[] {
    if (this.dropped === 0) return this.kept;
    const message = `There is more to tell: ${this.dropped} further notes were left away.`;
    return [...this.kept, { kind: 'changed', where: 'this report', message }];
  }
}

// Control characters of a stranger's file must not reach the terminal that shows the report.
const short = (text: string, most: number): string => {
  const plain = text
    .slice(0, 4 * most)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  const points = plain.length <= most ? [] : [...plain];
  return points.length <= most ? plain : `${points.slice(0, most - 1).join('')}…`;
};

const headings: Readonly<Record<ImportNote['kind'], string>> = {
  'left-out': 'Left out',
  changed: 'Changed',
  taken: 'Taken over',
};

/** The report of an import, for a terminal: what needs work first, with counts. */
export function reportOf(imported: Imported): string {
  const { flow, notes } = imported;
  const byKind = Map.groupBy(notes, ({ kind }) => kind);
  const parts = [
    plural(Object.keys(flow.nodes).length, 'node'),
    plural(flow.parameters?.length ?? 0, 'parameter'),
    plural(flow.intents?.length ?? 0, 'intent'),
    plural(flow.entities?.length ?? 0, 'entity', 'entities'),
  ];
  const lines = [`${short(flow.name, maxWhere)}: ${parts.join(', ')}.`];
  for (const kind of ['left-out', 'changed', 'taken'] as const) {
    const found = byKind.get(kind) ?? [];
    if (found.length === 0) continue;
    lines.push('', `${headings[kind]} (${found.length})`);
    for (const { where, message } of found) lines.push(`  ${where}: ${message}`);
  }
  return `${lines.join('\n')}\n`;
}

export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
