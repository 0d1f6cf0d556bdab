import type { Change, DeclarationKind, FieldChange } from '../../../../core/flow/difference.ts';

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
  value: object | null;
  fields: readonly FieldChange[];
  led: readonly Extract<Change, { kind: 'output-led' }>[];
}>;

export type Groups = Readonly<{
  settings: readonly FieldChange[];
  nodes: readonly Item[];
  declared: readonly Readonly<{ what: DeclarationKind; items: readonly Item[] }>[];
  moved: number;
}>;

const typeOf = (node: object): string => ('type' in node && typeof node.type === 'string' ? node.type : '');

/** Changes as they are shown: what concerns one thing in one place. */
export function groupsOf(changes: readonly Change[]): Groups {
  const nodes = new Map<string, Item>();
  const declared: Record<DeclarationKind, Item[]> = { parameter: [], intent: [], entity: [] };
  const settings: FieldChange[] = [];
  let moved = 0;
  const put = (id: string, node: object, more: Partial<Item>): void => {
    const known = nodes.get(id) ?? itemOf(id, 'changed', { type: typeOf(node), value: node });
    nodes.set(id, { ...known, ...more });
  };
  for (const change of changes) {
    switch (change.kind) {
      case 'setting-changed':
        settings.push(change);
        break;
      case 'node-added':
        put(change.id, change.node, { kind: 'added' });
        break;
      case 'node-removed':
        put(change.id, change.node, { kind: 'removed' });
        break;
      case 'node-renamed':
        put(change.to, change.node, { kind: 'renamed', was: change.from });
        break;
      case 'node-changed':
        put(change.id, change.node, { fields: change.fields });
        break;
      case 'output-led':
        put(change.id, change.node, { led: [...(nodes.get(change.id)?.led ?? []), change] });
        break;
      case 'nodes-moved':
        moved = change.ids.length;
        break;
      default:
        declared[change.what].push(declarationOf(change));
    }
  }
  const kinds = Object.keys(declared) as DeclarationKind[];
  return {
    ...{ settings, moved, nodes: [...nodes.values()] },
    declared: kinds.flatMap((what) => (declared[what].length === 0 ? [] : [{ what, items: declared[what] }])),
  };
}

type Declared = Extract<Change, { what: DeclarationKind }>;

function declarationOf(change: Declared): Item {
  switch (change.kind) {
    case 'declaration-added':
      return itemOf(change.name, 'added', { value: change.declared });
    case 'declaration-removed':
      return itemOf(change.name, 'removed', { value: change.declared });
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
