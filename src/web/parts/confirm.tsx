import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { texts } from '../texts/texts.ts';
import { Button } from './buttons.tsx';

export type ConfirmProps = Readonly<{
  title: string;
  text: string;
  confirm: string;
  cancel?: string;
  onConfirm: () => void;
  onClose: () => void;
}>;

/**
 * Asks once. The browser's own dialog keeps the keyboard inside it and closes on Escape.
 *
 * It is open and gone in the very step that says so: the browser tells of a close a moment later, and whoever asked
 * again in that moment would have been answered by the old one.
 */
export function Confirm({ title, text, confirm, cancel = texts.general.cancel, onConfirm, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useLayoutEffect(() => dialog.current?.showModal(), []);
  const close = (): void => {
    // Closed before it is taken away, so that the keyboard goes back to where it was.
    dialog.current?.close();
    onClose();
  };
  const onCancel = (event: Event): void => {
    event.preventDefault();
    close();
  };
  return (
    <dialog
      ref={dialog}
      class="confirm"
      aria-labelledby={heading}
      onCancel={onCancel}
      onClose={() => dialog.current !== null && onClose()}
    >
      <h2 id={heading}>{title}</h2>
      <p>{text}</p>
      <div class="confirm-actions">
        <Button onClick={close}>{cancel}</Button>
        <Button look="primary" onClick={() => [onConfirm(), close()]}>
          {confirm}
        </Button>
      </div>
    </dialog>
  );
}
