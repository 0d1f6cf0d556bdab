import { isSystemParameter, namesIn } from '../../../core/flow/parameters.ts';
import type { Definition, DraftNode } from '../draft/definition.ts';

/*
 * Who in a draft names a parameter, an intent or an entity. A draft may be half done, so its nodes are read as they stand:
 * what is named in a place that no kind of node has is named all the same.
 */

/** Ids of the nodes that name something, by its name. */
export type Uses = ReadonlyMap<string, readonly string[]>;

const identifier = /[A-Za-z_][A-Za-z0-9_]*/g;

/** Parameters by name: those that texts insert, that nodes fill, compare and transfer, and that code reads or sets. */
export function parameterUses({ nodes }: Definition): Uses {
  return usesBy(nodes, (node) => {
    const named = [...parametersIn(node)];
    return typeof node.code === 'string' ? [...named, ...namesInCode(node.code)] : named;
  });
}

const namesInCode = (code: string): readonly string[] =>
  [...code.matchAll(/parameters(?:\.|\[\s*['"`])([A-Za-z_][A-Za-z0-9_]*)/g)].flatMap(([, name]) => name ?? []);

function* parametersIn(value: unknown, field = ''): Generator<string> {
  if (typeof value === 'string') {
    if (field === 'parameter' || field === 'transferParameters') {
      if (value.match(identifier)?.[0] === value) yield value;
    } else if (field !== 'code') yield* namesIn(value);
  } else if (Array.isArray(value)) {
    for (const item of value) yield* parametersIn(item, field === 'transferParameters' ? field : '');
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) yield* parametersIn(inner, name);
  }
}

export const intentUses = ({ nodes }: Definition): Uses =>
  usesBy(nodes, ({ intents }) =>
    (Array.isArray(intents) ? intents : []).filter((intent): intent is string => typeof intent === 'string'),
  );

export const entityUses = ({ nodes }: Definition): Uses =>
  usesBy(nodes, ({ entity }) => (typeof entity === 'string' ? [entity] : []));

function usesBy(nodes: Definition['nodes'], namesOf: (node: DraftNode) => readonly string[]): Uses {
  const uses = new Map<string, string[]>();
  for (const [id, node] of Object.entries(nodes)) {
    for (const name of new Set(namesOf(node))) {
      const known = uses.get(name);
      if (known === undefined) uses.set(name, [id]);
      else known.push(id);
    }
  }
  return uses;
}

/** Parameters that nodes name and nobody declares, with those nodes. */
export function undeclared(definition: Definition, uses: Uses): Uses {
  const declared = new Set((definition.parameters ?? []).map(({ name }) => name));
  return new Map([...uses].filter(([name]) => !declared.has(name) && !isSystemParameter(name)));
}
