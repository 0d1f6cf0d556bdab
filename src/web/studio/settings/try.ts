import { useState } from 'preact/hooks';
import { intentTexts } from '../../texts/studio/settings.ts';
import { type AnswerTo, ask } from '../api/ask.ts';
import { sentenceOf } from '../parts/frame.tsx';

export type Tried =
  | Readonly<{ kind: 'nothing' }>
  | Readonly<{ kind: 'busy' }>
  | Readonly<{ kind: 'failed'; message: string }>
  | Readonly<{ kind: 'done'; text: string; answer: AnswerTo<'tryAgent'> }>;

/** Tries how a text is understood by what is drafted. @param save what is not saved yet cannot be tried. */
export function useTry(
  agentId: string,
  save: () => Promise<boolean>,
): Readonly<{ tried: Tried; run: (text: string, entity?: string) => void }> {
  const [tried, setTried] = useState<Tried>({ kind: 'nothing' });
  const run = async (text: string, entity?: string): Promise<void> => {
    setTried({ kind: 'busy' });
    if (!(await save())) return setTried({ kind: 'failed', message: intentTexts.saveFirst });
    const path = { agent_id: agentId };
    const body = { text, draft: true, ...(entity !== undefined && { entity }) };
    const answer = await ask('tryAgent', { path, body });
    if (answer.kind === 'ok') setTried({ kind: 'done', text, answer: answer.body });
    else setTried({ kind: 'failed', message: sentenceOf(answer) });
  };
  return { tried, run: (text, entity) => void run(text, entity) };
}
