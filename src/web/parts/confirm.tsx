import { useEffect, useId, useRef } from 'preact/hooks';
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

/** Asks once. The browser's own dialog keeps the keyboard inside it and closes on Escape. */
export function Confirm({ title, text, confirm, cancel = texts.general.cancel, onConfirm, onClose }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="confirm" aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading}>{title}</h2>
      <p>{text}</p>
      <div class="confirm-actions">
        <Button onClick={() => dialog.current?.close()}>{cancel}</Button>
        <Button look="primary" onClick={() => [onConfirm(), dialog.current?.close()]}>
          {confirm}
        </Button>
      </div>
    </dialog>
  );
}
