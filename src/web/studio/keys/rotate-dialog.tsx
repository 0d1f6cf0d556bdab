import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { keyTexts as words } from '../../texts/studio/access/keys.ts';
import { texts } from '../../texts/texts.ts';
import { ask } from '../api/ask.ts';
import { Failed, useSending } from '../parts/ask-dialog.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { NumberSetting } from '../parts/fields.tsx';
import type { Key } from './keys-table.tsx';
import type { NewKey } from './make-key-dialog.tsx';

const usualOverlap = 24;
const longestOverlap = 720;

type RotateProps = Readonly<{ of: Key; onDone: (made: NewKey) => void; onClose: () => void }>;

/** A new key in the place of one that goes on for an overlap. */
export function RotateDialog({ of: key, onDone, onClose }: RotateProps) {
  const [hours, setHours] = useState<number | undefined>(usualOverlap);
  const [wasTried, setTried] = useState(false);
  const isWell = hours !== undefined && hours >= 0 && hours <= longestOverlap;
  const rotate = () => ask('rotateKey', { path: { key_id: key.id }, body: { overlap_hours: hours } });
  const { isBusy, failure, send } = useSending(rotate, onDone);
  const submit = (): void => {
    setTried(true);
    if (isWell) send();
  };
  return (
    <Dialog
      title={words.rotateTitle(key.label)}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="primary" type="submit" aria-busy={isBusy}>
            {words.rotateSubmit}
          </Button>
        </>
      }
    >
      {failure && <Failed>{failure}</Failed>}
      <p>{words.rotateText}</p>
      <NumberSetting
        {...{ label: words.overlap, value: hours, onValue: setHours, unit: words.overlapUnit }}
        {...{ min: 0, max: longestOverlap, hint: words.overlapHint }}
        fault={wasTried && !isWell ? words.wrongOverlap : undefined}
      />
    </Dialog>
  );
}
