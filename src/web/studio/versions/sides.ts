/** One of the two that are compared: the draft, or a version by its number. */
export type Side = 'draft' | number;

export type Sides = Readonly<{ before: Side | null; after: Side | null }>;

export const sideText = (side: Side): string => String(side);

export function readSide(text: string | null): Side | null {
  if (text === 'draft') return 'draft';
  return text !== null && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : null;
}

/** What there is to compare, as far as it was listed. */
export type Known = Readonly<{
  hasDraft: boolean;
  /** The version that the draft follows; null for none. */
  base: number | null;
  /** Numbers, the newest first. */
  versions: readonly number[];
}>;

/**
 * The two that the address names, or what is most likely wanted: the draft with what it follows, or the newest version with
 * the one before it. Null where there is nothing to compare with.
 */
export function sidesOf(query: URLSearchParams, known: Known): Sides {
  const named = readSide(query.get('after'));
  const isThere = named !== null && (named !== 'draft' || known.hasDraft);
  const after = isThere ? named : known.hasDraft ? 'draft' : (known.versions[0] ?? null);
  const before = readSide(query.get('before'));
  if (before !== null && before !== after && (before !== 'draft' || known.hasDraft)) return { before, after };
  return { before: after === null ? null : beforeOf(after, known), after };
}

/** What a side is compared with where nothing else is said. */
export function beforeOf(side: Side, { base, versions }: Known): Side | null {
  if (side === 'draft') return base ?? versions[0] ?? null;
  return side > 1 ? side - 1 : null;
}
