import { useState } from 'preact/hooks';
import { Button } from '../../../parts/buttons.tsx';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { texts } from '../../../texts/texts.ts';
import type { DraftParameter } from '../../draft/definition.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { ChoiceSetting, TextSetting, ToggleSetting } from '../../parts/fields.tsx';
import { nameFault } from '../parameters.ts';
import { useForm } from './form.tsx';
import { useFirstField } from './use-first-field.ts';

type NewParameterProps = Readonly<{ onDeclare: (parameter: DraftParameter) => void; onClose: () => void }>;

const kinds = (['custom', 'user'] as const).map((value) => ({ value, label: drawerTexts.parameterKinds[value] }));

/** Declares a parameter in passing. */
export function NewParameter({ onDeclare, onClose }: NewParameterProps) {
  const { definition } = useForm();
  const [{ name, kind, multi = false }, set] = useState<DraftParameter>({ name: '', kind: 'custom' });
  const [isTried, setTried] = useState(false);
  const first = useFirstField();
  const fault = nameFault(definition, name);
  const declare = (): void => {
    setTried(true);
    if (fault === null) onDeclare({ name, kind, ...(multi && { multi }) });
  };
  return (
    <Dialog
      title={drawerTexts.newParameterTitle}
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
          label={drawerTexts.parameterName}
          hint={drawerTexts.parameterNameHint}
          fault={isTried && fault !== null ? drawerTexts.nameFaults[fault] : undefined}
          value={name}
          onValue={(text) => set({ name: text.trim(), kind, multi })}
          isCode
        />
      </div>
      <ChoiceSetting
        label={drawerTexts.parameterKind}
        hint={drawerTexts.parameterKindHint}
        value={kind}
        options={kinds}
        onValue={(chosen) => set({ name, kind: chosen, multi })}
      />
      <ToggleSetting
        label={drawerTexts.parameterMulti}
        hint={drawerTexts.parameterMultiHint}
        value={multi}
        onValue={(isOn) => set({ name, kind, multi: isOn })}
      />
    </Dialog>
  );
}
