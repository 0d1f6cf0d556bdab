import { useEffect, useRef, useState } from 'preact/hooks';
import { useForm } from './form.tsx';
import { Setting, type SettingProps } from './setting.tsx';

type NameProps = Omit<SettingProps, 'strange' | 'fault' | 'action'> &
  Readonly<{
    name: string;
    /** @returns a sentence when it may not be called so, or null. */
    onName: (name: string) => string | null;
  }>;

/** A name that others use: it changes when one is done with it, not letter by letter. Escape takes it back. */
export function NameControl({ name, onName, ...setting }: NameProps) {
  const { isLocked } = useForm();
  const [text, setText] = useState(name);
  const [fault, setFault] = useState<string | null>(null);
  // Enter applies it, and so does leaving the field in the moment before the draft has it.
  const applied = useRef(name);
  useEffect(() => {
    applied.current = name;
    setText(name);
    setFault(null);
  }, [name]);
  const apply = (): void => {
    const wanted = text.trim();
    if (wanted === name) {
      setText(name);
      setFault(null);
    } else if (wanted !== applied.current) {
      const refused = onName(wanted);
      if (refused === null) applied.current = wanted;
      setFault(refused);
    }
  };
  const pressed = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') apply();
    if (event.key !== 'Escape' || text === name) return;
    event.stopPropagation();
    setText(name);
    setFault(null);
  };
  return (
    <Setting {...setting} fault={fault}>
      {(described) => (
        <input
          {...described}
          class="input input-code"
          value={text}
          readOnly={isLocked}
          autoComplete="off"
          spellcheck={false}
          onKeyDown={pressed}
          onBlur={apply}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      )}
    </Setting>
  );
}
