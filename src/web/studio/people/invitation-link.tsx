import type { InvitationAnswer } from '../../../contract/people/people.ts';
import { Button } from '../../parts/buttons.tsx';
import { fullTime } from '../../parts/time.ts';
import { peopleTexts as words } from '../../texts/studio/access/people.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Copyable } from '../parts/small.tsx';

/** A link for somebody, shown once. */
export function InvitationLink({ made, onClose }: { made: InvitationAnswer; onClose: () => void }) {
  const { person, invitation } = made;
  return (
    <Dialog
      title={words.linkTitle(person.name)}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {words.linkDone}
        </Button>
      }
    >
      <p>{words.linkText}</p>
      <Copyable text={invitation.url} label={words.linkLabel} />
      <p class="setting-hint">{words.linkEnds(fullTime(invitation.expires_at))}</p>
    </Dialog>
  );
}
