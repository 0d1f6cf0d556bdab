import type { CommandResult, RefusalCode } from './commands.ts';
import { ownerOf } from './session.ts';
import type { Turn } from './turn.ts';

/** @param seq of the fact that the command told, if any. @param messageId of the message it made, if any. */
export const done = (seq: number | null = null, messageId: string | null = null): CommandResult => ({
  kind: 'done',
  seq,
  messageId,
});

export function refuse(turn: Turn, code: RefusalCode, message: string): CommandResult {
  const { phase } = turn.session;
  const epoch = phase.kind === 'handoff' ? phase.handoff.epoch : null;
  return { kind: 'refused', refusal: { code, message, owner: ownerOf(turn.session), epoch } };
}
