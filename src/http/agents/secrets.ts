import { instant } from '../../contract/text.ts';
import { unsealOrNull } from '../../platform/secrets.ts';
import type { HttpParts } from '../parts.ts';
import type { Handlers } from '../serve.ts';
import { agentNotFound, newSecret } from './publish.ts';

type Secret = Readonly<{ secret: string; createdAt: number }>;

export function secretHandlers(parts: HttpParts): Handlers {
  const { agents } = parts.store;
  const list = async (id: string) => ({
    secrets: (await secretsOf(parts, id)).map(({ secret, createdAt }) => ({ secret, created_at: instant(createdAt) })),
  });
  return {
    listSecrets: async ({ params }) => {
      const id = params.agent_id ?? '';
      await expectAgent(parts, id);
      return list(id);
    },
    rotateSecret: async ({ params }) => {
      const id = params.agent_id ?? '';
      await expectAgent(parts, id);
      await giveFirst(parts, id);
      await agents.addSecret(id, newSecret(parts));
      return list(id);
    },
  };
}

/** @throws HttpError where a virtual agent is neither published nor in the making. */
export async function expectAgent({ store: { agents } }: HttpParts, id: string): Promise<void> {
  if ((await agents.findVersion(id)) === null && (await agents.findDraft(id)) === null) throw agentNotFound(id);
}

/**
 * The secrets of a virtual agent that is there, newest first. One that was never published gets its first now.
 * @returns none where BATON_SECRET opens none of them.
 */
export async function secretsOf(parts: HttpParts, id: string): Promise<readonly Secret[]> {
  await giveFirst(parts, id);
  return (await parts.store.agents.secrets(id)).flatMap(({ sealed, createdAt }) => {
    const secret = unsealOrNull(parts.settings.sealingKey, sealed);
    return secret === null ? [] : [{ secret, createdAt }];
  });
}

async function giveFirst(parts: HttpParts, id: string): Promise<void> {
  const { agents } = parts.store;
  if ((await agents.secrets(id)).length === 0) await agents.giveSecret(id, newSecret(parts));
}
