import { useEffect, useId, useLayoutEffect, useRef } from 'preact/hooks';
import { texts } from '../texts/texts.ts';
import { IconButton } from './buttons.tsx';
import { longestText } from './text.ts';

const warnBelow = 200;

export type ComposerProps = Readonly<{
  label: string;
  placeholder: string;
  draft: string;
  onDraft: (draft: string) => void;
  onSend: (text: string) => void;
  onTyping?: () => void;
  /** Takes the keyboard when it appears; not on touch screens, where a keyboard would cover half the page. */
  autoFocus?: boolean;
}>;

/** Where one writes: Enter sends, Shift+Enter begins a new line. */
export function Composer(props: ComposerProps) {
  const { label, placeholder, draft, onDraft, onSend, onTyping, autoFocus = false } = props;
  const field = useRef<HTMLTextAreaElement>(null);
  const counter = useId();
  const left = draft.length < longestText - warnBelow ? longestText : longestText - [...draft].length;
  const isGood = draft.trim() !== '' && left >= 0;
  useLayoutEffect(() => fit(field.current));
  useEffect(() => {
    if (autoFocus && matchMedia('(pointer: fine)').matches) field.current?.focus({ preventScroll: true });
  }, [autoFocus]);
  const send = (): void => {
    if (!isGood) return;
    onSend(draft.toWellFormed().replaceAll('\u0000', ''));
    onDraft('');
    field.current?.focus();
  };
  const pressed = (event: KeyboardEvent): void => {
    // While an input method composes a word, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const changed = (text: string): void => {
    onDraft(text);
    if (text !== '') onTyping?.();
  };
  return (
    <form class="composer" onSubmit={(event) => [event.preventDefault(), send()]}>
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label={label}
        aria-describedby={left < warnBelow ? counter : undefined}
        aria-invalid={left < 0}
        placeholder={placeholder}
        value={draft}
        onInput={({ currentTarget }) => changed(currentTarget.value)}
        onKeyDown={pressed}
      />
      <IconButton icon="send" label={texts.general.send} look="primary" type="submit" disabled={!isGood} />
      {left < warnBelow && <Counter id={counter} left={left} />}
    </form>
  );
}

function Counter({ id, left }: { id: string; left: number }) {
  return (
    <p id={id} class="composer-counter" data-over={left < 0} role="status">
      {left < 0 ? texts.general.tooLong(-left) : texts.general.left(left)}
    </p>
  );
}

/** Grows with what is written, where the browser does not do so by itself. */
function fit(field: HTMLTextAreaElement | null): void {
  if (field === null || CSS.supports('field-sizing', 'content')) return;
  field.style.height = 'auto';
  field.style.height = `${field.scrollHeight}px`;
}
