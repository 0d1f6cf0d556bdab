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
    const answer = await takeAwayNow(row, isKept);
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

/** The draft that stays follows nothing then, so that it can be published without another question. */
async function takeAwayNow({ id, draft }: AgentRow, isKept: boolean): Promise<Answer<unknown>> {
  const path = { agent_id: id };
  const kept = draft === null ? (isKept ? await ask('getAgent', { path }) : null) : await ask('getDraft', { path });
  if (kept !== null && kept.kind !== 'ok') return kept;
  const answer = await ask('deleteAgent', { path });
  if (answer.kind !== 'ok' || kept === null) return answer;
  const { definition } = kept.body;
  const revision = 'revision' in kept.body ? { revision: kept.body.revision } : {};
  return ask('saveDraft', { path, body: { definition, base_version: null, ...revision } });
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
