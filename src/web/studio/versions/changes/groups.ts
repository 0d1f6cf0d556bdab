import { type Change, type DeclarationKind, difference, type FieldChange } from '../../../../core/flow/difference.ts';
import type { Flow } from '../../../../core/flow/flow.ts';
import type { Definition, DraftNode } from '../../draft/definition.ts';
import { renameNode } from '../../draft/edit.ts';
import { type Rename, renamesBetween } from './renames.ts';

/** What became of one node, parameter, intent or entity, told in one place. */
export type Item = Readonly<{
  key: string;
  name: string;
  /** The kind of a node; null for what is none. */
  type: string | null;
  kind: 'added' | 'removed' | 'changed' | 'renamed';
  /** What it was called. */
  was: string | null;
  /** It as it is, or was when it is gone. */
  value: Readonly<Record<string, unknown>> | null;
  fields: readonly FieldChange[];
  led: readonly Extract<Change, { kind: 'output-led' }>[];
}>;

export type Groups = Readonly<{
  settings: readonly FieldChange[];
  nodes: readonly Item[];
  declared: readonly Readonly<{ what: DeclarationKind; items: readonly Item[] }>[];
  moved: number;
}>;

/** What changed from one definition to another: what concerns one thing in one place. */
export function groupsOf(before: Definition, after: Definition): Groups {
  const renames = renamesBetween(before, after);
  // What led to a node leads to it still when it is called otherwise.
  const led = renames.reduce((definition, { from, to }) => renameNode(from, to)(definition), before);
  // A draft need not be a sound flow; what is read of it has the form that is compared.
  const changes = difference(led as unknown as Flow, after as unknown as Flow);
  const moved = changes.find((change) => change.kind === 'nodes-moved');
  const declared = (['parameter', 'intent', 'entity'] as const).map((what) => ({
    what,
    items: changes.flatMap((change) =>
      'declaration' in change && change.declaration === what ? [declarationItem(change)] : [],
    ),
  }));
  return {
    settings: changes.filter((change) => change.kind === 'setting-changed'),
    nodes: nodeItems(changes, renames, { ...led.nodes, ...after.nodes }),
    declared: declared.filter(({ items }) => items.length > 0),
    moved: moved?.nodes.length ?? 0,
  };
}

function nodeItems(
  changes: readonly Change[],
  renames: readonly Rename[],
  nodes: Readonly<Record<string, DraftNode>>,
): readonly Item[] {
  const items = new Map<string, Item>();
  const put = (id: string, more: Partial<Item>): void => {
    const node = nodes[id] ?? { type: '' };
    items.set(id, { ...(items.get(id) ?? itemOf(id, 'changed', { type: node.type, value: node })), ...more });
  };
  for (const { from, to } of renames) put(to, { kind: 'renamed', was: from });
  for (const change of changes) {
    if (change.kind === 'node-added') put(change.node, { kind: 'added' });
    else if (change.kind === 'node-removed') put(change.node, { kind: 'removed' });
    else if (change.kind === 'node-changed') put(change.node, { fields: change.fields });
    else if (change.kind === 'output-led') put(change.node, { led: [...(items.get(change.node)?.led ?? []), change] });
  }
  return [...items.values()];
}

function declarationItem(change: Extract<Change, { declaration: DeclarationKind }>): Item {
  switch (change.kind) {
    case 'declaration-added':
      return itemOf(change.name, 'added', { value: change.after as Item['value'] });
    case 'declaration-removed':
      return itemOf(change.name, 'removed', { value: change.before as Item['value'] });
    case 'declaration-changed':
      return itemOf(change.name, 'changed', { fields: change.fields });
  }
}

const itemOf = (name: string, kind: Item['kind'], more: Partial<Item>): Item => ({
  ...{ key: name, name, kind, type: null, was: null, value: null, fields: [], led: [] },
  ...more,
});

/** How many of each there are; what was renamed counts as changed. */
export function sumsOf(items: readonly Item[]): Readonly<Record<'added' | 'removed' | 'changed', number>> {
  const sums = { added: 0, removed: 0, changed: 0 };
  for (const { kind } of items) sums[kind === 'renamed' ? 'changed' : kind] += 1;
  return sums;
}
