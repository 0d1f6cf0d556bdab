import type { Flow } from './flow.ts';
import { isSystemParameter } from './parameters.ts';

/** A fault or warning of a flow and where it is: a path such as `nodes.ask.outputs.missed`. */
export type Finding = Readonly<{ path: string; message: string }>;

export type Findings = { readonly faults: Finding[]; readonly warnings: Finding[] };

export const isKnown = (flow: Flow, name: string): boolean =>
  isSystemParameter(name) || (flow.parameters ?? []).some((declared) => declared.name === name);

/** Whether some node sets it, so that a text may well mention it. */
export const isFilled = (flow: Flow, name: string): boolean =>
  Object.values(flow.nodes).some((node) => {
    if ('parameter' in node && node.parameter === name) return true;
    return node.type === 'webhook' && (node.response ?? []).some(({ parameter }) => parameter === name);
  });
