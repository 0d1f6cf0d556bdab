import { holds } from '../flow/conditions.ts';
import { nodeOf } from '../flow/flow.ts';
import type { ConditionsNode, FlowNode, LiveAgentRoutingNode } from '../flow/nodes.ts';
import type { Value } from '../flow/parameters.ts';
import { parametersFor } from '../handoff/handoff-parameters.ts';
import { connectMs, firstDueAt, limitsOf } from '../response-clock.ts';
import { parameterOf } from '../session.ts';
import { type Turn, tell } from '../turn.ts';
import { ask } from './ask.ts';
import { end, go, leads, type Next, wait } from './next.ts';
import { count, expand, isMulti, keep, setParameter } from './node-parameters.ts';
import { send } from './send.ts';
import { classify, collect } from './take-input.ts';

/** A flow that runs through this many nodes without waiting for a person is a fault, not a conversation. */
export const maxNodesPerTurn = 200;

/** Sub-flows within sub-flows, and context switches that return, at most. */
export const maxReturns = 20;

/** Runs nodes from `start` until the flow waits or the session ends. */
export function runFlow(turn: Turn, start: string | null | undefined): void {
  goOn(turn, go(start));
}

/** Runs on from where a node led. An output that leads nowhere leaves the sub-flow, or ends the session. */
export function goOn(turn: Turn, from: Next): void {
  let next = from;
  while (next.kind === 'go') {
    const { node: id } = next;
    if (id === null || id === undefined) {
      next = goBack(turn);
      continue;
    }
    const node = nodeOf(turn.flow, id);
    if (node === undefined) return fail(turn, `The flow leads to a node "${id}" that it does not have.`);
    if (turn.session.trail.length >= maxNodesPerTurn) return fail(turn, loopSentence(turn));
    if (turn.session.returns.length > maxReturns) return fail(turn, nestedSentence(turn));
    tell(turn, { kind: 'node-entered', node: id, type: node.type });
    next = execute(turn, id, node);
  }
  if (next.kind === 'end') tell(turn, { kind: 'session-ended', reason: 'completed' });
}

/** Leaves the innermost sub-flow, or returns to the node that a context switch left. */
function goBack(turn: Turn): Next {
  const back = turn.session.returns.at(-1);
  if (back === undefined) return end;
  tell(turn, { kind: 'sub-flow-left', node: back.node });
  if (back.kind === 'again') return go(back.node);
  const node = nodeOf(turn.flow, back.node);
  return go(node?.type === 'sub-flow' ? node.outputs.default : null);
}

function execute(turn: Turn, id: string, node: FlowNode): Next {
  switch (node.type) {
    case 'send-message':
      send(turn, id, node.text);
      return go(node.outputs.default);
    case 'set-parameter':
      setParameter(turn, node);
      return go(node.outputs.default);
    case 'conditions':
      return chooseOutput(turn, node);
    case 'collect-input':
      return collect(turn, id, node);
    case 'classification':
      return classify(turn, id, node);
    case 'context-switch':
      return go(node.outputs.default);
    case 'sub-flow':
      tell(turn, { kind: 'sub-flow-entered', node: id });
      return go(node.start);
    case 'counter':
      return leads(node.outputs, count(turn, node) ? 'reached' : 'default');
    case 'reset-counter':
      keep(turn, node.parameter, isMulti(turn, node.parameter) ? ['0'] : '0');
      return go(node.outputs.default);
    case 'live-agent-routing':
      return requestHandoff(turn, id, node);
    case 'end-conversation':
      return end;
    default:
      return ask(turn, id, node);
  }
}

function chooseOutput(turn: Turn, node: ConditionsNode): Next {
  const reading = {
    lookup: (name: string): Value | undefined => parameterOf(turn.session, name),
    expand: (text: string) => expand(turn, text),
    matches: turn.understanding.matches,
  };
  const met = node.conditions.find(({ when }) => holds(when, reading));
  return leads(node.outputs, met?.output ?? 'default');
}

function requestHandoff(turn: Turn, id: string, node: LiveAgentRoutingNode): Next {
  if (!turn.session.socketSeen) {
    tell(turn, { kind: 'handoff-unavailable', node: id, cause: 'no-socket' });
    return go(node.outputs.failed);
  }
  const limits = limitsOf(node);
  tell(turn, {
    kind: 'handoff-requested',
    epoch: turn.session.lastEpoch + 1,
    node: id,
    lastSeq: turn.session.lastMessageSeq,
    connectBy: turn.at + connectMs(node),
    respondBy: firstDueAt(limits, turn.at),
    limits,
    reportsStatus: node.statusDeliveryUrl !== undefined,
    saveChat: node.saveChat ?? true,
    capitalised: node.transcriptionKeys === 'capitalised',
    parameters: parametersFor(turn.flow, turn.session, node.transferParameters ?? []),
  });
  return wait;
}

function fail(turn: Turn, detail: string): void {
  tell(turn, { kind: 'session-ended', reason: 'fault', detail });
}

const namesOf = (turn: Turn): string => [...new Set(turn.session.trail.last)].join(', ');

const loopSentence = (turn: Turn): string =>
  `The flow ran through ${maxNodesPerTurn} nodes without waiting; let one of these wait for input: ${namesOf(turn)}.`;

const nestedSentence = (turn: Turn): string =>
  `More than ${maxReturns} sub-flows stand within each other; let none of these lead to itself: ${namesOf(turn)}.`;
