import type { Definition, DraftNode, DraftParameter, NodeType, Point } from './definition.ts';
import { nodeOf, outputsOf, ownOf } from './definition.ts';
import { newNode } from './new-node.ts';

/*
 * What can be done to a draft. Each gives another draft and leaves the one it was given as it was.
 */

export type Edit = (before: Definition) => Definition;

const grid = 16;
const onGrid = ({ x, y }: Point): Point => ({ x: Math.round(x / grid) * grid, y: Math.round(y / grid) * grid });

/** An id that no node has: the wish, or the wish with a number behind it. */
export function freeId(nodes: Readonly<Record<string, unknown>>, wish: string): string {
  const base = wish.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 58) || 'node';
  if (!Object.hasOwn(nodes, base)) return base;
  const stem = base.replace(/-\d+$/, '');
  for (let number = 2; ; number += 1) if (!Object.hasOwn(nodes, `${stem}-${number}`)) return `${stem}-${number}`;
}

/** Adds a node; the first one of a flow becomes its start. */
export const addNode =
  (id: string, type: NodeType, at: Point): Edit =>
  (before) => ({
    ...before,
    ...(nodeOf(before, before.start) === undefined && { start: id }),
    nodes: { ...before.nodes, [id]: newNode(type) },
    layout: { ...before.layout, [id]: onGrid(at) },
  });

/** Puts another node in the place of one that is there; one that was removed meanwhile stays so. */
export const setNode =
  (id: string, node: DraftNode): Edit =>
  (before) => {
    const known = nodeOf(before, id);
    if (known === undefined) return before;
    return { ...before, nodes: { ...before.nodes, [id]: withoutStaleOutputs(known, node) } };
  };

/** An output that the node does not have any more leads nowhere; one that was renamed keeps where it led. */
function withoutStaleOutputs(before: DraftNode, node: DraftNode): DraftNode {
  if (node.outputs === undefined) return node;
  const had = outputsOf({ ...before, outputs: {} });
  const has = outputsOf({ ...node, outputs: {} });
  const gone = had.filter((output) => !has.includes(output));
  const come = has.filter((output) => !had.includes(output));
  const [from, to] = [gone[0], come[0]];
  const led = from === undefined ? undefined : ownOf(node.outputs, from);
  const isRenamed = gone.length === 1 && come.length === 1 && to !== undefined && led !== undefined;
  const kept = Object.entries(node.outputs).filter(([output]) => !gone.includes(output));
  return { ...node, outputs: { ...Object.fromEntries(kept), ...(isRenamed && { [to]: led }) } };
}

/** Leads an output to a node, or nowhere. */
export const connect =
  (id: string, output: string, target: string | null): Edit =>
  (before) => {
    const node = nodeOf(before, id);
    if (node === undefined) return before;
    const others = Object.fromEntries(Object.entries(node.outputs ?? {}).filter(([name]) => name !== output));
    const outputs = target === null ? others : { ...others, [output]: target };
    return { ...before, nodes: { ...before.nodes, [id]: { ...node, outputs } } };
  };

export const moveNodes =
  (places: Readonly<Record<string, Point>>): Edit =>
  (before) => {
    const moved = Object.fromEntries(Object.entries(places).map(([id, place]) => [id, onGrid(place)]));
    return { ...before, layout: { ...before.layout, ...moved } };
  };

/** Puts the nodes in the place of one that is gone: what led to it leads nowhere. */
export const removeNodes =
  (ids: ReadonlySet<string>): Edit =>
  (before) => {
    const kept = Object.entries(before.nodes).filter(([id]) => !ids.has(id));
    const nodes = Object.fromEntries(
      kept.map(([id, node]) => [id, redirected(node, (to) => (ids.has(to) ? null : to))]),
    );
    const layout = Object.fromEntries(Object.entries(before.layout ?? {}).filter(([id]) => !ids.has(id)));
    const { start, ...rest } = before;
    const begins = start !== undefined && !ids.has(start) ? { start } : {};
    return { ...rest, ...begins, nodes, layout };
  };

/** Gives a node another id, wherever it is named. */
export const renameNode =
  (from: string, to: string): Edit =>
  (before) => {
    const led = (target: string): string => (target === from ? to : target);
    const renamed = Object.entries(before.nodes).map(([id, node]) => [led(id), redirected(node, led)] as const);
    const layout = Object.fromEntries(Object.entries(before.layout ?? {}).map(([id, place]) => [led(id), place]));
    return {
      ...before,
      ...(before.start !== undefined && { start: led(before.start) }),
      nodes: Object.fromEntries(renamed),
      layout,
    };
  };

/** A node whose outputs, and whose sub-flow, lead elsewhere. */
function redirected(node: DraftNode, lead: (target: string) => string | null): DraftNode {
  const outputs = Object.entries(node.outputs ?? {}).flatMap(([output, target]) => {
    const to = target === null ? null : lead(target);
    return to === null && target !== null ? [] : [[output, to] as const];
  });
  const start = node.type === 'sub-flow' && typeof node.start === 'string' ? { start: lead(node.start) ?? '' } : {};
  return { ...node, ...start, ...(node.outputs !== undefined && { outputs: Object.fromEntries(outputs) }) };
}

export const setStart =
  (start: string): Edit =>
  (before) => ({ ...before, start });

/** Changes what is no node: name, parameters, intents… A field that is undefined is taken away. */
export const setFields =
  (fields: Readonly<Record<string, unknown>>): Edit =>
  (before) =>
    Object.fromEntries(
      Object.entries({ ...before, ...fields }).filter(([, value]) => value !== undefined),
    ) as Definition;

/** Declares a parameter unless one of its name is there. */
export const declareParameter =
  (parameter: DraftParameter): Edit =>
  (before) => {
    const known = before.parameters ?? [];
    return known.some(({ name }) => name === parameter.name)
      ? before
      : { ...before, parameters: [...known, parameter] };
  };

/** Nodes as they are copied: with where they stand, so that they can be pasted into any flow. */
export type Clipping = Readonly<{ nodes: Definition['nodes']; layout: Readonly<Record<string, Point>> }>;

export function clip(
  definition: Definition,
  ids: ReadonlySet<string>,
  places: Readonly<Record<string, Point>>,
): Clipping {
  const chosen = Object.entries(definition.nodes).filter(([id]) => ids.has(id));
  return {
    nodes: Object.fromEntries(chosen),
    layout: Object.fromEntries(chosen.map(([id]) => [id, ownOf(places, id) ?? { x: 0, y: 0 }])),
  };
}

/** Pastes nodes under free ids; outputs among them go with them, others lead nowhere. @returns the new ids too. */
export function paste(
  before: Definition,
  clipping: Clipping,
  at: Point,
): Readonly<{ after: Definition; ids: readonly string[] }> {
  const names = new Map<string, string>();
  const taken: Record<string, unknown> = Object.assign(Object.create(null), before.nodes);
  for (const id of Object.keys(clipping.nodes)) {
    const name = freeId(taken, id);
    names.set(id, name);
    taken[name] = true;
  }
  const places = Object.values(clipping.layout);
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  const nodes = Object.entries(clipping.nodes).map(
    ([id, node]) => [names.get(id) ?? id, redirected(node, (target) => names.get(target) ?? null)] as const,
  );
  const layout = [...names].map(([id, name]) => {
    const { x, y } = ownOf(clipping.layout, id) ?? { x: left, y: top };
    return [name, onGrid({ x: at.x + x - left, y: at.y + y - top })] as const;
  });
  const after = {
    ...before,
    nodes: { ...before.nodes, ...Object.fromEntries(nodes) },
    layout: { ...before.layout, ...Object.fromEntries(layout) },
  };
  return { after, ids: [...names.values()] };
}
