import { type Definition, type DraftNode, nodeOf, outputsOf, ownOf, type Point } from '../draft/definition.ts';

export type Places = Readonly<Record<string, Point>>;
export type Size = Readonly<{ width: number; height: number }>;

export const cardWidth = 248;
const headHeight = 76;
const rowHeight = 32;
const gap = 48;

/** How large a card will be, before it is drawn. */
export const sizeOf = (node: DraftNode): Size => ({
  width: cardWidth,
  height: headHeight + outputsOf(node).length * rowHeight,
});

/** Where the nodes stand that a draft gives a place; those without one follow below, in rows. */
export function placesOf(definition: Definition, arranged: Places | null): Places {
  const known: [string, Point][] = [];
  const missing: string[] = [];
  for (const id of Object.keys(definition.nodes)) {
    const place = ownOf(definition.layout, id) ?? ownOf(arranged, id);
    if (place === undefined) missing.push(id);
    else known.push([id, place]);
  }
  const bottom = Math.max(0, ...known.map(([id, { y }]) => y + bottomOf(nodeOf(definition, id))));
  for (const [index, id] of missing.entries()) {
    const column = index % 4;
    const row = Math.floor(index / 4);
    known.push([id, { x: column * (cardWidth + gap), y: bottom + gap + row * 240 }]);
  }
  return Object.fromEntries(known);
}

const bottomOf = (node: DraftNode | undefined): number => (node === undefined ? 0 : sizeOf(node).height);

/** Whether some node has no place of its own, so that the whole is worth arranging. */
export const lacksPlaces = ({ nodes, layout = {} }: Definition): boolean =>
  Object.keys(nodes).some((id) => !Object.hasOwn(layout, id));

/** Puts every node in its place: what follows stands to the right. The library is loaded when it is first wanted. */
export async function arrange(definition: Definition, sizes: ReadonlyMap<string, Size>): Promise<Places> {
  const { graphlib, layout } = await import('@dagrejs/dagre');
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 40, ranksep: 88, marginx: 0, marginy: 0 });
  graph.setDefaultEdgeLabel(() => ({}));
  const ids = Object.keys(definition.nodes).sort(
    (a, b) => Number(b === definition.start) - Number(a === definition.start),
  );
  // The library keeps nodes by name in plain objects, where `__proto__` is no name like others.
  const keys = new Map(ids.map((id, index) => [id, `n${index}`]));
  for (const [id, key] of keys) {
    const node = nodeOf(definition, id);
    if (node !== undefined) graph.setNode(key, { ...(sizes.get(id) ?? sizeOf(node)) });
  }
  for (const [id, key] of keys) {
    const node = nodeOf(definition, id);
    const inner = node?.type === 'sub-flow' && typeof node.start === 'string' ? [node.start] : [];
    for (const target of [...Object.values(node?.outputs ?? {}), ...inner]) {
      const to = target === null || target === id ? undefined : keys.get(target);
      if (to !== undefined) graph.setEdge(key, to);
    }
  }
  layout(graph);
  return Object.fromEntries(
    [...keys].map(([id, key]) => {
      const { x, y, width, height } = graph.node(key) as Point & Size;
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}
