import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { agentsTexts as words } from '../../texts/studio/agents.ts';
import { texts } from '../../texts/texts.ts';
import { type Answer, ask } from '../api/ask.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ToggleSetting } from '../parts/fields.tsx';
import { sentenceOf } from '../parts/frame.tsx';
import { tell } from '../parts/toasts.tsx';
import type { AgentRow } from './rows.ts';
import { keepTodo } from './todo.ts';

type Props = Readonly<{ row: AgentRow; again: () => Promise<void>; onClose: () => void }>;

/** Asks before a virtual agent is taken away. One without a draft would be seen nowhere, so it is kept as one. */
export function TakeAway({ row, again, onClose }: Props) {
  const { id, draft, published } = row;
  const name = row.name ?? id;
  const [isKept, setKept] = useState(true);
  const [isBusy, setBusy] = useState(false);
  const takeAway = async (): Promise<void> => {
    setBusy(true);
    const kept = isKept && draft === null ? await keepAsDraft(id) : null;
    const answer = kept !== null && kept.kind !== 'ok' ? kept : await ask('deleteAgent', { path: { agent_id: id } });
    setBusy(false);
    onClose();
    tell(answer.kind === 'ok' ? words.tookAway(name) : sentenceOf(answer), answer.kind === 'ok' ? 'good' : 'bad');
    await again();
  };
  return (
    <Dialog
      title={words.takeAwayTitle(name)}
      onClose={onClose}
      onSubmit={() => void takeAway()}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="danger" type="submit" disabled={isBusy}>
            {words.takeAwayConfirm}
          </Button>
        </>
      }
    >
      <p>{words.takeAwayText(published?.version ?? 1)}</p>
      {draft === null && (
        <ToggleSetting label={words.takeAwayKeep} hint={words.takeAwayKeepHint} value={isKept} onValue={setKept} />
      )}
    </Dialog>
  );
}

async function keepAsDraft(id: string): Promise<Answer<unknown>> {
  const answer = await ask('getAgent', { path: { agent_id: id } });
  if (answer.kind !== 'ok') return answer;
  return ask('saveDraft', { path: { agent_id: id }, body: { definition: answer.body.definition } });
}

/** Asks before a draft is discarded. */
export function DiscardDraft({ row: { id, name, draft }, again, onClose }: Props) {
  const called = name ?? id;
  const discard = async (): Promise<void> => {
    const answer = await ask('discardDraft', { path: { agent_id: id }, query: { revision: draft?.revision } });
    if (answer.kind === 'ok') {
      keepTodo(id, null);
      tell(words.discarded(called));
    } else tell(sentenceOf(answer), 'bad');
    await again();
  };
  return (
    <Confirm
      title={words.discardTitle(called)}
      text={words.discardText}
      confirm={words.discardConfirm}
      onConfirm={() => void discard()}
      onClose={onClose}
    />
  );
}
