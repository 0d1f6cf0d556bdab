import { useState } from 'preact/hooks';
import { Button } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { texts } from '../../../texts/texts.ts';
import type { DraftIntent } from '../../draft/definition.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { AreaSetting, TextSetting } from '../../parts/fields.tsx';
import { useFirstField } from '../pieces/use-first-field.ts';

type NewIntentProps = Readonly<{
  /** Names that are no longer free. */
  taken: readonly string[];
  onDeclare: (intent: DraftIntent) => void;
  onClose: () => void;
}>;

const longest = 500;

function nameFault(name: string, taken: readonly string[]): 'empty' | 'form' | 'taken' | null {
  if (name === '') return 'empty';
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(name)) return 'form';
  return taken.includes(name) ? 'taken' : null;
}

/** Declares an intent in passing. */
export function NewIntent({ taken, onDeclare, onClose }: NewIntentProps) {
  const [name, setName] = useState('');
  const [text, setText] = useState('');
  const [isTried, setTried] = useState(false);
  const first = useFirstField();
  const examples = [...new Set(text.split('\n').map((line) => line.trim()))].filter((line) => line !== '');
  const wrongName = nameFault(name, taken);
  const wrongText = examples.length === 0 ? 'examples' : examples.some((one) => one.length > longest) ? 'long' : null;
  const faultOf = (fault: keyof typeof drawerTexts.intentFaults | null): string | undefined =>
    isTried && fault !== null ? drawerTexts.intentFaults[fault] : undefined;
  const declare = (): void => {
    setTried(true);
    if (wrongName === null && wrongText === null) onDeclare({ name, examples });
  };
  return (
    <Dialog
      title={drawerTexts.newIntentTitle}
      onClose={onClose}
      onSubmit={declare}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="primary" type="submit">
            {drawerTexts.declare}
          </Button>
        </>
      }
    >
      <div ref={first}>
        <TextSetting
          label={drawerTexts.intentName}
          hint={drawerTexts.intentNameHint}
          fault={faultOf(wrongName)}
          value={name}
          onValue={(one) => setName(one.trim())}
          isCode
        />
      </div>
      <AreaSetting
        label={drawerTexts.intentExamples}
        hint={drawerTexts.intentExamplesHint}
        fault={faultOf(wrongText)}
        value={text}
        onValue={setText}
        rows={6}
      />
    </Dialog>
  );
}
