import { canvasTexts } from '../../texts/studio/canvas.ts';
import type { DraftNode } from '../draft/definition.ts';

const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const list = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : []).filter((item): item is string => typeof item === 'string');
const host = (value: unknown): string => URL.parse(text(value))?.host ?? text(value);
const joined = (...parts: readonly string[]): string => parts.filter((part) => part !== '').join(' ');

/** What a node does, in the few words that fit on its card. */
export function summaryOf(node: DraftNode): string {
  const parameter = text(node.parameter);
  const into = parameter === '' ? '' : canvasTexts.into(parameter);
  switch (node.type) {
    case 'send-message':
      return text(node.text);
    case 'collect-input':
      return joined(text(node.prompt), into);
    case 'classification':
    case 'context-switch':
      return list(node.intents).join(', ');
    case 'conditions':
      return canvasTexts.conditionsCount(Array.isArray(node.conditions) ? node.conditions.length : 0);
    case 'set-parameter':
      return joined(Array.isArray(node.value) ? list(node.value).join(', ') : text(node.value), into);
    case 'counter':
      return joined(parameter, typeof node.limit === 'number' ? canvasTexts.upTo(node.limit) : '');
    case 'reset-counter':
      return parameter;
    case 'sub-flow':
      return text(node.start);
    case 'webhook':
      return joined(text(node.method) || 'POST', host(node.url));
    case 'custom-code':
      return text(node.code).split('\n')[0] ?? '';
    case 'generative-ai':
      return joined(text(node.model), text(node.instructions));
    case 'external-bot':
      return host(node.url);
    case 'live-agent-routing': {
      const start = text(node.startConnectionUrl);
      return /\/desk\/hooks\/start$/.test(start) ? canvasTexts.builtInDesk : host(start);
    }
    default:
      return '';
  }
}
