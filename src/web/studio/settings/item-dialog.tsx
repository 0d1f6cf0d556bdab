import type { ComponentChildren } from 'preact';
import { Button } from '../../parts/buttons.tsx';
import { settingsTexts as words } from '../../texts/studio/settings.ts';
import { texts } from '../../texts/texts.ts';
import { Dialog } from '../parts/dialog.tsx';
import { TextSetting } from '../parts/fields.tsx';

type Props = Readonly<{
  title: string;
  size?: 'small' | 'wide';
  isLocked: boolean;
  onDone: () => void;
  onClose: () => void;
  children: ComponentChildren;
}>;

/** One thing that a draft declares, changed as a whole: one step back, and nothing half typed is saved. */
export function ItemDialog({ title, size = 'small', isLocked, onDone, onClose, children }: Props) {
  if (isLocked) {
    return (
      <Dialog {...{ title, size, onClose }} actions={<Button onClick={onClose}>{texts.general.close}</Button>}>
        <p>{words.locked}</p>
        {children}
      </Dialog>
    );
  }
  return (
    <Dialog
      {...{ title, size, onClose }}
      onSubmit={onDone}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="primary" type="submit">
            {words.done}
          </Button>
        </>
      }
    >
      {children}
    </Dialog>
  );
}

type NameProps = Readonly<{
  name: string;
  onName: (name: string) => void;
  label: string;
  hint: string;
  /** What it was called before; null for a new one. */
  was: string | null;
  uses: readonly string[];
  isLocked: boolean;
  /** What is wrong with it; shown once something was typed, or it was tried. */
  fault: string | null;
  isTried: boolean;
}>;

/** What it is called. Who named it by its old name is told in the place of the hint, for nothing follows by itself. */
export function ItemName({ name, onName, label, hint, was, uses, isLocked, fault, isTried }: NameProps) {
  const isRenamed = was !== null && name !== was && uses.length > 0;
  return (
    <TextSetting
      label={label}
      hint={isRenamed ? <span class="item-renamed">{words.renameUsed(was, uses)}</span> : hint}
      isCode
      value={name}
      onValue={onName}
      disabled={isLocked}
      fault={isTried || name !== '' ? (fault ?? undefined) : undefined}
    />
  );
}

/** What is wrong with a name, in a sentence; null when nothing is. @param form what it may look like. */
export function nameFault(name: string, taken: readonly string[], form: RegExp, wrong: string): string | null {
  if (name === '') return words.nameMissing;
  if (!form.test(name)) return wrong;
  return taken.includes(name) ? words.nameTaken(name) : null;
}
