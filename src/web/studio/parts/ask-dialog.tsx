import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { texts } from '../../texts/texts.ts';
import type { Answer, Failure } from '../api/ask.ts';
import { Dialog } from './dialog.tsx';
import { sentenceOf } from './frame.tsx';

type AskDialogProps<Body> = Readonly<{
  title: string;
  /** What will come of it. */
  children: ComponentChildren;
  /** What the button that does it says. */
  action: string;
  /** Whether something is lost by it. */
  isDanger?: boolean;
  run: () => Promise<Answer<Body>>;
  onDone: (body: Body) => void;
  onClose: () => void;
}>;

/** Asks once, then does it; a refusal is told where it was asked. */
export function AskDialog<Body>({ title, children, action, isDanger, run, onDone, onClose }: AskDialogProps<Body>) {
  const { isBusy, failure, send } = useSending(run, onDone);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      onSubmit={send}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look={isDanger ? 'danger' : 'primary'} type="submit" aria-busy={isBusy}>
            {action}
          </Button>
        </>
      }
    >
      {failure && <Failed>{failure}</Failed>}
      {children}
    </Dialog>
  );
}

/** Why what was asked in a dialog could not be done. */
export const Failed = ({ children }: { children: ComponentChildren }) => (
  <p class="failed" role="alert">
    <Icon name="warning" size={18} />
    <span>{children}</span>
  </p>
);

/**
 * Sends once at a time. A failure is kept as its sentence until it is sent again.
 * @param say gives the sentence; null where it is said elsewhere.
 */
export function useSending<Body>(
  run: () => Promise<Answer<Body>>,
  onDone: (body: Body) => void,
  say: (failure: Failure) => string | null = sentenceOf,
): Readonly<{ isBusy: boolean; failure: string | null; send: () => void }> {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const send = (): void => {
    if (isBusy) return;
    setBusy(true);
    setFailure(null);
    void run().then((answer) => {
      setBusy(false);
      if (answer.kind === 'ok') onDone(answer.body);
      else setFailure(say(answer));
    });
  };
  return { isBusy, failure, send };
}
