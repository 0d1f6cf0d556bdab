import { useId } from 'preact/hooks';

export type Choosable<Value extends string> = Readonly<{
  value: Value;
  label: string;
  /** What choosing it means, in a sentence. */
  about?: string;
  /** What programs call it, where people meet that too. */
  code?: string;
}>;

type OptionsProps<Value extends string> = Readonly<{
  legend: string;
  options: readonly Choosable<Value>[];
  chosen: readonly Value[];
  onChosen: (chosen: readonly Value[]) => void;
  /** Whether several can be chosen, instead of one. */
  isMany?: boolean;
  fault?: string | undefined;
}>;

/** A few possibilities, all in sight, each with what it means. */
export function Options<Value extends string>({
  legend,
  options,
  chosen,
  onChosen,
  isMany = false,
  fault,
}: OptionsProps<Value>) {
  const id = useId();
  const choose = (value: Value): void => {
    if (!isMany) return onChosen([value]);
    const isChosen = (one: Value): boolean => (one === value ? !chosen.includes(one) : chosen.includes(one));
    onChosen(options.map((option) => option.value).filter(isChosen));
  };
  return (
    <fieldset class="options" aria-describedby={fault && `${id}-fault`}>
      <legend class="setting-label">{legend}</legend>
      {options.map(({ value, label, about, code }) => (
        <div key={value} class="option">
          <input
            type={isMany ? 'checkbox' : 'radio'}
            id={`${id}-${value}`}
            name={id}
            checked={chosen.includes(value)}
            aria-invalid={isMany ? fault !== undefined : undefined}
            aria-describedby={about && `${id}-${value}-about`}
            onChange={() => choose(value)}
          />
          <label for={`${id}-${value}`}>
            {label} {code && <code>{code}</code>}
          </label>
          {about && (
            <p id={`${id}-${value}-about`} class="setting-hint">
              {about}
            </p>
          )}
        </div>
      ))}
      {fault && (
        <p id={`${id}-fault`} class="setting-fault">
          {fault}
        </p>
      )}
    </fieldset>
  );
}
