import type { IconName } from '../../parts/icons.tsx';
import type { NodeType } from '../draft/definition.ts';

const icons: Readonly<Record<NodeType, IconName>> = {
  'send-message': 'talk',
  'collect-input': 'question',
  classification: 'sort',
  'context-switch': 'switch',
  conditions: 'branch',
  'set-parameter': 'edit',
  counter: 'count',
  'reset-counter': 'again',
  'sub-flow': 'flow',
  webhook: 'out',
  'custom-code': 'code',
  'generative-ai': 'spark',
  'external-bot': 'bot',
  'live-agent-routing': 'headset',
  'end-conversation': 'stop',
};

/** What stands for a kind of node. */
export const nodeIcon = (type: string): IconName => (Object.hasOwn(icons, type) ? icons[type as NodeType] : 'info');
