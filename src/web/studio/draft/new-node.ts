import type { DraftNode, NodeType } from './definition.ts';

/** What a node of each kind begins with: as little as its form needs. What must be filled in is empty, so that it is a fault. */
const beginnings: Readonly<Record<NodeType, Readonly<Record<string, unknown>>>> = {
  'send-message': { text: '' },
  'collect-input': { parameter: '', prompt: '' },
  classification: { intents: [], prompt: '' },
  'context-switch': { intents: [] },
  conditions: { conditions: [{ output: 'yes', when: { parameter: '', operator: 'equals', value: '' } }] },
  'set-parameter': { parameter: '', value: '' },
  counter: { parameter: '', limit: 3 },
  'reset-counter': { parameter: '' },
  'sub-flow': { start: '' },
  webhook: { url: '' },
  'custom-code': { code: '' },
  'generative-ai': { url: '', model: '', instructions: '' },
  'external-bot': { url: '' },
  'live-agent-routing': { startConnectionUrl: '', inboundTransferUrl: '' },
  'end-conversation': {},
};

export const newNode = (type: NodeType): DraftNode =>
  type === 'end-conversation' ? { type } : { type, ...beginnings[type], outputs: {} };

/** The id that a new node wishes for. */
export const idWishes: Readonly<Record<NodeType, string>> = {
  'send-message': 'message',
  'collect-input': 'ask',
  classification: 'classify',
  'context-switch': 'switch',
  conditions: 'check',
  'set-parameter': 'set',
  counter: 'count',
  'reset-counter': 'reset',
  'sub-flow': 'sub-flow',
  webhook: 'webhook',
  'custom-code': 'code',
  'generative-ai': 'ai',
  'external-bot': 'bot',
  'live-agent-routing': 'live-agent',
  'end-conversation': 'end',
};
