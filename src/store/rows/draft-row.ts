import type { Draft, DraftOvertaken, DraftSave, DraftSummary } from '../agents.ts';
import { decodeBody, encodeBody } from '../codec.ts';

/** A row of drafts. Without a definition it keeps the revision that the next draft counts on from. */
export type DraftRow = Readonly<{
  id: string;
  revision: number;
  base: number | null;
  updatedAt: number;
  definition: string | null;
}>;

export const draftRow =
  'SELECT agent_id, revision, base_version, updated_at, definition FROM drafts WHERE agent_id = $1';

export const draftSummaries = `SELECT agent_id, revision, base_version, updated_at, name FROM drafts
    WHERE definition IS NOT NULL ORDER BY agent_id`;

export const writeDraft = `INSERT INTO drafts (agent_id, revision, base_version, updated_at, name, definition)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (agent_id) DO UPDATE SET revision = excluded.revision, base_version = excluded.base_version,
    updated_at = excluded.updated_at, name = excluded.name, definition = excluded.definition`;

export const clearDraft = 'UPDATE drafts SET name = NULL, definition = NULL WHERE agent_id = $1';

const baseOf = ({ base_version: base }: Record<string, unknown>): number | null =>
  base === null ? null : Number(base);

export const draftRowOf = (row: Record<string, unknown>): DraftRow => ({
  id: String(row.agent_id),
  revision: Number(row.revision),
  base: baseOf(row),
  updatedAt: Number(row.updated_at),
  definition: row.definition === null ? null : String(row.definition),
});

/** Null for a row without a definition. */
export const draftOf = ({ definition, ...rest }: DraftRow): Draft | null =>
  definition === null ? null : { ...rest, definition: decodeBody<object>(definition) };

export const draftSummaryOf = (row: Record<string, unknown>): DraftSummary => ({
  id: String(row.agent_id),
  revision: Number(row.revision),
  base: baseOf(row),
  updatedAt: Number(row.updated_at),
  name: row.name === null ? null : decodeBody<string>(String(row.name)),
});

/** @returns the revision of the draft, null for none. */
export const revisionOf = (row: DraftRow | null): number | null =>
  row === null || row.definition === null ? null : row.revision;

const longestName = 200;

/** What lists show of what somebody has typed so far. */
export function nameOf(definition: object): string | null {
  const name = 'name' in definition ? definition.name : null;
  return typeof name === 'string' && name !== '' ? name.slice(0, longestName).toWellFormed() : null;
}

type Saving = Readonly<{ id: string; save: DraftSave; at: number; published: number | null }>;

/**
 * What a save makes of a row that nobody else can change now. @param stored null when there never was a draft.
 * @returns the row itself when it holds that already.
 */
export function savedRow(stored: DraftRow | null, { id, save, at, published }: Saving): DraftRow | DraftOvertaken {
  const revision = revisionOf(stored);
  const isThere = stored !== null && revision !== null;
  const definition = encodeBody(save.definition);
  const base = save.base === undefined ? (isThere ? stored.base : published) : save.base;
  if (isThere && stored.definition === definition && stored.base === base) return stored;
  if ((save.revision ?? null) !== revision) return { overtaken: 'draft', revision };
  return { id, revision: (stored?.revision ?? 0) + 1, base, updatedAt: at, definition };
}

/** The values of `writeDraft`. */
export function draftValues({ id, revision, base, updatedAt }: DraftRow, { definition }: DraftSave) {
  const name = nameOf(definition);
  return [id, revision, base, updatedAt, name === null ? null : encodeBody(name), encodeBody(definition)];
}
