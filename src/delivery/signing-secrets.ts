import type { Clock } from '../platform/clock.ts';
import { unsealOrNull } from '../platform/secrets.ts';
import type { AgentStore } from '../store/agents.ts';

/** The secrets that sign the calls of a virtual agent, read anew after a second: a rotation takes hold that fast. */
export type SigningSecrets = Readonly<{ of: (virtualAgentId: string) => Promise<readonly string[]> }>;

const freshMs = 1_000;
const mostAgents = 1_000;

export function signingSecrets(agents: AgentStore, key: Uint8Array, clock: Clock): SigningSecrets {
  const known = new Map<string, Readonly<{ until: number; secrets: Promise<readonly string[]> }>>();
  const read = async (id: string): Promise<readonly string[]> => {
    const stored = await agents.secrets(id);
    const secrets = stored.map(({ sealed }) => unsealOrNull(key, sealed)).filter((secret) => secret !== null);
    if (secrets.length > 0 || stored.length === 0) return secrets;
    throw new Error(`BATON_SECRET opens no secret of ${id}; make a new one by POST /agents/${id}/secrets.`);
  };
  return {
    of: (id) => {
      const cached = known.get(id);
      if (cached !== undefined && cached.until > clock.now()) return cached.secrets;
      const secrets = read(id);
      if (known.size >= mostAgents) known.clear();
      known.set(id, { until: clock.now() + freshMs, secrets });
      secrets.catch(() => known.delete(id));
      return secrets;
    },
  };
}
