import type { Change, FieldChange } from '../core/flow/difference.ts';
import { plain } from './lines.ts';

const longest = 60;

/** Changes as a person reads them in a terminal: + what came, - what went, ~ what is otherwise. */
export function differenceLines(changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return ['They are the same.'];
  return changes.flatMap(linesOf).map(plain);
}

function linesOf(change: Change): readonly string[] {
  switch (change.kind) {
    case 'setting-changed':
      return [`~ ${fieldLine(change)}`];
    case 'declaration-added':
      return [`+ ${change.declaration} ${change.name}`];
    case 'declaration-removed':
      return [`- ${change.declaration} ${change.name}`];
    case 'declaration-changed':
      return change.fields.map((field) => `~ ${change.declaration} ${change.name}: ${fieldLine(field)}`);
    case 'node-added':
      return [`+ node ${change.node} (${kindOf(change.after)})`];
    case 'node-removed':
      return [`- node ${change.node} (${kindOf(change.before)})`];
    case 'node-changed':
      return change.fields.map((field) => `~ node ${change.node}: ${fieldLine(field)}`);
    case 'output-led':
      return [`~ node ${change.node}: ${change.output} leads to ${placeOf(change.before)} → ${placeOf(change.after)}`];
    case 'nodes-moved':
      return [`  only drawn elsewhere: ${change.nodes.join(', ')}`];
  }
}

const fieldLine = ({ field, before, after }: FieldChange): string => `${field} ${shown(before)} → ${shown(after)}`;

const placeOf = (node: string | null): string => node ?? 'nowhere';

const kindOf = (node: unknown): string =>
  typeof node === 'object' && node !== null && 'type' in node ? String(node.type) : 'of no kind';

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  const points = [...text.slice(0, 2 * longest)];
  return points.length <= longest && text.length <= 2 * longest ? text : `${points.slice(0, longest).join('')}…`;
}
