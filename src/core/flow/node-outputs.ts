import type { FlowNode } from './nodes.ts';

/** The outputs that every node of a kind has. */
export const fixedOutputs: Readonly<Record<FlowNode['type'], readonly string[]>> = {
  'send-message': ['default'],
  'collect-input': ['default', 'missed'],
  classification: ['missed'],
  'context-switch': ['default'],
  conditions: ['default'],
  'set-parameter': ['default'],
  counter: ['default', 'reached'],
  'reset-counter': ['default'],
  'sub-flow': ['default'],
  'live-agent-routing': ['default', 'failed', 'noResponse', 'userLeft'],
  'end-conversation': [],
  webhook: ['default', 'failed'],
  'custom-code': ['default', 'failed'],
  'generative-ai': ['default', 'human', 'failed'],
  'external-bot': ['default', 'human', 'failed'],
};

/** The outputs of a node, in the order in which a person reads them: its own before those of its kind. */
export const outputsOf = (node: FlowNode): readonly string[] => [
  ...new Set([...ownOutputs(node), ...fixedOutputs[node.type]]),
];

function ownOutputs(node: FlowNode): readonly string[] {
  if (node.type === 'conditions') return node.conditions.map(({ output }) => output);
  return node.type === 'classification' ? node.intents : [];
}
