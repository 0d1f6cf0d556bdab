import type { AnswerTo } from '../api/ask.ts';

/** One virtual agent as the list shows it: published, a draft, or both. */
export type AgentRow = Readonly<{
  id: string;
  /** Null where a draft has none yet. */
  name: string | null;
  published: Readonly<{ version: number; at: string; region: string | null; hasChat: boolean }> | null;
  draft: Readonly<{ revision: number; base: number | null; at: string }> | null;
}>;

/** The list's answer as one row for each virtual agent, what was changed last first. */
export function rowsOf({ agents, drafts }: AnswerTo<'listAgents'>): readonly AgentRow[] {
  const beside = new Map(drafts.map((draft) => [draft.agent_id, draft]));
  const draftOf = (id: string): AgentRow['draft'] => {
    const draft = beside.get(id);
    return draft === undefined ? null : { revision: draft.revision, base: draft.base_version, at: draft.updated_at };
  };
  const published = agents.map(
    ({ agent_id: id, name, version, published_at: at, region, web_chat: hasChat }): AgentRow => ({
      ...{ id, name, published: { version, at, region: region ?? null, hasChat } },
      draft: draftOf(id),
    }),
  );
  const known = new Set(published.map(({ id }) => id));
  const others = drafts
    .filter(({ agent_id: id }) => !known.has(id))
    .map(({ agent_id: id, name }): AgentRow => ({ id, name, published: null, draft: draftOf(id) }));
  return [...published, ...others].sort((one, other) => changedAt(other) - changedAt(one));
}

const changedAt = ({ published, draft }: AgentRow): number =>
  Math.max(Date.parse(published?.at ?? '') || 0, Date.parse(draft?.at ?? '') || 0);

/** The rows that have a text in their name or id, however it is capitalised. */
export function rowsWith(rows: readonly AgentRow[], text: string): readonly AgentRow[] {
  const wanted = text.trim().toLowerCase();
  return rows.filter(({ id, name }) => `${name ?? ''}\n${id}`.toLowerCase().includes(wanted));
}
