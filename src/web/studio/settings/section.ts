import type { Definition } from '../draft/definition.ts';
import type { Edit } from '../draft/edit.ts';
import type { DraftFinding } from '../draft/findings.ts';

/** What every section of the settings is given. */
export type SectionProps = Readonly<{
  agentId: string;
  definition: Definition;
  findings: readonly DraftFinding[];
  /** Whether it may only be looked at. */
  isLocked: boolean;
  /** @param what names the field, so that typing in it is one step back. */
  edit: (edit: Edit, what: string) => void;
  /** Saves now what is not saved. @returns whether the server has it all. */
  save: () => Promise<boolean>;
}>;

/** Findings that are no node's, at a path or below it: `entities.0` has those of `entities.0.pattern`. */
export const findingsAt = (findings: readonly DraftFinding[], path: string): readonly DraftFinding[] =>
  findings.filter((finding) => finding.node === null && isBelow(finding.path, path));

const isBelow = (path: string, above: string): boolean => path === above || path.startsWith(`${above}.`);

/** What is wrong at a path, in sentences; undefined when nothing is. */
export function faultAt(findings: readonly DraftFinding[], path: string): string | undefined {
  const faults = findingsAt(findings, path).filter(({ severity }) => severity === 'fault');
  return faults.length === 0 ? undefined : faults.map(({ message }) => message).join(' ');
}

/** What stands in a list at a place is put there, added behind it, or taken away (undefined). */
export function replaced<Item>(items: readonly Item[], at: number, item: Item | undefined): readonly Item[] {
  if (item === undefined) return items.filter((_, index) => index !== at);
  return at >= items.length ? [...items, item] : items.map((known, index) => (index === at ? item : known));
}
