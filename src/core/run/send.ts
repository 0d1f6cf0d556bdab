import { pieces } from '../flow/parameters.ts';
import { type Turn, tell } from '../turn.ts';
import { expand } from './node-parameters.ts';

/** Says a text with the session's parameters in it; an empty one says nothing. */
export function send(turn: Turn, node: string, template: string): void {
  say(turn, node, expand(turn, template));
}

/** Says a text as it is. */
export function say(turn: Turn, node: string, text: string): void {
  for (const piece of pieces(text)) tell(turn, { kind: 'virtual-agent-message-sent', node, text: piece });
}
