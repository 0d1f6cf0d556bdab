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
  'end-conversation': 'ending',
};

type Family = 'talk' | 'human' | 'logic' | 'beyond' | 'end' | 'unknown';

const families: Readonly<Record<NodeType, Family>> = {
  'send-message': 'talk',
  'collect-input': 'talk',
  classification: 'talk',
  'context-switch': 'logic',
  conditions: 'logic',
  'set-parameter': 'logic',
  counter: 'logic',
  'reset-counter': 'logic',
  'sub-flow': 'logic',
  webhook: 'beyond',
  'custom-code': 'beyond',
  'generative-ai': 'beyond',
  'external-bot': 'beyond',
  'live-agent-routing': 'human',
  'end-conversation': 'end',
};

export const iconOf = (type: string): IconName => (Object.hasOwn(icons, type) ? icons[type as NodeType] : 'info');
/** Kinds that are coloured alike. */
export const familyOf = (type: string): Family =>
  Object.hasOwn(families, type) ? families[type as NodeType] : 'unknown';
