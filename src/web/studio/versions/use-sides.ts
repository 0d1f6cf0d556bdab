import type { OpenDraft } from '../draft/draft-state.ts';
import { goTo, usePlace } from '../shell/navigation.tsx';
import type { Version } from './listed.ts';
import { beforeOf, type Known, type Side, type Sides, sidesOf } from './sides.ts';

export type ChosenSides = Sides &
  Readonly<{
    /** Compares a side with what came before it. */
    show: (side: Side) => void;
    compare: (before: Side, after: Side) => void;
  }>;

/** The two that are compared; they stand in the page's address, so that it can be handed on. */
export function useSides(agentId: string, versions: readonly Version[], draft: OpenDraft | null): ChosenSides {
  const { query } = usePlace();
  const known: Known = {
    hasDraft: draft !== null,
    base: draft?.stored.base ?? null,
    versions: versions.map(({ version }) => version),
  };
  const compare = (before: Side | null, after: Side): void => {
    const asked = new URLSearchParams({ ...(before !== null && { before: String(before) }), after: String(after) });
    goTo({ kind: 'versions', agentId }, `?${asked}`, 'replace');
  };
  return { ...sidesOf(query, known), compare, show: (side) => compare(beforeOf(side, known), side) };
}
