import type { Definition, DraftNode } from '../../draft/definition.ts';

export type Rename = Readonly<{ from: string; to: string; node: DraftNode }>;

/**
 * Nodes that only have another id: one went and one came that hold the same but for where they lead. Where several could be
 * meant, none is.
 */
export function renamesBetween({ nodes: before }: Definition, { nodes: after }: Definition): readonly Rename[] {
  const come = byContent(after, before);
  return [...byContent(before, after)].flatMap(([content, [from, ...others]]) => {
    const [to, ...more] = come.get(content) ?? [];
    const node = to === undefined ? undefined : after[to];
    if (from === undefined || to === undefined || node === undefined || others.length + more.length > 0) return [];
    return [{ from, to, node }];
  });
}

/** Ids of nodes that others have not, by all that the nodes hold but their outputs. */
function byContent(nodes: Definition['nodes'], others: Definition['nodes']): ReadonlyMap<string, readonly string[]> {
  const ids = Object.keys(nodes).filter((id) => !Object.hasOwn(others, id));
  return Map.groupBy(ids, (id) => {
    const { outputs: _, ...rest } = nodes[id] ?? { type: '' };
    return JSON.stringify(inOrder(rest));
  });
}

/** The same with the fields of every object in one order. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, inner]) => [name, inOrder(inner)]);
}
