import type { Fault } from './checklist.ts';
import type { Dialogue } from './dialogues.ts';

/**
 * Compares a session's report (GET /insights/sessions/{id}) with the dialogue that was played in it.
 * @returns the first difference, or null.
 */
export function compareTranscript({ turns }: Dialogue, report: unknown): Fault | null {
  const where = 'in the transcript';
  const { transcription } = (report ?? {}) as { transcription?: unknown };
  if (!Array.isArray(transcription)) return { where, expected: `${turns.length} utterances`, got: 'no transcription' };
  for (const [index, { from, text }] of turns.entries()) {
    const expected = JSON.stringify({ [from === 'user' ? 'user' : 'agent']: text });
    const got = JSON.stringify(transcription[index]) ?? 'nothing';
    if (got !== expected) return { where, expected, got };
  }
  if (transcription.length === turns.length) return null;
  return { where, expected: 'nothing more', got: JSON.stringify(transcription[turns.length]) };
}
