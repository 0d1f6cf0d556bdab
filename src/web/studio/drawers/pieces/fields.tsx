import { useId } from 'preact/hooks';
import type { Option } from '../../parts/fields.tsx';
import { NumberInput } from '../../parts/number-input.tsx';
import { flagOf, isFlag, isNumber, isText, numberOf, strangeIn, textOf } from '../reading.ts';
import { useFindings, useForm } from './form.tsx';
import { Notes, Setting, type SettingProps } from './setting.tsx';

type Base = Omit<SettingProps, 'strange' | 'fault' | 'action'> & Pick<SettingProps, 'fault'>;

export type TextControlProps = Base &
  Readonly<{
    value: unknown;
    onValue: (value: string) => void;
    type?: 'text' | 'url';
    placeholder?: string;
    isCode?: boolean;
    list?: string;
  }>;

/** One line of text. */
export function TextControl({
  value,
  onValue,
  type = 'text',
  placeholder,
  isCode,
  list,
  ...setting
}: TextControlProps) {
  const { isLocked } = useForm();
  return (
    <Setting {...setting} strange={strangeIn(value, isText)}>
      {(described) => (
        <input
          {...described}
          class={isCode ? 'input input-code' : 'input'}
          type={type as 'text'}
          value={textOf(value)}
          readOnly={isLocked}
          placeholder={placeholder}
          autoComplete="off"
          spellcheck={false}
          list={list}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
    </Setting>
  );
}

type FieldProps<Control> = Omit<Control, 'path' | 'value' | 'onValue'> & Readonly<{ field: string }>;

/** A field of the node that holds a text. One that may be left out is taken away when it is emptied. */
export function TextField({ field, ...rest }: FieldProps<TextControlProps>) {
  const { node, set } = useForm();
  const put = (text: string): void => set({ [field]: text === '' && rest.optional ? undefined : text }, field);
  return <TextControl {...(rest as Omit<TextControlProps, 'path'>)} path={field} value={node[field]} onValue={put} />;
}

type NumberFieldProps = Base &
  Readonly<{ field: string; unit?: string; min?: number; max?: number; step?: number | 'any'; usual?: number }>;

/** A field of the node that holds a number; emptied, it is taken away. @param usual stands there in grey: the default. */
export function NumberField({
  field,
  unit,
  min,
  max,
  step = 'any',
  usual,
  ...setting
}: Omit<NumberFieldProps, 'path'>) {
  const { node, set, isLocked } = useForm();
  const value = node[field];
  return (
    <Setting {...setting} path={field} strange={strangeIn(value, isNumber)}>
      {(described) => (
        <span class="input-with-unit">
          <NumberInput
            {...described}
            class="input drawer-number"
            value={numberOf(value) ?? undefined}
            readOnly={isLocked}
            placeholder={usual === undefined ? undefined : String(usual)}
            {...{ min, max, step }}
            onValue={(number) => set({ [field]: number }, field)}
          />
          {unit && <span class="input-unit">{unit}</span>}
        </span>
      )}
    </Setting>
  );
}

type ChoiceControlProps<Value extends string> = Base &
  Readonly<{
    value: string;
    options: readonly Option<Value>[];
    onValue: (value: Value) => void;
    strange?: string | null;
  }>;

export function ChoiceControl<Value extends string>({
  value,
  options,
  onValue,
  ...setting
}: ChoiceControlProps<Value>) {
  const { isLocked } = useForm();
  return (
    <Setting {...setting}>
      {(described) => (
        <select
          {...described}
          class="input input-choice"
          value={value}
          disabled={isLocked}
          onChange={({ currentTarget }) => onValue(currentTarget.value as Value)}
        >
          {options.map(({ value: own, label, disabled }) => (
            <option key={own} value={own} disabled={disabled}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Setting>
  );
}

type ChoiceFieldProps<Value extends string> = Omit<Base, 'path'> &
  Readonly<{
    field: string;
    words: Readonly<Record<Value, string>>;
    usual: NoInfer<Value>;
    except?: readonly NoInfer<Value>[];
  }>;

/** A field of the node that holds one of a few words. The usual one is what counts when it is left out. */
export function ChoiceField<Value extends string>({
  field,
  words,
  usual,
  except = [],
  ...setting
}: ChoiceFieldProps<Value>) {
  const { node, set } = useForm();
  const value = node[field];
  const isKnown = (one: unknown): boolean => typeof one === 'string' && Object.hasOwn(words, one);
  const offered = (Object.keys(words) as Value[]).filter((word) => word === value || !except.includes(word));
  return (
    <ChoiceControl
      {...setting}
      path={field}
      value={isKnown(value) ? (value as Value) : usual}
      strange={strangeIn(value, isKnown)}
      options={offered.map((word) => ({ value: word, label: words[word] }))}
      onValue={(word) => set({ [field]: word === usual ? undefined : word }, field)}
    />
  );
}

type ToggleFieldProps = Omit<Base, 'path' | 'optional' | 'isBare'> & Readonly<{ field: string; usual: boolean }>;

/** A field of the node that is on or off; at its usual it is left out. */
export function ToggleField({ field, usual, label, hint }: ToggleFieldProps) {
  const { node, set, isLocked } = useForm();
  const id = useId();
  const findings = useFindings(field);
  const value = flagOf(node[field], usual);
  const strange = strangeIn(node[field], isFlag);
  const about = [(findings.length > 0 || strange !== null) && `${id}-notes`, hint && `${id}-hint`];
  const described = about.filter(Boolean).join(' ');
  return (
    <div class="setting setting-toggle">
      <span class="toggle-line">
        <input
          id={id}
          class="toggle"
          type="checkbox"
          role="switch"
          checked={value}
          aria-checked={value}
          disabled={isLocked}
          aria-describedby={described === '' ? undefined : described}
          onChange={({ currentTarget: { checked } }) =>
            set({ [field]: checked === usual ? undefined : checked }, field)
          }
        />
        <label for={id}>{label}</label>
      </span>
      <Notes id={id} findings={findings} strange={strange} />
      {hint && (
        <p id={`${id}-hint`} class="setting-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
