import { holds } from './flow/conditions.ts';
import {
  type CollectInputNode,
  type ConditionsNode,
  declarationOf,
  defaultRetries,
  type FlowNode,
  type LiveAgentRoutingNode,
  nodeOf,
  type SetParameterNode,
} from './flow/flow.ts';
import { newest, pieces, render, type Value } from './flow/parameters.ts';
import { parametersFor } from './handoff-parameters.ts';
import { connectMs, firstDueAt, limitsOf } from './response-clock.ts';
import { parameterOf } from './session.ts';
import { type Turn, tell } from './turn.ts';

/** A flow that runs through this many nodes without waiting is a fault, not a conversation. */
export const maxNodesPerTurn = 200;

/** Where a node leads after it was done: a node's id, nowhere (null), or it waits. */
type Next = Readonly<{ kind: 'go'; node: string | null | undefined }> | Readonly<{ kind: 'wait' }>;

const go = (node: string | null | undefined): Next => ({ kind: 'go', node });
const wait: Next = { kind: 'wait' };

/** Runs nodes from `start` until the flow waits or the session ends. An output that leads nowhere ends it. */
export function runFlow(turn: Turn, start: string | null | undefined): void {
  let next: Next = go(start);
  const passed: string[] = [];
  while (next.kind === 'go') {
    const id = next.node;
    if (id === null || id === undefined) return end(turn, 'completed');
    const node = nodeOf(turn.flow, id);
    if (node === undefined) return end(turn, 'fault', `The flow leads to a node "${id}" that it does not have.`);
    if (passed.push(id) > maxNodesPerTurn) return end(turn, 'fault', loopSentence(passed));
    const waiting = turn.session.inputs.length;
    tell(turn, { kind: 'node-entered', node: id, type: node.type });
    next = execute(turn, id, node);
    // A node that took one of the kept messages is a turn of its own: there are only so many of them.
    if (turn.session.inputs.length < waiting) passed.length = 0;
  }
}

/** The answer of the end user to the node that waits: it takes it, asks again, or gives up. */
export function answerNode(turn: Turn, text: string, messageSeq: number | null): void {
  const { phase } = turn.session;
  if (phase.kind !== 'waiting') return;
  const node = nodeOf(turn.flow, phase.node);
  if (node?.type !== 'collect-input') return runFlow(turn, phase.node);
  const next = takeInput(turn, phase.node, node, { text, messageSeq, misses: phase.misses });
  if (next.kind === 'go') runFlow(turn, next.node);
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
      return go(chooseOutput(turn, node));
    case 'collect-input':
      return collect(turn, id, node);
    case 'live-agent-routing':
      return requestHandoff(turn, id, node);
    case 'end-conversation':
      return go(null);
  }
}

function send(turn: Turn, node: string, template: string): void {
  for (const text of pieces(expand(turn, template))) tell(turn, { kind: 'virtual-agent-message-sent', node, text });
}

const expand = (turn: Turn, template: string): string => render(template, (name) => parameterOf(turn.session, name));

function setParameter(turn: Turn, node: SetParameterNode): void {
  const multi = declarationOf(turn.flow, node.parameter)?.multi === true;
  // A value is as long as a text may be; without a bound "$A$A" in a loop would double for ever.
  const given = listOf(node.value ?? '').map((value) => pieces(expand(turn, value))[0] ?? '');
  const values = changed(node.operation ?? 'set', listOf(parameterOf(turn.session, node.parameter) ?? []), given);
  tell(turn, {
    kind: 'parameters-set',
    parameters: [{ name: node.parameter, value: multi ? values : values.join(', ') }],
  });
}

const listOf = (value: Value): readonly string[] => (typeof value === 'string' ? [value] : value);

function changed(
  operation: 'set' | 'append' | 'clear',
  current: readonly string[],
  given: readonly string[],
): readonly string[] {
  if (operation === 'clear') return [];
  return operation === 'append' ? newest([...current, ...given]) : given;
}

function chooseOutput(turn: Turn, node: ConditionsNode): string | null | undefined {
  const lookup = (name: string): Value | undefined => parameterOf(turn.session, name);
  const met = node.conditions.find(({ when }) => holds(when, lookup, (text) => expand(turn, text)));
  const output = met?.output ?? 'default';
  return Object.hasOwn(node.outputs, output) ? node.outputs[output] : null;
}

function collect(turn: Turn, id: string, node: CollectInputNode): Next {
  send(turn, id, node.prompt ?? '');
  tell(turn, { kind: 'input-awaited', node: id, misses: 0 });
  const kept = turn.session.inputs[0];
  return kept === undefined ? wait : takeInput(turn, id, node, { text: kept.text, messageSeq: kept.seq, misses: 0 });
}

type Input = Readonly<{ text: string; messageSeq: number | null; misses: number }>;

function takeInput(turn: Turn, id: string, node: CollectInputNode, input: Input): Next {
  tell(turn, { kind: 'input-taken', node: id, messageSeq: input.messageSeq });
  if (input.text.trim() !== '') {
    const multi = declarationOf(turn.flow, node.parameter)?.multi === true;
    const before = listOf(parameterOf(turn.session, node.parameter) ?? []);
    const value = multi ? newest([...before, input.text]) : input.text;
    tell(turn, { kind: 'parameters-set', parameters: [{ name: node.parameter, value }] });
    return go(node.outputs.default);
  }
  if (input.misses >= (node.retries ?? defaultRetries)) return go(node.outputs.missed);
  send(turn, id, node.retryPrompt ?? node.prompt ?? '');
  tell(turn, { kind: 'input-awaited', node: id, misses: input.misses + 1 });
  const kept = turn.session.inputs[0];
  if (kept === undefined) return wait;
  return takeInput(turn, id, node, { text: kept.text, messageSeq: kept.seq, misses: input.misses + 1 });
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

function end(turn: Turn, reason: 'completed' | 'fault', detail?: string): void {
  tell(turn, { kind: 'session-ended', reason, ...(detail === undefined ? {} : { detail }) });
}

function loopSentence(passed: readonly string[]): string {
  const loop = [...new Set(passed.slice(-20))].join(', ');
  return `The flow ran through ${maxNodesPerTurn} nodes without waiting; let one of these wait for input: ${loop}.`;
}
