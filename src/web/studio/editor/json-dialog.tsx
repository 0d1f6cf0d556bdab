import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { canvasTexts as words } from '../../texts/studio/canvas.ts';
import { texts } from '../../texts/texts.ts';
import { type Definition, readDefinition } from '../draft/definition.ts';
import { Dialog } from '../parts/dialog.tsx';
import { AreaSetting } from '../parts/fields.tsx';

type Props = Readonly<{
  definition: Definition;
  isLocked: boolean;
  onApply: (definition: Definition) => void;
  onClose: () => void;
}>;

/** The draft as those write it who write it by hand. */
export function JsonDialog({ definition, isLocked, onApply, onClose }: Props) {
  const [text, setText] = useState(() => JSON.stringify(definition, null, 2));
  const [fault, setFault] = useState<string | undefined>(undefined);
  const apply = (): void => {
    const read = parse(text);
    if (typeof read === 'string') return setFault(read);
    onApply(read);
    onClose();
  };
  const actions = (
    <>
      <Button onClick={onClose}>{texts.general.cancel}</Button>
      <Button look="primary" type="submit" disabled={isLocked}>
        {words.jsonApply}
      </Button>
    </>
  );
  return (
    <Dialog title={words.jsonTitle} size="wide" onClose={onClose} onSubmit={apply} actions={actions}>
      <AreaSetting
        {...{ label: words.jsonLabel, hint: words.jsonHint, value: text, fault, isCode: true, rows: 20 }}
        onValue={(value) => [setText(value), setFault(undefined)]}
        disabled={isLocked}
      />
    </Dialog>
  );
}

function parse(text: string): Definition | string {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return words.jsonNoObject;
    return readDefinition(value);
  } catch (error) {
    return words.jsonWrong(error instanceof Error ? error.message : String(error));
  }
}
