import { type Definition, type DraftNode, outputsOf, type Point } from '../draft/definition.ts';

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
  const known: Record<string, Point> = {};
  const missing: string[] = [];
  for (const id of Object.keys(definition.nodes)) {
    const place = definition.layout?.[id] ?? arranged?.[id];
    if (place === undefined) missing.push(id);
    else known[id] = place;
  }
  const bottom = Math.max(0, ...Object.entries(known).map(([id, { y }]) => y + bottomOf(definition.nodes[id])));
  for (const [index, id] of missing.entries()) {
    const column = index % 4;
    const row = Math.floor(index / 4);
    known[id] = { x: column * (cardWidth + gap), y: bottom + gap + row * 240 };
  }
  return known;
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
  for (const id of ids) {
    const node = definition.nodes[id];
    if (node !== undefined) graph.setNode(id, { ...(sizes.get(id) ?? sizeOf(node)) });
  }
  for (const id of ids) {
    const node = definition.nodes[id];
    const inner = node?.type === 'sub-flow' && typeof node.start === 'string' ? [node.start] : [];
    for (const target of [...Object.values(node?.outputs ?? {}), ...inner]) {
      if (target !== null && Object.hasOwn(definition.nodes, target) && target !== id) graph.setEdge(id, target);
    }
  }
  layout(graph);
  return Object.fromEntries(
    ids.map((id) => {
      const { x, y, width, height } = graph.node(id) as Point & Size;
      return [id, { x: Math.round(x - width / 2), y: Math.round(y - height / 2) }];
    }),
  );
}
