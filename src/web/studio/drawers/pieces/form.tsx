import { createContext } from 'preact';
import { useContext, useLayoutEffect } from 'preact/hooks';
import type { Definition, DraftNode } from '../../draft/definition.ts';
import type { Edit } from '../../draft/edit.ts';
import type { Finding } from '../findings.ts';
import type { Fields } from '../reading.ts';

/** What the settings of a node work on. */
export type NodeForm = Readonly<{
  agentId: string;
  id: string;
  node: DraftNode;
  definition: Definition;
  isLocked: boolean;
  /** Whether something at these paths or below them is wrong, or should be looked at. */
  hasFindings: (paths: readonly string[]) => boolean;
  findingsAt: (path: string) => readonly Finding[];
  /** Says that a setting of this path is shown. @returns how to take that back. */
  claim: (path: string) => () => void;
  /** Gives the node other fields; those that are undefined are taken away. @param what names the one that is worked on. */
  set: (fields: Fields, what: string) => void;
  /** Makes another node of the newest one. */
  update: (next: (node: DraftNode) => DraftNode, what: string) => void;
  /** Changes the rest of the draft and the node in one step. */
  editWith: (edit: Edit, next: (node: DraftNode) => DraftNode) => void;
}>;

export const FormContext = createContext<NodeForm | null>(null);

export function useForm(): NodeForm {
  const form = useContext(FormContext);
  if (form === null) throw new Error('This setting stands in no drawer.');
  return form;
}

/** The findings of a setting; while it is shown they stand there. */
export function useFindings(path: string): readonly Finding[] {
  const { findingsAt, claim } = useForm();
  useLayoutEffect(() => claim(path), [path, claim]);
  return findingsAt(path);
}
