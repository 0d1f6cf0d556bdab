import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { IconButton } from '../../parts/buttons.tsx';
import { shellTexts } from '../../texts/studio/shell.ts';

export type DialogProps = Readonly<{
  title: string;
  /** Wide ones hold more than a form. */
  size?: 'small' | 'wide';
  onClose: () => void;
  /** Makes it a form. */
  onSubmit?: () => void;
  children: ComponentChildren;
  /** Buttons at its foot. */
  actions?: ComponentChildren;
}>;

/** The button that closes it comes first, but nobody opens a dialog to close it. */
const firstToUse = '.dialog-body :is(input, select, textarea, button), .dialog-actions button';

/** Something to be done before one goes on. The browser's own dialog keeps the keyboard inside it and closes on Escape. */
export function Dialog({ title, size = 'small', onClose, onSubmit, children, actions }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    opened?.querySelector<HTMLElement>(firstToUse)?.focus();
    // Closed before it is taken away, so that the keyboard goes back to where it was.
    return () => opened?.close();
  }, []);
  const cancel = (event: Event): void => {
    event.preventDefault();
    onClose();
  };
  const submit = (event: Event): void => {
    event.preventDefault();
    onSubmit?.();
    requestAnimationFrame(() => dialog.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const inside = (
    <>
      <header class="dialog-head">
        <h2 id={heading}>{title}</h2>
        <IconButton icon="close" label={shellTexts.dialogClose} onClick={onClose} />
      </header>
      <div class="dialog-body">{children}</div>
      {actions && <footer class="dialog-actions">{actions}</footer>}
    </>
  );
  return (
    <dialog ref={dialog} class={`dialog dialog-${size}`} aria-labelledby={heading} onCancel={cancel}>
      {onSubmit ? (
        <form class="dialog-inside" noValidate onSubmit={submit}>
          {inside}
        </form>
      ) : (
        <div class="dialog-inside">{inside}</div>
      )}
    </dialog>
  );
}
