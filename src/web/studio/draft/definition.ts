import { fixedOutputs } from '../../../core/flow/node-outputs.ts';
import type { FlowNode } from '../../../core/flow/nodes.ts';

/*
 * A draft is any JSON object: it may be half done, or written by hand. What the studio shows of it is read here, so that
 * whatever stands there can be drawn, and what the studio does not know is kept as it is.
 */

export type NodeType = FlowNode['type'];
export const nodeTypes = Object.keys(fixedOutputs) as readonly NodeType[];

/** A node as it stands in a draft: its fields may be missing, or of another kind than they should be. */
export type DraftNode = Readonly<{ type: string; outputs?: DraftOutputs } & { [field: string]: unknown }>;
export type DraftOutputs = Readonly<Record<string, string | null>>;
export type Point = Readonly<{ x: number; y: number }>;
export type DraftParameter = Readonly<{
  name: string;
  kind: 'custom' | 'user';
  multi?: boolean;
  value?: string | readonly string[];
}>;
export type DraftIntent = Readonly<{ name: string; examples: readonly string[] }>;
export type DraftEntity = Readonly<{
  name: string;
  values?: readonly Readonly<{ value: string; synonyms?: readonly string[] }>[];
  pattern?: string;
}>;

export type Definition = Readonly<
  {
    name?: string;
    start?: string;
    nodes: Readonly<Record<string, DraftNode>>;
    parameters?: readonly DraftParameter[];
    intents?: readonly DraftIntent[];
    entities?: readonly DraftEntity[];
    layout?: Readonly<Record<string, Point>>;
  } & { [field: string]: unknown }
>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const named = <Item>(value: unknown): readonly Item[] =>
  (Array.isArray(value) ? value : []).filter((item) => isObject(item) && typeof item.name === 'string') as Item[];

/** What of a draft can be drawn. Fields that the studio does not know stay. */
export function readDefinition(value: unknown): Definition {
  const { name, start, nodes, parameters, intents, entities, layout, ...rest } = isObject(value) ? value : {};
  return {
    ...rest,
    ...(typeof name === 'string' && { name }),
    ...(typeof start === 'string' && { start }),
    ...(parameters !== undefined && { parameters: named<DraftParameter>(parameters) }),
    ...(intents !== undefined && { intents: named<DraftIntent>(intents).map(withExamples) }),
    ...(entities !== undefined && { entities: named<DraftEntity>(entities) }),
    nodes: Object.fromEntries(Object.entries(isObject(nodes) ? nodes : {}).map(([id, node]) => [id, readNode(node)])),
    ...(isObject(layout) && { layout: Object.fromEntries(Object.entries(layout).filter(isPlaced)) }),
  };
}

const withExamples = (intent: DraftIntent): DraftIntent => ({
  ...intent,
  examples: (Array.isArray(intent.examples) ? intent.examples : []).filter((text) => typeof text === 'string'),
});

function readNode(value: unknown): DraftNode {
  const { type, outputs, ...rest } = isObject(value) ? value : { value };
  const kept = Object.entries(isObject(outputs) ? outputs : {}).filter(
    (entry): entry is [string, string | null] => typeof entry[1] === 'string' || entry[1] === null,
  );
  return {
    type: typeof type === 'string' ? type : '',
    ...rest,
    ...(outputs !== undefined && { outputs: Object.fromEntries(kept) }),
  };
}

const isPlaced = (entry: [string, unknown]): entry is [string, Point] =>
  isObject(entry[1]) && Number.isFinite(entry[1].x) && Number.isFinite(entry[1].y);

export const isNodeType = (type: string): type is NodeType => Object.hasOwn(fixedOutputs, type);

/** What stands under a name, be it `constructor` or `__proto__`: own properties only. */
export const ownOf = <Value>(
  values: Readonly<Record<string, Value>> | null | undefined,
  name: string,
): Value | undefined => (values && Object.hasOwn(values, name) ? values[name] : undefined);

/** A node by its id. */
export const nodeOf = ({ nodes }: Definition, id: string | undefined): DraftNode | undefined =>
  id === undefined ? undefined : ownOf(nodes, id);

const strings = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).filter((item): item is string => typeof item === 'string' && item !== '');

/** The outputs that a node shows: its own, those of its kind, and those that lead somewhere although nobody declared them. */
export function outputsOf(node: DraftNode): readonly string[] {
  const own =
    node.type === 'classification'
      ? strings(node.intents)
      : node.type === 'conditions'
        ? strings(
            (Array.isArray(node.conditions) ? node.conditions : []).map((one: unknown) => isObject(one) && one.output),
          )
        : [];
  const led = Object.entries(node.outputs ?? {}).flatMap(([output, target]) => (target === null ? [] : [output]));
  return [...new Set([...own, ...(isNodeType(node.type) ? fixedOutputs[node.type] : []), ...led])];
}
