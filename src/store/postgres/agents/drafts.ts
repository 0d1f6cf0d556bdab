import type { DraftStore } from '../../agents.ts';
import { publishedVersion } from '../../rows/agent-row.ts';
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
} from '../../rows/draft-row.ts';
import type { Database, Run } from '../database.ts';

/** The row, which nobody else can change now. */
export async function lockDraft(run: Run, id: string): Promise<DraftRow | null> {
  const [row] = await run(`${draftRow} FOR UPDATE`, [id]);
  return row === undefined ? null : draftRowOf(row);
}

export function postgresDrafts(database: Database): DraftStore {
  return {
    findDraft: async (id) => {
      const [row] = await database.run(draftRow, [id]);
      return row === undefined ? null : draftOf(draftRowOf(row));
    },
    listDrafts: async () => (await database.run(draftSummaries)).map(draftSummaryOf),
    saveDraft: async (id, save, at) => {
      const saved = await database.transact(async (run) => {
        // A row that is not there cannot be locked: of two who begin a draft at once the second waits here for the first.
        if (save.revision === undefined) {
          await run('INSERT INTO drafts (agent_id, revision, updated_at) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING', [
            ...[id, at],
          ]);
        }
        const stored = await lockDraft(run, id);
        const [published] = await run(publishedVersion, [id]);
        const version = published === undefined ? null : Number(published.version);
        const row = savedRow(stored, { id, save, at, published: version });
        if (!('overtaken' in row) && row !== stored) await run(writeDraft, draftValues(row, save));
        return row;
      });
      return 'overtaken' in saved ? saved : { ...saved, definition: save.definition };
    },
    removeDraft: (id, revision) =>
      database.transact(async (run) => {
        const found = revisionOf(await lockDraft(run, id));
        if (found === null) return 'not-found';
        if (revision !== null && revision !== found) return { overtaken: 'draft', revision: found };
        await run(clearDraft, [id]);
        return 'removed';
      }),
  };
}
