import type { Fault } from '../api/ask.ts';

/** What is wrong with a part of a draft, or should be looked at. */
export type DraftFinding = Readonly<{
  /** The node it belongs to; null for the rest of the draft. */
  node: string | null;
  /** Below the node, or below the draft: `text`, `outputs.missed`, `parameters.0.name`; empty for the whole. */
  path: string;
  message: string;
  severity: 'fault' | 'warning';
}>;

/** Findings as the server gives them, each at the node it belongs to. */
export function readFindings(faults: readonly Fault[], warnings: readonly Fault[]): readonly DraftFinding[] {
  return [...faults.map((fault) => placed(fault, 'fault')), ...warnings.map((warning) => placed(warning, 'warning'))];
}

function placed({ path, message }: Fault, severity: DraftFinding['severity']): DraftFinding {
  const [, node, below = ''] = /^nodes\.([^.]+)(?:\.(.*))?$/.exec(path) ?? [];
  return node === undefined ? { node: null, path, message, severity } : { node, path: below, message, severity };
}

/** By the node they belong to; faults first. */
export function findingsByNode(findings: readonly DraftFinding[]): ReadonlyMap<string, readonly DraftFinding[]> {
  const found = new Map<string, DraftFinding[]>();
  for (const finding of findings) {
    if (finding.node === null) continue;
    const known = found.get(finding.node);
    if (known === undefined) found.set(finding.node, [finding]);
    else known.push(finding);
  }
  return found;
}
