import { discardQuery, draftRequest, publishDraftRequest } from '../../contract/agents/agents.ts';
import { instant } from '../../contract/text.ts';
import type { Draft, DraftSummary } from '../../store/agents.ts';
import { accept, HttpError } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Handlers } from '../serve.ts';
import { findings } from './check.ts';
import { idOf, overtaken, publish } from './publish.ts';

export function draftHandlers(parts: HttpParts): Handlers {
  const { agents } = parts.store;
  const find = (id: string): Promise<Draft> => findDraft(parts, id);
  const answerWith = (draft: Draft) => savedDraft(parts, draft);
  return {
    getDraft: async ({ params }) => {
      const draft = await find(params.agent_id ?? '');
      return { ...(await answerWith(draft)), definition: draft.definition };
    },
    saveDraft: async (asked) => {
      const id = idOf(asked);
      const { definition, base_version: base, revision } = accept(draftRequest.read(asked.body));
      const saved = await agents.saveDraft(id, { definition, base, revision }, parts.clock.now());
      if ('overtaken' in saved) throw overtaken(id, saved);
      return answerWith(saved);
    },
    discardDraft: async ({ params, query }) => {
      const { revision } = accept(discardQuery.read(query));
      const id = params.agent_id ?? '';
      const result = await agents.removeDraft(id, revision === undefined ? null : Number(revision));
      if (result === 'not-found') throw draftNotFound(id);
      if (result !== 'removed') throw overtaken(id, result);
    },
    publishDraft: async ({ params, body, caller }) => {
      const { revision: read } = accept(publishDraftRequest.read(body ?? {}));
      const { id, revision, base, definition } = await find(params.agent_id ?? '');
      if (read !== undefined && read !== revision) throw overtaken(id, { overtaken: 'draft', revision });
      return publish(parts, id, definition, { draft: revision, base, by: caller?.name });
    },
  };
}

/** @throws HttpError where there is none. */
export async function findDraft({ store: { agents } }: Pick<HttpParts, 'store'>, id: string): Promise<Draft> {
  const draft = await agents.findDraft(id);
  if (draft === null) throw draftNotFound(id);
  return draft;
}

/** A draft as its save is answered. */
export const savedDraft = async (parts: HttpParts, draft: Draft) => ({
  ...summary(draft),
  ...(await findings(parts, draft.definition)),
});

const draftNotFound = (id: string): HttpError =>
  new HttpError('draft-not-found', `There is no draft of "${id}"; PUT /agents/{agent_id}/draft begins one.`);

const summary = ({ id, revision, base, updatedAt }: Omit<Draft, 'definition'>) => ({
  ...{ agent_id: id, revision, base_version: base, updated_at: instant(updatedAt) },
});

export const draftInList = ({ name, ...draft }: DraftSummary) => ({ ...summary(draft), name });
