import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { shellTexts } from '../../texts/studio/shell.ts';
import { NumberInput } from './number-input.tsx';

type Common = Readonly<{
  label: string;
  /** A plain sentence below it. */
  hint?: ComponentChildren;
  /** What is wrong with it; undefined when nothing is. */
  fault?: string | undefined;
  optional?: boolean;
  disabled?: boolean;
}>;

type Described = Readonly<{ id: string; 'aria-invalid': boolean; 'aria-describedby': string | undefined }>;

/** What every field has around it: its label, a sentence, and what is wrong with it. */
export function Labelled({
  label,
  hint,
  fault,
  optional,
  children,
}: Common & Readonly<{ children: (described: Described) => ComponentChildren }>) {
  const id = useId();
  const about = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div class="setting" data-fault={fault !== undefined}>
      <label for={id}>
        {label}
        {optional && <span class="setting-optional"> {shellTexts.optional}</span>}
      </label>
      {children({ id, 'aria-invalid': fault !== undefined, 'aria-describedby': about === '' ? undefined : about })}
      {fault && (
        <p id={`${id}-fault`} class="setting-fault">
          {fault}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} class="setting-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

type TextProps = Common &
  Readonly<{
    value: string;
    onValue: (value: string) => void;
    type?: 'text' | 'email' | 'password' | 'url' | 'search' | 'date';
    placeholder?: string;
    autoComplete?: string;
    /** Shown in the letters of code: ids, addresses, patterns. */
    isCode?: boolean;
    list?: string;
  }>;

export function TextSetting({
  value,
  onValue,
  type = 'text',
  placeholder,
  autoComplete = 'off',
  isCode,
  list,
  disabled,
  ...common
}: TextProps) {
  return (
    <Labelled {...common}>
      {(described) => (
        <input
          {...described}
          class={isCode ? 'input input-code' : 'input'}
          type={type as 'text'}
          value={value}
          disabled={disabled}
          placeholder={placeholder}
          autoComplete={autoComplete}
          spellcheck={false}
          list={list}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

type AreaProps = Common &
  Readonly<{
    value: string;
    onValue: (value: string) => void;
    placeholder?: string;
    isCode?: boolean;
    rows?: number;
    onBlur?: () => void;
  }>;

export function AreaSetting({ value, onValue, placeholder, isCode, rows = 3, onBlur, disabled, ...common }: AreaProps) {
  return (
    <Labelled {...common}>
      {(described) => (
        <textarea
          {...described}
          class={isCode ? 'input input-area input-code' : 'input input-area'}
          rows={rows}
          value={value}
          disabled={disabled}
          placeholder={placeholder}
          spellcheck={!isCode}
          onBlur={onBlur}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
      )}
    </Labelled>
  );
}

type NumberProps = Common &
  Readonly<{
    /** Undefined where nothing is set; what is no number yet is kept as it was typed. */
    value: number | undefined;
    onValue: (value: number | undefined) => void;
    min?: number;
    max?: number;
    step?: number | 'any';
    /** Stands behind it, such as "seconds". */
    unit?: string;
    placeholder?: string;
  }>;

export function NumberSetting({
  value,
  onValue,
  min,
  max,
  step = 'any',
  unit,
  placeholder,
  disabled,
  ...common
}: NumberProps) {
  return (
    <Labelled {...common}>
      {(described) => (
        <span class="input-with-unit">
          <NumberInput
            {...described}
            class="input"
            disabled={disabled}
            placeholder={placeholder}
            {...{ value, onValue, min, max, step }}
          />
          {unit && <span class="input-unit">{unit}</span>}
        </span>
      )}
    </Labelled>
  );
}

export type Option<Value extends string> = Readonly<{ value: Value; label: string; disabled?: boolean }>;

type ChoiceProps<Value extends string> = Common &
  Readonly<{ value: Value; options: readonly Option<Value>[]; onValue: (value: Value) => void }>;

export function ChoiceSetting<Value extends string>({
  value,
  options,
  onValue,
  disabled,
  ...common
}: ChoiceProps<Value>) {
  return (
    <Labelled {...common}>
      {(described) => (
        <select
          {...described}
          class="input input-choice"
          value={value}
          disabled={disabled}
          onChange={({ currentTarget }) => onValue(currentTarget.value as Value)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value} disabled={option.disabled}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}

type ToggleProps = Common & Readonly<{ value: boolean; onValue: (value: boolean) => void }>;

/** On or off. */
export function ToggleSetting({ label, hint, fault, value, onValue, disabled }: ToggleProps) {
  const id = useId();
  const about = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(' ');
  return (
    <div class="setting setting-toggle" data-fault={fault !== undefined}>
      <span class="toggle-line">
        <input
          id={id}
          class="toggle"
          type="checkbox"
          role="switch"
          checked={value}
          aria-checked={value}
          disabled={disabled}
          aria-describedby={about === '' ? undefined : about}
          onChange={({ currentTarget }) => onValue(currentTarget.checked)}
        />
        <label for={id}>{label}</label>
      </span>
      {fault && (
        <p id={`${id}-fault`} class="setting-fault">
          {fault}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} class="setting-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
