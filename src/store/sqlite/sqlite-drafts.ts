import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { DraftStore } from '../agents.ts';
import { publishedVersion } from '../rows/agent-row.ts';
import {
  clearDraft,
  type DraftRow,
  draftOf,
  draftRow,
  draftRowOf,
  draftSummaries,
  draftSummaryOf,
  draftValues,
  revisionOf,
  savedRow,
  writeDraft,
} from '../rows/draft-row.ts';
import { inTransaction } from '../transaction.ts';

/** Values for $1, $2, … of a statement that both engines know. */
export const numbered = (...values: readonly SQLInputValue[]): Record<string, SQLInputValue> =>
  Object.fromEntries(values.map((value, index) => [String(index + 1), value]));

export function readDraft(database: DatabaseSync, id: string): DraftRow | null {
  const row = database.prepare(draftRow).get(numbered(id));
  return row === undefined ? null : draftRowOf(row);
}

export function sqliteDrafts(database: DatabaseSync, flush: () => Promise<void>): DraftStore {
  return {
    findDraft: async (id) => {
      const row = readDraft(database, id);
      return row === null ? null : draftOf(row);
    },
    listDrafts: async () => database.prepare(draftSummaries).all().map(draftSummaryOf),
    saveDraft: async (id, save, at) => {
      const saved = inTransaction(database, () => {
        const published = database.prepare(publishedVersion).get(numbered(id));
        const stored = readDraft(database, id);
        const version = published === undefined ? null : Number(published.version);
        const row = savedRow(stored, { id, save, at, published: version });
        if (!('overtaken' in row) && row !== stored) {
          database.prepare(writeDraft).run(numbered(...draftValues(row, save)));
        }
        return row;
      });
      await flush();
      return 'overtaken' in saved ? saved : { ...saved, definition: save.definition };
    },
    removeDraft: async (id, revision) => {
      const result = inTransaction(database, () => {
        const found = revisionOf(readDraft(database, id));
        if (found === null) return 'not-found';
        if (revision !== null && revision !== found) return { overtaken: 'draft', revision: found } as const;
        database.prepare(clearDraft).run(numbered(id));
        return 'removed';
      });
      await flush();
      return result;
    },
  };
}
