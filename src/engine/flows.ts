import type { Flow } from '../core/flow/flow.ts';
import { type DeskEndpoints, flowToRun } from '../core/flow/trial.ts';
import type { AgentStore } from '../store/agents.ts';

/** Versions and trials never change, so what was read once stays true. */
export type FlowCache = Readonly<{
  find: (virtualAgentId: string, version: number) => Promise<Flow | null>;
  /** The flow when it is at hand. */
  peek: (virtualAgentId: string, version: number) => Flow | undefined;
}>;

const mostFlows = 500;

/** @param trialDesk where the calls of trials go whose live agent is the tester. */
export function flowCache(agents: AgentStore, trialDesk: () => DeskEndpoints): FlowCache {
  const known = new Map<string, Flow>();
  return {
    peek: (virtualAgentId, version) => known.get(`${virtualAgentId}@${version}`),
    find: async (virtualAgentId, version) => {
      const key = `${virtualAgentId}@${version}`;
      const cached = known.get(key);
      if (cached !== undefined) return cached;
      const stored = await agents.findFlow(virtualAgentId, version);
      const flow = stored === null ? null : flowToRun(stored, version, trialDesk());
      if (flow !== null) {
        const oldest = known.size >= mostFlows ? known.keys().next().value : undefined;
        if (oldest !== undefined) known.delete(oldest);
        known.set(key, flow);
      }
      return flow;
    },
  };
}
