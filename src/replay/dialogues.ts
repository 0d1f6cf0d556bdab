import Type, { type Static } from 'typebox';
import { sayFaults, shape } from '../contract/shape.ts';
import { Text } from '../contract/text.ts';

const Dialogue = Type.Object({
  id: Type.String({ minLength: 1 }),
  turns: Type.Array(Type.Object({ from: Type.Enum(['user', 'live_agent']), text: Text }), {
    minItems: 1,
  }),
});

/** A conversation to be played: who says what, in order. */
export type Dialogue = Static<typeof Dialogue>;
export type Turn = Dialogue['turns'][number];

/** The file cannot be played; the message says which lines and why. */
export class DialogueFileError extends Error {
  override readonly name = 'DialogueFileError';
}

const dialogue = shape(Dialogue);
const mostSentences = 5;

/**
 * Reads dialogues, one JSON object a line; empty lines count for nothing.
 * @throws DialogueFileError with a sentence for each bad line, or when there is no dialogue at all.
 */
export function readDialogues(text: string): readonly Dialogue[] {
  const faults: string[] = [];
  const dialogues: Dialogue[] = [];
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line);
    if (typeof read === 'string') faults.push(`Line ${index + 1}: ${read}`);
    else dialogues.push(read);
  }
  if (faults.length > 0) {
    const more = faults.length - mostSentences;
    const rest = more > 0 ? [`${more} more lines are bad.`] : [];
    throw new DialogueFileError([...faults.slice(0, mostSentences), ...rest].join('\n'));
  }
  if (dialogues.length === 0) throw new DialogueFileError('There is no dialogue in it; write one JSON object a line.');
  return dialogues;
}

/** @returns the dialogue, or a sentence that says what is wrong with the line. */
function readLine(line: string): Dialogue | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return 'This is no JSON; write {"id": "…", "turns": [{"from": "user", "text": "…"}]}.';
  }
  const reading = dialogue.read(parsed);
  return reading.ok ? reading.value : sayFaults(reading.faults);
}
