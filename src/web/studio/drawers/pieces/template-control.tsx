import { useRef } from 'preact/hooks';
import { longestText } from '../../../parts/text.ts';
import { drawerTexts } from '../../../texts/studio/drawers.ts';
import { inserted } from '../parameters.ts';
import { isText, strangeIn, textOf } from '../reading.ts';
import { useForm } from './form.tsx';
import { ParameterMenu } from './parameter-menu.tsx';
import { Setting, type SettingProps } from './setting.tsx';

type TemplateProps = Omit<SettingProps, 'strange' | 'fault' | 'action'> &
  Readonly<{
    value: unknown;
    onValue: (value: string) => void;
    rows?: number;
    /** Whether it is one line in the letters of code: an address. */
    isLine?: boolean;
    placeholder?: string;
    /** How many characters it may have. */
    most?: number;
    /** Whether something else stands there, not only nothing. */
    strange?: string | null;
  }>;

/** A text in which parameters are inserted as `$NAME`. */
export function TemplateControl({
  value,
  onValue,
  rows = 3,
  isLine = false,
  placeholder,
  most,
  ...setting
}: TemplateProps) {
  const { isLocked } = useForm();
  const field = useRef<HTMLTextAreaElement & HTMLInputElement>(null);
  const text = textOf(value);
  const insert = (name: string): void => {
    const area = field.current;
    if (area === null) return;
    const next = inserted(text, [area.selectionStart ?? text.length, area.selectionEnd ?? text.length], name);
    // Written at once, so that the cursor can stand behind what was inserted.
    area.value = next.text;
    area.focus();
    area.setSelectionRange(next.cursor, next.cursor);
    onValue(next.text);
  };
  const common = {
    ref: field,
    value: text,
    readOnly: isLocked,
    placeholder,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement | HTMLTextAreaElement }) =>
      onValue(currentTarget.value),
  };
  return (
    <Setting
      strange={strangeIn(value, isText)}
      {...setting}
      action={<ParameterMenu label={setting.label} onChoose={insert} />}
    >
      {(described) => (
        <>
          {isLine ? (
            <input {...described} {...common} class="input input-code" autoComplete="off" spellcheck={false} />
          ) : (
            <textarea {...described} {...common} class="input input-area" rows={rows} />
          )}
          <Counter text={text} most={most ?? longestText} />
        </>
      )}
    </Setting>
  );
}

const number = new Intl.NumberFormat();

/** Says how much has been written once there is not much room left. */
export function Counter({ text, most }: { text: string; most: number }) {
  if (text.length < most * 0.85) return null;
  const count = [...text].length;
  return (
    <p class="drawer-counter" data-over={count > most}>
      {drawerTexts.characters(number.format(count), number.format(most))}
    </p>
  );
}

type TemplateFieldProps = Omit<TemplateProps, 'path' | 'value' | 'onValue'> & Readonly<{ field: string }>;

/** A field of the node that holds such a text. */
export function TemplateField({ field, ...rest }: TemplateFieldProps) {
  const { node, set } = useForm();
  const put = (text: string): void => set({ [field]: text === '' && rest.optional ? undefined : text }, field);
  return <TemplateControl {...rest} path={field} value={node[field]} onValue={put} />;
}
