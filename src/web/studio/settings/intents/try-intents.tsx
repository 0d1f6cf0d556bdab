import { useState } from 'preact/hooks';
import { Button } from '../../../parts/buttons.tsx';
import { intentTexts as words } from '../../../texts/studio/settings.ts';
import type { AnswerTo } from '../../api/ask.ts';
import { TextSetting } from '../../parts/fields.tsx';
import { Badge } from '../../parts/small.tsx';
import { useTry } from '../try.ts';

/** How a sentence scores with each intent. */
export function TryIntents({ agentId, save }: Readonly<{ agentId: string; save: () => Promise<boolean> }>) {
  const [text, setText] = useState('');
  const { tried, run } = useTry(agentId, save);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim() !== '') run(text.trim());
  };
  return (
    <section class="card understood">
      <header>
        <h2>{words.tryTitle}</h2>
        <p class="setting-hint">{words.tryText}</p>
      </header>
      <form class="understood-form" onSubmit={submit}>
        <TextSetting label={words.trySentence} value={text} onValue={setText} />
        <Button type="submit" disabled={tried.kind === 'busy' || text.trim() === ''}>
          {tried.kind === 'busy' ? words.trying : words.tryButton}
        </Button>
      </form>
      <div class="understood-answer" role="status">
        {tried.kind === 'failed' && <p class="setting-fault">{tried.message}</p>}
        {tried.kind === 'done' && <Scores answer={tried.answer} />}
      </div>
    </section>
  );
}

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 0 });
const mostShown = 8;

function Scores({ answer: { intents, min_score: least } }: { answer: AnswerTo<'tryAgent'> }) {
  if (intents.length === 0) return <p>{words.noScores}</p>;
  return (
    <>
      <ul class="understood-scores" aria-label={words.scores}>
        {intents.slice(0, mostShown).map(({ intent, score }, index) => {
          const isTaken = index === 0 && score >= least;
          return (
            <li key={intent} class="understood-score" data-taken={isTaken}>
              <code>{intent}</code>
              <span class="understood-score-bar" style={{ '--score': score, '--least': least }} aria-hidden="true" />
              <span class="understood-score-number">{percent.format(score)}</span>
              {index === 0 && <Badge tone={isTaken ? 'good' : 'warn'}>{isTaken ? words.taken : words.notTaken}</Badge>}
            </li>
          );
        })}
      </ul>
      <p class="setting-hint">{words.enough(percent.format(least))}</p>
    </>
  );
}
