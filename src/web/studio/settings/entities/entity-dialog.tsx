import { useState } from 'preact/hooks';
import { entityTexts as words } from '../../../texts/studio/settings.ts';
import type { DraftEntity } from '../../draft/definition.ts';
import { ChoiceSetting, TextSetting } from '../../parts/fields.tsx';
import { ItemDialog, ItemName, nameFault } from '../item-dialog.tsx';
import type { ItemDialogProps } from '../use-items.ts';
import { emptyRow, entityOf, rowsOf, type ValueRow } from './value-rows.ts';
import { ValuesField } from './values-field.tsx';

const form = /^[A-Za-z0-9_-]{1,64}$/;

export function EntityDialog({ item, taken, uses, isLocked, onDone, onClose }: ItemDialogProps<DraftEntity>) {
  const [name, setName] = useState(item?.name ?? '');
  const [what, setWhat] = useState<'list' | 'pattern'>(item?.pattern === undefined ? 'list' : 'pattern');
  const [pattern, setPattern] = useState(item?.pattern ?? '');
  const [rows, setRows] = useState<readonly ValueRow[]>(() => [...rowsOf(item), emptyRow()]);
  const [isTried, setTried] = useState(false);
  const fault = nameFault(name, taken, form, words.nameWrong);
  const made = entityOf(name, what, { pattern, rows });
  const whatFault = made === null ? (what === 'list' ? words.valueMissing : words.patternMissing) : undefined;
  const field = { isLocked, fault: isTried ? whatFault : undefined };
  const done = (): void => {
    setTried(true);
    if (fault !== null || made === null) return;
    onDone(made);
    onClose();
  };
  return (
    <ItemDialog
      title={item === null ? words.newTitle : words.editTitle(item.name)}
      {...{ isLocked, onClose }}
      onDone={done}
    >
      <ItemName
        {...{ name, uses, isLocked, fault, isTried }}
        onName={setName}
        label={words.name}
        hint={words.nameHint}
        was={item?.name ?? null}
      />
      <ChoiceSetting
        label={words.what}
        value={what}
        options={[
          { value: 'list', label: words.list },
          { value: 'pattern', label: words.pattern },
        ]}
        onValue={setWhat}
        disabled={isLocked}
      />
      {what === 'pattern' ? (
        <PatternField {...field} pattern={pattern} onPattern={setPattern} />
      ) : (
        <ValuesField {...field} rows={rows} onRows={setRows} />
      )}
    </ItemDialog>
  );
}

type PatternProps = Readonly<{
  pattern: string;
  onPattern: (pattern: string) => void;
  isLocked: boolean;
  fault: string | undefined;
}>;

function PatternField({ pattern, onPattern, isLocked, fault }: PatternProps) {
  return (
    <TextSetting
      label={words.patternField}
      hint={words.patternHint}
      isCode
      value={pattern}
      onValue={onPattern}
      disabled={isLocked}
      fault={fault}
    />
  );
}
