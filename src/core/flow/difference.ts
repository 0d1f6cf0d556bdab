import type { Json } from './asking.ts';
import type { EntityDeclaration, Flow, IntentDeclaration } from './flow.ts';
import type { FlowNode } from './nodes.ts';
import type { ParameterDeclaration } from './parameters.ts';

/*
 * What is not the same in two definitions, for whoever reads it or says it in sentences.
 * 1. Definitions that mean the same to the letter differ in nothing: the order of nodes, declarations and fields is no
 *    difference, nor is a field that is undefined instead of left out, nor an output that is null instead of left out.
 * 2. Whatever else differs is told, in `before` and `after` as the definitions have it; undefined where a field is not there.
 * 3. Where a node is drawn is told only of nodes of which nothing else is: whoever looks for what flows do may pass it over.
 */

export type FieldChange = Readonly<{ field: string; before: Json | undefined; after: Json | undefined }>;

export type DeclarationKind = 'parameter' | 'intent' | 'entity';

export type Change =
  | (Readonly<{ kind: 'setting-changed' }> & FieldChange)
  | Readonly<{ kind: 'declaration-added'; declaration: DeclarationKind; name: string; after: Json }>
  | Readonly<{ kind: 'declaration-removed'; declaration: DeclarationKind; name: string; before: Json }>
  | Readonly<{
      kind: 'declaration-changed';
      declaration: DeclarationKind;
      name: string;
      fields: readonly FieldChange[];
    }>
  | Readonly<{ kind: 'node-added'; node: string; after: Json }>
  | Readonly<{ kind: 'node-removed'; node: string; before: Json }>
  /** Of its outputs nothing is told here. */
  | Readonly<{ kind: 'node-changed'; node: string; fields: readonly FieldChange[] }>
  /** It leads to another node; null for nowhere. */
  | Readonly<{ kind: 'output-led'; node: string; output: string; before: string | null; after: string | null }>
  /** Places of nodes, and of ids that no node has. */
  | Readonly<{ kind: 'nodes-moved'; nodes: readonly string[] }>;

/** Settings first, then declarations, nodes in the order of `after`, what was removed, and what was only moved. */
export function difference(before: Flow, after: Flow): readonly Change[] {
  const nodes = nodeChanges(before.nodes, after.nodes);
  const told = new Set(nodes.map(({ node }) => node));
  const moved = fieldChanges(before.layout ?? {}, after.layout ?? {}).flatMap(({ field }) =>
    told.has(field) ? [] : [field],
  );
  return [
    ...fieldChanges(settingsOf(before), settingsOf(after)).map(
      (change) => ({ kind: 'setting-changed', ...change }) as const,
    ),
    ...declarationChanges('parameter', before.parameters, after.parameters),
    ...declarationChanges('intent', before.intents, after.intents),
    ...declarationChanges('entity', before.entities, after.entities),
    ...nodes,
    ...(moved.length === 0 ? [] : [{ kind: 'nodes-moved', nodes: moved } as const]),
  ];
}

const parts: ReadonlySet<string> = new Set<keyof Flow>(['nodes', 'layout', 'parameters', 'intents', 'entities']);

/** All that is said once for the whole. */
const settingsOf = (flow: Flow): object =>
  Object.fromEntries(Object.entries(flow).filter(([field]) => !parts.has(field)));

type Declaration = ParameterDeclaration | IntentDeclaration | EntityDeclaration;

function declarationChanges(
  declaration: DeclarationKind,
  before: readonly Declaration[] = [],
  after: readonly Declaration[] = [],
): readonly Change[] {
  const [old, now] = [byName(before), byName(after)];
  const changed = [...now].flatMap(([key, { name, ...fields }]): readonly Change[] => {
    const known = old.get(key);
    if (known === undefined)
      return [{ kind: 'declaration-added', declaration, name, after: json({ name, ...fields }) }];
    const { name: _, ...were } = known;
    const found = fieldChanges(were, fields);
    return found.length === 0 ? [] : [{ kind: 'declaration-changed', declaration, name, fields: found }];
  });
  const removed = [...old].flatMap(([key, gone]): readonly Change[] =>
    now.has(key) ? [] : [{ kind: 'declaration-removed', declaration, name: gone.name, before: json(gone) }],
  );
  return [...changed, ...removed];
}

/** By name, and where a faulty definition has a name twice by which of them it is. */
function byName(declared: readonly Declaration[]): ReadonlyMap<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const one of declared) {
    let key = one.name;
    while (found.has(key)) key += '\0';
    found.set(key, one);
  }
  return found;
}

type NodeChange = Extract<Change, { node: string }>;

function nodeChanges(before: Flow['nodes'], after: Flow['nodes']): readonly NodeChange[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  const changed = [...now].flatMap(([node, is]): readonly NodeChange[] => {
    const was = old.get(node);
    if (was === undefined) return [{ kind: 'node-added', node, after: json(is) }];
    const fields = fieldChanges(fieldsOf(was), fieldsOf(is));
    const change: readonly NodeChange[] = fields.length === 0 ? [] : [{ kind: 'node-changed', node, fields }];
    return [...change, ...outputChanges(node, was, is)];
  });
  const removed = [...old].flatMap(([node, was]): readonly NodeChange[] =>
    now.has(node) ? [] : [{ kind: 'node-removed', node, before: json(was) }],
  );
  return [...changed, ...removed];
}

const outputsOf = (node: FlowNode): ReadonlyMap<string, string | null> =>
  new Map('outputs' in node ? Object.entries(node.outputs).map(([output, target]) => [output, target ?? null]) : []);

function fieldsOf(node: FlowNode): object {
  if (!('outputs' in node)) return node;
  const { outputs: _, ...fields } = node;
  return fields;
}

function outputChanges(node: string, was: FlowNode, is: FlowNode): readonly NodeChange[] {
  const [old, now] = [outputsOf(was), outputsOf(is)];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((output): readonly NodeChange[] => {
    const [before, after] = [old.get(output) ?? null, now.get(output) ?? null];
    return before === after ? [] : [{ kind: 'output-led', node, output, before, after }];
  });
}

/** In the order of `after`, those that are gone last. */
function fieldChanges(before: object, after: object): readonly FieldChange[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...now.keys(), ...old.keys()])].flatMap((field) => {
    const [was, is] = [old.get(field), now.get(field)] as const;
    return isSame(was, is) ? [] : [{ field, before: json(was), after: json(is) }];
  });
}

/** What a definition holds is JSON, apart from fields that are undefined. */
const json = <Value>(value: Value): Json => value as Json;

function isSame(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((value, index) => isSame(value, other[index]));
  }
  const [left, right] = [new Map(Object.entries(one)), new Map(Object.entries(other))];
  return [...new Set([...left.keys(), ...right.keys()])].every((key) => isSame(left.get(key), right.get(key)));
}
