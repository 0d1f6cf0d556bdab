import type { Edge, Node } from '@xyflow/react';
import { type Definition, type DraftNode, nodeOf, outputsOf, ownOf } from '../draft/definition.ts';
import type { DraftFinding } from '../draft/findings.ts';
import type { Trace } from '../tester/tester.tsx';
import { type Places, sizeOf } from './places.ts';

/*
 * What of a draft is drawn. A card whose node did not change is the same object as before, so that it is not drawn anew.
 */

export type CardData = Readonly<{
  id: string;
  node: DraftNode;
  isStart: boolean;
  faults: number;
  warnings: number;
  /** How often the conversation that is being tried passed it; null when none is. */
  entered: number | null;
  isCurrent: boolean;
}>;

export type CardNode = Node<CardData, 'card'>;

/** The output of a sub-flow that leads into it; on the wire it is a setting, not an output. */
export const innerStart = '@start';

export type Drawn = Readonly<{
  definition: Definition;
  places: Places;
  /** The nodes that are chosen, by id. */
  chosen: readonly string[];
  findings: ReadonlyMap<string, readonly DraftFinding[]>;
  trace: Trace | null;
}>;

/** @param before the cards as they are, with what is measured and being dragged. */
export function drawNodes(drawn: Drawn, before: readonly CardNode[]): CardNode[] {
  const { definition, places, findings, trace } = drawn;
  const known = new Map(before.map((node) => [node.id, node]));
  const chosen = new Set(drawn.chosen);
  return Object.entries(definition.nodes).map(([id, node]) => {
    const found = findings.get(id) ?? [];
    const faults = found.filter(({ severity }) => severity === 'fault').length;
    const data: CardData = {
      ...{ id, node, faults, warnings: found.length - faults, isStart: definition.start === id },
      entered: trace === null ? null : (trace.entered.get(id) ?? 0),
      isCurrent: trace?.current === id,
    };
    const was = known.get(id);
    const position = ownOf(places, id) ?? { x: 0, y: 0 };
    const selected = chosen.has(id);
    if (was === undefined) return { id, type: 'card', position, data, selected, ...initialSize(node) };
    const isSame = isEqual(was.data, data);
    const stays = was.dragging === true || (was.position.x === position.x && was.position.y === position.y);
    if (isSame && stays && was.selected === selected) return was;
    return {
      ...was,
      selected,
      data: isSame ? was.data : data,
      position: was.dragging === true ? was.position : position,
    };
  });
}

/** Until it is measured: the overview and the first view are right at once. */
const initialSize = (node: DraftNode) => {
  const { width, height } = sizeOf(node);
  return { initialWidth: width, initialHeight: height };
};

function isEqual(one: CardData, other: CardData): boolean {
  return (Object.keys(one) as (keyof CardData)[]).every((name) => one[name] === other[name]);
}

/** The lines between the cards. */
export function drawEdges({ definition, trace }: Drawn, before: readonly Edge[]): Edge[] {
  const known = new Map(before.map((edge) => [edge.id, edge]));
  const edges: Edge[] = [];
  const add = (source: string, output: string, target: string): void => {
    const id = `${source} ${output}`;
    const wasTaken = trace?.taken.has(id) === true;
    const className = output === innerStart ? 'edge-inner' : wasTaken ? 'edge-taken' : '';
    const was = known.get(id);
    if (was !== undefined && was.target === target && was.className === className) edges.push(was);
    else edges.push({ id, source, sourceHandle: output, target, className, selected: was?.selected === true });
  };
  for (const [id, node] of Object.entries(definition.nodes)) {
    for (const output of outputsOf(node)) {
      const target = ownOf(node.outputs, output) ?? undefined;
      if (target !== undefined && nodeOf(definition, target) !== undefined) add(id, output, target);
    }
    const inner = node.type === 'sub-flow' && typeof node.start === 'string' ? node.start : undefined;
    if (inner !== undefined && nodeOf(definition, inner) !== undefined) add(id, innerStart, inner);
  }
  return edges;
}
