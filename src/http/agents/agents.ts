import { publishQuery } from '../../contract/agents/agents.ts';
import { instant } from '../../contract/text.ts';
import type { PublishedAgent } from '../../store/agents.ts';
import { accept } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Handlers } from '../serve.ts';
import { draftInList } from './drafts.ts';
import { agentNotFound, idOf, publish } from './publish.ts';
import { secretHandlers } from './secrets.ts';

export function agentHandlers(parts: HttpParts): Handlers {
  const { agents } = parts.store;
  const find = async (id: string): Promise<PublishedAgent> => {
    const agent = await agents.find(id);
    if (agent === null) throw agentNotFound(id);
    return agent;
  };
  return {
    ...secretHandlers(parts),
    publishAgent: async (asked) => {
      const id = idOf(asked);
      const base = baseIn(asked.query);
      return publish(parts, id, asked.body, { base, by: asked.caller?.name });
    },
    listAgents: async () => ({
      agents: (await agents.list()).map(summary),
      drafts: (await agents.listDrafts()).map(draftInList),
    }),
    getAgent: async ({ params }) => {
      const agent = await find(params.agent_id ?? '');
      return { ...summary(agent), definition: agent.flow };
    },
    deleteAgent: async ({ params }) => {
      const { id } = await find(params.agent_id ?? '');
      await agents.remove(id);
    },
  };
}

/** @returns undefined where any version may be the published one. */
function baseIn(query: unknown): number | null | undefined {
  const { base_version: base } = accept(publishQuery.read(query));
  return base === undefined ? undefined : base === 'none' ? null : Number(base);
}

const summary = ({ id, version, publishedAt, flow }: PublishedAgent) => ({
  agent_id: id,
  name: flow.name,
  ...(flow.region === undefined ? {} : { region: flow.region }),
  web_chat: flow.webChat === true,
  version,
  published_at: instant(publishedAt),
});
