import type { Flow } from '../core/flow/flow.ts';
import type { AgentStore } from '../store/agents.ts';

/** Published versions never change, so what was read once stays true. */
export type FlowCache = Readonly<{
  find: (virtualAgentId: string, version: number) => Promise<Flow | null>;
  /** The flow when it is at hand. */
  peek: (virtualAgentId: string, version: number) => Flow | undefined;
}>;

const mostFlows = 500;

export function flowCache(agents: AgentStore): FlowCache {
  const known = new Map<string, Flow>();
  return {
    peek: (virtualAgentId, version) => known.get(`${virtualAgentId}@${version}`),
    find: async (virtualAgentId, version) => {
      const key = `${virtualAgentId}@${version}`;
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const flow = await agents.findFlow(virtualAgentId, version);
      if (flow !== null) {
        const oldest = known.size >= mostFlows ? known.keys().next().value : undefined;
        if (oldest !== undefined) known.delete(oldest);
        known.set(key, flow);
      }
      return flow;
    },
  };
}
