import { importQuery } from '../../contract/agents/imports.ts';
import type { ReadFile } from '../../formats/import-file.ts';
import type { ImportNote } from '../../formats/notes.ts';
import type { DraftOvertaken } from '../../store/agents.ts';
import { accept, HttpError, stoppingError } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked, Handlers } from '../serve.ts';
import { savedDraft } from './drafts.ts';
import { idOf, overtaken } from './publish.ts';

export function importHandlers(parts: HttpParts): Handlers {
  const { agents } = parts.store;
  return {
    importAgent: async (asked) => {
      const id = idOf(asked);
      const { revision: asText } = accept(importQuery.read(asked.query));
      const revision = asText === undefined ? undefined : Number(asText);
      const { definition, notes } = await read(parts, asked);
      // A draft that is begun anew, also where it replaces one: it is to follow what is published now.
      const base = await agents.findVersion(id);
      const saved = await agents.saveDraft(id, { definition, base, revision }, parts.clock.now());
      if ('overtaken' in saved) throw taken(id, saved, revision);
      return { ...(await savedDraft(parts, saved)), report: reportOf(notes) };
    },
  };
}

/** @throws HttpError with what is wrong with the file. */
async function read({ importer }: HttpParts, { body, headers }: Asked): Promise<ReadFile> {
  const file = body instanceof Uint8Array ? body : new Uint8Array();
  const saidToBeJson = /^application\/json\b/i.test(headers['content-type'] ?? '');
  const result = await importer.read({ file, saidToBeJson });
  if (result === null) throw stoppingError();
  if ('message' in result) throw new HttpError('import-refused', result.message);
  return result;
}

/** Of a draft that is there, told to somebody who may not have known of it. */
function taken(id: string, by: DraftOvertaken, asked: number | undefined): HttpError {
  const { revision } = by;
  if (asked !== undefined || revision === null) return overtaken(id, by);
  const message = `There is a draft of "${id}" with the revision ${revision}; to put this in its place, import it with ?revision=${revision}.`;
  return new HttpError('draft-overtaken', message, { revision });
}

function reportOf(notes: readonly ImportNote[]) {
  const count = (wanted: ImportNote['kind']): number => notes.filter(({ kind }) => kind === wanted).length;
  return { taken: count('taken'), changed: count('changed'), left_out: count('left-out'), notes: [...notes] };
}
