import type { Definition, DraftNode } from '../draft/definition.ts';
import type { Edit } from '../draft/edit.ts';

/** What is wrong with a node, or should be looked at. */
export type Finding = Readonly<{
  /** Below the node: `text`, `outputs.missed`, `conditions.0.when.value`; empty for the node as a whole. */
  path: string;
  message: string;
  severity: 'fault' | 'warning';
}>;

export type NodeDrawerProps = Readonly<{
  agentId: string;
  /** The node's id. */
  id: string;
  node: DraftNode;
  definition: Definition;
  findings: readonly Finding[];
  /** Whether it may only be looked at. */
  isLocked: boolean;
  /** Puts another node in its place. @param what names the field, so that typing in it is one step back. */
  change: (node: DraftNode, what: string) => void;
  /** Changes the rest of the draft: a parameter that a node needs, for one. */
  edit: (edit: Edit, what: string) => void;
  /** Gives the node another id. @returns a sentence when it may not be called so, or null. */
  rename: (id: string) => string | null;
}>;

/** The settings of one node, whatever its kind. */
export function NodeDrawer({ id }: NodeDrawerProps) {
  return <div class="drawer">{id}</div>;
}
