import { AgentId } from '../contract/conversation.ts';
import { type Fault, shape } from '../contract/shape.ts';
import { instant } from '../contract/text.ts';
import { readVirtualAgent } from '../contract/virtual-agent.ts';
import { checkFlow } from '../core/flow/check-flow.ts';
import type { Flow } from '../core/flow/flow.ts';
import { seal, unsealOrNull } from '../platform/secrets.ts';
import type { PublishedAgent, StoredSecret } from '../store/store.ts';
import { faultsOfContent } from './flow-faults.ts';
import { accept, HttpError, wrongShape } from './http-error.ts';
import type { HttpParts } from './parts.ts';
import type { Handlers } from './serve.ts';

const agentId = shape(AgentId);

export function agentHandlers(parts: HttpParts): Handlers {
  const { agents } = parts.store;
  const find = async (id: string): Promise<PublishedAgent> => {
    const agent = await agents.find(id);
    if (agent === null)
      throw new HttpError('agent-not-found', `There is no virtual agent "${id}"; GET /agents lists what there is.`);
    return agent;
  };
  const listSecrets = async (id: string) => ({
    secrets: (await agents.secrets(id)).flatMap(({ sealed, createdAt }) => {
      const secret = unsealOrNull(parts.settings.sealingKey, sealed);
      return secret === null ? [] : [{ secret, created_at: instant(createdAt) }];
    }),
  });
  return {
    publishAgent: async ({ params, body }) => {
      const id = accept(agentId.read(params.agent_id));
      const { flow, warnings } = await checked(parts, body);
      const { version, publishedAt } = await agents.publish(id, flow, newSecret(parts), parts.clock.now());
      return { agent_id: id, version, published_at: instant(publishedAt), warnings };
    },
    listAgents: async () => ({ agents: (await agents.list()).map(summary) }),
    getAgent: async ({ params }) => {
      const agent = await find(params.agent_id ?? '');
      return { ...summary(agent), definition: agent.flow };
    },
    deleteAgent: async ({ params }) => {
      const { id } = await find(params.agent_id ?? '');
      await agents.remove(id);
    },
    listSecrets: async ({ params }) => listSecrets((await find(params.agent_id ?? '')).id),
    rotateSecret: async ({ params }) => {
      const { id } = await find(params.agent_id ?? '');
      await agents.addSecret(id, newSecret(parts));
      return listSecrets(id);
    },
  };
}

const summary = ({ id, version, publishedAt, flow }: PublishedAgent) => ({
  agent_id: id,
  name: flow.name,
  ...(flow.region === undefined ? {} : { region: flow.region }),
  version,
  published_at: instant(publishedAt),
});

function newSecret({ random, clock, settings }: HttpParts): StoredSecret {
  const secret = `whsec_${random.bytes(32).toString('base64')}`;
  return { sealed: seal(settings.sealingKey, secret, random), createdAt: clock.now() };
}

/** Shape, meaning, region and endpoints. @throws HttpError that lists every fault with its path. */
async function checked({ settings, judges }: HttpParts, body: unknown): Promise<{ flow: Flow; warnings: Fault[] }> {
  const { flow, faults } = readVirtualAgent(body);
  const { faults: meant, warnings } = checkFlow(flow);
  const isNews = ({ path }: Fault): boolean => !faults.some((known) => path.startsWith(known.path));
  const all = [...faults, ...meant.filter(isNews), ...(await faultsOfContent(flow, judges))];
  if (all.length > 0) throw wrongShape(all, 'invalid-flow');
  if (settings.region !== null && flow.region !== undefined && flow.region !== settings.region) {
    const message = `This server serves the region ${settings.region}; publish the agent on one of ${flow.region}.`;
    throw new HttpError('region-refused', message);
  }
  return { flow, warnings: [...warnings] };
}
