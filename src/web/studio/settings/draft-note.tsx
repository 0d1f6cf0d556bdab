import { Button, IconButton } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { draftTexts } from '../../texts/studio/draft.ts';
import { settingsTexts as words } from '../../texts/studio/settings.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';
import { sentenceOf } from '../parts/frame.tsx';

type Props = Readonly<{ client: DraftClient; state: OpenDraft }>;

/** Whether the draft is saved, and one step back or forth. */
export function DraftNote({ client, state }: Props) {
  const { past, future } = state.editor;
  return (
    <>
      <span class="draft-note" data-kind={state.saving.kind} role="status">
        {noteOf(state)}
      </span>
      <IconButton icon="undo" label={words.undo} disabled={past.length === 0} onClick={() => client.undo()} />
      <IconButton icon="redo" label={words.redo} disabled={future.length === 0} onClick={() => client.redo()} />
    </>
  );
}

function noteOf({ saving, stored, published }: OpenDraft): string {
  switch (saving.kind) {
    case 'saving':
      return draftTexts.saving;
    case 'dirty':
      return draftTexts.unsaved;
    case 'failed': {
      const { failure } = saving;
      return failure.kind === 'unreachable' ? draftTexts.notSaved : draftTexts.refused(sentenceOf(failure));
    }
    case 'overtaken':
      return draftTexts.overtakenTitle;
    case 'saved':
      if (stored.revision !== null) return draftTexts.saved;
      return published === null ? draftTexts.neverPublished : draftTexts.publishedUnchanged(published);
  }
}

/** Somebody else saved meanwhile: whose work is to go on is the person's choice. */
export function Overtaken({ client, state }: Props) {
  if (state.saving.kind !== 'overtaken') return null;
  return (
    <section class="draft-overtaken" role="alert">
      <Icon name="warning" />
      <div class="draft-overtaken-words">
        <strong>{draftTexts.overtakenTitle}</strong>
        <p>{draftTexts.overtakenText}</p>
      </div>
      <div class="draft-overtaken-actions">
        <Button onClick={() => void client.takeTheirs()}>{draftTexts.takeTheirs}</Button>
        <Button onClick={() => void client.keepMine()}>{draftTexts.keepMine}</Button>
      </div>
    </section>
  );
}
