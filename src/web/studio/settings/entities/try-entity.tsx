import { useState } from 'preact/hooks';
import { Button } from '../../../parts/buttons.tsx';
import { intentTexts, entityTexts as words } from '../../../texts/studio/settings.ts';
import { ChoiceSetting, TextSetting } from '../../parts/fields.tsx';
import { useTry } from '../try.ts';

type Props = Readonly<{ agentId: string; save: () => Promise<boolean>; entities: readonly string[] }>;

/** What an entity finds in an answer. */
export function TryEntity({ agentId, save, entities }: Props) {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState('');
  const { tried, run } = useTry(agentId, save);
  const entity = entities.includes(chosen) ? chosen : (entities[0] ?? '');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (text.trim() !== '') run(text.trim(), entity);
  };
  return (
    <section class="card understood">
      <header>
        <h2>{intentTexts.tryTitle}</h2>
        <p class="setting-hint">{words.tryText}</p>
      </header>
      <form class="understood-form" onSubmit={submit}>
        <ChoiceSetting
          label={words.tryEntity}
          value={entity}
          options={entities.map((name) => ({ value: name, label: name }))}
          onValue={setChosen}
        />
        <TextSetting label={words.tryAnswer} value={text} onValue={setText} />
        <Button type="submit" disabled={tried.kind === 'busy' || text.trim() === ''}>
          {tried.kind === 'busy' ? intentTexts.trying : intentTexts.tryButton}
        </Button>
      </form>
      <div class="understood-answer" role="status">
        {tried.kind === 'failed' && <p class="setting-fault">{tried.message}</p>}
        {tried.kind === 'done' && tried.answer.value === null && <p>{words.notFound}</p>}
        {tried.kind === 'done' && tried.answer.value !== null && (
          <p>
            {words.found} <code class="understood-value">{tried.answer.value}</code>
          </p>
        )}
      </div>
    </section>
  );
}
