import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { draftTexts } from '../../texts/studio/draft.ts';
import type { DraftClient } from '../draft/draft-client.ts';
import type { OpenDraft } from '../draft/draft-state.ts';

/** Two worked on one draft: the second is told, and chooses. */
export function Overtaken({ client, draft }: { client: DraftClient; draft: OpenDraft }) {
  if (draft.saving.kind !== 'overtaken') return null;
  return (
    <div class="overtaken" role="alert">
      <Icon name="warning" />
      <div>
        <strong>{draftTexts.overtakenTitle}</strong>
        <p>{draftTexts.overtakenText}</p>
      </div>
      <span class="overtaken-actions">
        <Button onClick={() => void client.takeTheirs()}>{draftTexts.takeTheirs}</Button>
        <Button onClick={() => void client.keepMine()}>{draftTexts.keepMine}</Button>
      </span>
    </div>
  );
}
