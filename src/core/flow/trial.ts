import type { Flow } from './flow.ts';
import type { FlowNode } from './nodes.ts';

/*
 * A trial runs a draft as it was saved, as a version whose number is negative.
 * 1. A revision never comes again, so such a number means one definition for ever.
 * 2. Who stands for the live agent is in the number: the desk that the draft names when it is even, the tester when it is
 *    odd. Whoever finds the flow of a session knows so what to make of the definition, after a restart too.
 */

/** Who takes over in a trial: the desk that the draft names, or whoever tries it. */
export type TrialLiveAgent = 'desk' | 'tester';

/** Where a desk is called, by the kind of call. */
export type DeskEndpoints = Readonly<Record<'start' | 'inbound' | 'status' | 'ended', string>>;

/** A draft is saved a thousand million times before the numbers end. */
export const trialVersion = (revision: number, liveAgent: TrialLiveAgent): number =>
  -(2 * revision + (liveAgent === 'tester' ? 1 : 0));

export const isTrial = (version: number): boolean => version < 0;

const isOfTester = (version: number): boolean => isTrial(version) && version % 2 !== 0;

/**
 * The flow of a version as sessions run it. A trial is held from whichever page: its token was given to somebody who
 * manages, and pages that chat with end users are not where it is tried.
 * @param trialDesk which stands in the place of every desk when the tester is the live agent.
 */
export function flowToRun(stored: Flow, version: number, trialDesk: DeskEndpoints): Flow {
  if (!isTrial(version)) return stored;
  const flow = { ...stored, allowedOrigins: undefined };
  if (!isOfTester(version)) return flow;
  const nodes = Object.entries(stored.nodes).map(([id, node]) => [id, atTrialDesk(node, trialDesk)] as const);
  return { ...flow, nodes: Object.fromEntries(nodes) };
}

/** Calls that the node would not make are not made at the trial desk either. */
function atTrialDesk(node: FlowNode, { start, inbound, status, ended }: DeskEndpoints): FlowNode {
  if (node.type !== 'live-agent-routing') return node;
  return {
    ...{ ...node, startConnectionUrl: start, inboundTransferUrl: inbound },
    ...(node.statusDeliveryUrl === undefined ? {} : { statusDeliveryUrl: status }),
    ...(node.endedUrl === undefined ? {} : { endedUrl: ended }),
  };
}
