import { useState } from 'preact/hooks';
import { systemIntents } from '../../../../core/understanding.ts';
import { intentTexts as words } from '../../../texts/studio/settings.ts';
import type { DraftIntent } from '../../draft/definition.ts';
import { AreaSetting } from '../../parts/fields.tsx';
import { ItemDialog, ItemName, nameFault } from '../item-dialog.tsx';
import { linesOf } from '../lines-setting.tsx';
import type { ItemDialogProps } from '../use-items.ts';

const form = /^[A-Za-z0-9_-]{1,64}$/;
const longestExample = 500;
const mostExamples = 500;

export function IntentDialog({ item, taken, uses, isLocked, onDone, onClose }: ItemDialogProps<DraftIntent>) {
  const [name, setName] = useState(item?.name ?? '');
  const [text, setText] = useState((item?.examples ?? []).join('\n'));
  const [isTried, setTried] = useState(false);
  const fault = faultOf(name, taken);
  const examples = [...new Set(linesOf(text))];
  const exampleFault = examples.some((example) => example.length > longestExample)
    ? words.exampleTooLong
    : examples.length > mostExamples
      ? words.tooMany
      : null;
  const done = (): void => {
    setTried(true);
    if (fault !== null || exampleFault !== null) return;
    onDone({ ...item, name, examples });
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
      <AreaSetting
        label={words.exampleField}
        hint={words.exampleHint(examples.length)}
        rows={8}
        value={text}
        onValue={setText}
        disabled={isLocked}
        fault={exampleFault ?? undefined}
      />
    </ItemDialog>
  );
}

function faultOf(name: string, taken: readonly string[]): string | null {
  if (!name.startsWith('@')) return nameFault(name, taken, form, words.nameWrong);
  const isSystem = (systemIntents as readonly string[]).includes(name);
  return isSystem ? nameFault(name, taken, /./, '') : words.nameSystem(systemIntents);
}
