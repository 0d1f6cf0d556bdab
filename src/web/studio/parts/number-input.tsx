import { useRef } from 'preact/hooks';

type Props = Readonly<{
  id: string;
  'aria-invalid': boolean;
  'aria-describedby': string | undefined;
  class: string;
  /** Undefined where none is set. */
  value: number | undefined;
  onValue: (value: number | undefined) => void;
  min?: number | undefined;
  max?: number | undefined;
  step?: number | 'any';
  placeholder?: string | undefined;
  disabled?: boolean | undefined;
  readOnly?: boolean;
}>;

const read = (text: string): number | undefined => {
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? undefined : number;
};

/** A field for a number. What is typed stays as it is while it means the number that is set: `0.0` becomes `0.05`. */
export function NumberInput({ value, onValue, ...rest }: Props) {
  const field = useRef<HTMLInputElement>(null);
  const typed = field.current?.value;
  return (
    <input
      {...rest}
      ref={field}
      type="number"
      inputMode="decimal"
      value={typed !== undefined && read(typed) === value ? typed : (value ?? '')}
      onInput={({ currentTarget }) => onValue(read(currentTarget.value))}
    />
  );
}
