import { useId, useState } from 'preact/hooks';
import { texts } from '../../texts/texts.ts';
import { IconButton } from '../buttons.tsx';

export type FieldProps = Readonly<{
  label: string;
  name: string;
  value: string;
  onValue: (value: string) => void;
  type?: 'text' | 'email' | 'password';
  autoComplete: string;
  hint?: string;
  /** What is wrong with it; null when nothing is. */
  fault: string | null;
}>;

/** One labelled field of a form. A password can be shown, so that it need not be typed twice. */
export function Field({ label, name, value, onValue, type = 'text', autoComplete, hint, fault }: FieldProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  // The types of the element want one kind that does not change.
  const kind = (type === 'password' && isShown ? 'text' : type) as 'text';
  const about = fault ?? hint;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="field-box" data-fault={fault !== null}>
        <input
          id={id}
          name={name}
          type={kind}
          value={value}
          autoComplete={autoComplete}
          spellcheck={false}
          aria-invalid={fault !== null}
          aria-describedby={about ? `${id}-about` : undefined}
          onInput={({ currentTarget }) => onValue(currentTarget.value)}
        />
        {type === 'password' && (
          <IconButton
            icon={isShown ? 'eye-off' : 'eye'}
            label={isShown ? texts.signIn.hide : texts.signIn.show}
            aria-pressed={isShown}
            onClick={() => setShown(!isShown)}
          />
        )}
      </div>
      {about && (
        <p id={`${id}-about`} class="field-about" data-fault={fault !== null}>
          {about}
        </p>
      )}
    </div>
  );
}
