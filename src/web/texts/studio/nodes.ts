import type { FlowNode } from '../../../core/flow/nodes.ts';

type NodeWords = Readonly<{ title: string; text: string }>;

/** What each kind of node is called, and what it does in a sentence. */
export const nodeTexts: Readonly<Record<FlowNode['type'], NodeWords>> = {
  'send-message': { title: 'Send message', text: 'Says something to the end user and goes on.' },
  'collect-input': { title: 'Collect input', text: 'Asks a question and keeps the answer in a parameter.' },
  classification: { title: 'Classification', text: 'Finds out what the end user wants and goes on accordingly.' },
  'context-switch': { title: 'Context switch', text: 'Catches a wish at any time, wherever the flow waits.' },
  conditions: { title: 'Conditions', text: 'Goes on by what parameters hold.' },
  'set-parameter': { title: 'Set parameter', text: 'Puts a value into a parameter.' },
  counter: { title: 'Counter', text: 'Counts how often it was passed, up to a limit.' },
  'reset-counter': { title: 'Reset counter', text: 'Sets a counter back to zero.' },
  'sub-flow': { title: 'Sub-flow', text: 'Runs other nodes and comes back.' },
  webhook: { title: 'Webhook', text: 'Asks another system over HTTP.' },
  'custom-code': { title: 'Custom code', text: 'Runs a few lines of JavaScript in a sandbox.' },
  'generative-ai': { title: 'Generative AI', text: 'Lets a language model answer.' },
  'external-bot': { title: 'External bot', text: 'Lets your own bot talk until it is done.' },
  'live-agent-routing': { title: 'Live agent routing', text: 'Hands the conversation to a human, who hands it back.' },
  'end-conversation': { title: 'End conversation', text: 'Ends the session.' },
};

/** Kinds in the order and the groups in which they are offered. */
export const nodeGroups: readonly Readonly<{ title: string; types: readonly FlowNode['type'][] }>[] = [
  { title: 'Conversation', types: ['send-message', 'collect-input', 'classification', 'end-conversation'] },
  { title: 'Human', types: ['live-agent-routing'] },
  { title: 'Logic', types: ['conditions', 'set-parameter', 'counter', 'reset-counter', 'sub-flow', 'context-switch'] },
  { title: 'Beyond', types: ['webhook', 'generative-ai', 'external-bot', 'custom-code'] },
];

const outputWords: Readonly<Record<string, string>> = {
  default: 'Next',
  missed: 'Missed',
  reached: 'Limit reached',
  failed: 'Failed',
  human: 'Wants a human',
  noResponse: 'No response',
  userLeft: 'User left',
};

const defaultWords: Readonly<Partial<Record<FlowNode['type'], string>>> = {
  'collect-input': 'Answered',
  conditions: 'Otherwise',
  counter: 'Below the limit',
  'live-agent-routing': 'Handed back',
  'external-bot': 'Done',
  'generative-ai': 'Answered',
  webhook: 'Answered',
  'sub-flow': 'Afterwards',
};

/** What an output is called on a node of a kind; outputs with names of the author's keep them. */
export function outputTitle(type: string, output: string): string {
  const words = output === 'default' ? defaultWords[type as FlowNode['type']] : undefined;
  return words ?? (Object.hasOwn(outputWords, output) ? (outputWords[output] ?? output) : output);
}

export const unknownNode: NodeWords = { title: 'Unknown kind', text: 'This kind of node is not known here.' };
export const nodeWords = (type: string): NodeWords =>
  Object.hasOwn(nodeTexts, type) ? nodeTexts[type as FlowNode['type']] : unknownNode;
