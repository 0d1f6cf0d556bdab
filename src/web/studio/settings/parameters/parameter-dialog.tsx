import { useState } from 'preact/hooks';
import { isSystemParameter } from '../../../../core/flow/parameters.ts';
import { parameterTexts as words } from '../../../texts/studio/settings.ts';
import type { DraftParameter } from '../../draft/definition.ts';
import { AreaSetting, ChoiceSetting, TextSetting, ToggleSetting } from '../../parts/fields.tsx';
import { ItemDialog, ItemName, nameFault } from '../item-dialog.tsx';
import { linesOf } from '../lines-setting.tsx';
import type { ItemDialogProps } from '../use-items.ts';

const form = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

export function ParameterDialog({ item, taken, uses, isLocked, onDone, onClose }: ItemDialogProps<DraftParameter>) {
  const [name, setName] = useState(item?.name ?? '');
  const [kind, setKind] = useState(item?.kind ?? 'custom');
  const [isMulti, setMulti] = useState(item?.multi === true);
  const [value, setValue] = useState(asText(item?.value));
  const [isTried, setTried] = useState(false);
  const fault = isSystemParameter(name) ? words.nameSystem(name) : nameFault(name, taken, form, words.nameWrong);
  const done = (): void => {
    setTried(true);
    if (fault !== null) return;
    // What the studio does not know of it stays.
    const { multi: _, value: __, ...rest } = item ?? {};
    const begins = isMulti ? linesOf(value) : value;
    onDone({ ...rest, name, kind, ...(isMulti && { multi: true }), ...(begins.length > 0 && { value: begins }) });
    onClose();
  };
  const title = item === null ? words.newTitle : words.editTitle(item.name);
  const both = { value, onValue: setValue, label: words.value, optional: true, disabled: isLocked };
  return (
    <ItemDialog {...{ title, isLocked, onClose }} onDone={done}>
      <ItemName
        {...{ name, uses, isLocked, fault, isTried }}
        onName={setName}
        label={words.name}
        hint={words.nameHint}
        was={item?.name ?? null}
      />
      <ChoiceSetting
        label={words.kind}
        hint={words.kindHints[kind]}
        value={kind}
        options={[
          { value: 'custom', label: words.kinds.custom },
          { value: 'user', label: words.kinds.user },
        ]}
        onValue={setKind}
        disabled={isLocked}
      />
      <ToggleSetting
        label={words.several}
        hint={words.severalHint}
        value={isMulti}
        onValue={setMulti}
        disabled={isLocked}
      />
      {isMulti ? <AreaSetting {...both} hint={words.valuesHint} /> : <TextSetting {...both} hint={words.valueHint} />}
    </ItemDialog>
  );
}

const asText = (value: DraftParameter['value']): string =>
  typeof value === 'string' ? value : Array.isArray(value) ? value.join('\n') : '';
