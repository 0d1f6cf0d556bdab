import type { Flow } from './flow.ts';
import type { FlowNode } from './nodes.ts';
import { isSystemParameter } from './parameters.ts';

/** A fault or warning of a flow and where it is: a path such as `nodes.ask.outputs.missed`. */
export type Finding = Readonly<{ path: string; message: string }>;

export type Findings = { readonly faults: Finding[]; readonly warnings: Finding[] };

type Names = Readonly<Record<'declared' | 'filled' | 'intents' | 'entities', ReadonlySet<string>>>;

/** Looked up for every text of every node: by lists, nine thousand nodes took twenty seconds. */
const known = new WeakMap<Flow, Names>();

function namesOf(flow: Flow): Names {
  const found = known.get(flow) ?? {
    declared: new Set((flow.parameters ?? []).map(({ name }) => name)),
    filled: new Set(Object.values(flow.nodes).flatMap(filledBy)),
    intents: new Set((flow.intents ?? []).map(({ name }) => name)),
    entities: new Set((flow.entities ?? []).map(({ name }) => name)),
  };
  known.set(flow, found);
  return found;
}

function filledBy(node: FlowNode): readonly string[] {
  const own = 'parameter' in node && node.parameter !== undefined ? [node.parameter] : [];
  return node.type === 'webhook' ? [...own, ...(node.response ?? []).map(({ parameter }) => parameter)] : own;
}

export const isKnown = (flow: Flow, name: string): boolean =>
  isSystemParameter(name) || namesOf(flow).declared.has(name);

/** Whether some node sets it, so that a text may well mention it. */
export const isFilled = (flow: Flow, name: string): boolean => namesOf(flow).filled.has(name);

export const hasIntent = (flow: Flow, name: string): boolean => namesOf(flow).intents.has(name);
export const hasEntity = (flow: Flow, name: string): boolean => namesOf(flow).entities.has(name);
