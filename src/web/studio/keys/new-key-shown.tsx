import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { keyTexts as words } from '../../texts/studio/access/keys.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Copyable } from '../parts/small.tsx';
import type { NewKey } from './make-key-dialog.tsx';

/** A key that was made just now: the only time at which it can be seen. */
export function NewKeyShown({ made, onClose }: { made: NewKey; onClose: () => void }) {
  return (
    <Dialog
      title={words.shownTitle}
      onClose={onClose}
      actions={
        <Button look="primary" onClick={onClose}>
          {words.shownDone}
        </Button>
      }
    >
      <p>{words.shownText}</p>
      <Copyable text={made.key} label={words.shownLabel} />
      <p class="warned">
        <Icon name="warning" size={18} />
        <span>{words.shownWarning}</span>
      </p>
    </Dialog>
  );
}
