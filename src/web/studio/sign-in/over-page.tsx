import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SignInOffer } from '../../../contract/people/people.ts';
import { Button } from '../../parts/buttons.tsx';
import { signInTexts as words } from '../../texts/studio/access/sign-in.ts';
import { ask } from '../api/ask.ts';
import type { Me } from '../who.tsx';
import { SignInForm } from './forms.tsx';

type OverPageProps = Readonly<{
  /** Whose page it is. */
  me: Me;
  /** Who signed in meanwhile, in another tab. */
  other: Me | null;
  onEnter: (me: Me) => void;
}>;

/**
 * The sign-in over a page whose sign-in is over. As a dialog of the browser's it lies above other dialogs, and everything
 * beneath it stays as it is and cannot be reached.
 */
export function OverPage({ me, other, onEnter }: OverPageProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [offer, setOffer] = useState<SignInOffer | null>(null);
  useEffect(() => {
    void ask('signInOffer').then((answer) => answer.kind === 'ok' && setOffer(answer.body));
  }, []);
  useLayoutEffect(() => {
    const opened = dialog.current;
    opened?.showModal();
    // Closed before it is taken away, so that the keyboard goes back to where it was.
    return () => opened?.close();
  }, []);
  const stayOpen = (): void => {
    // Browsers close a dialog at the second Escape, whatever was said of the first.
    if (dialog.current?.isConnected && !dialog.current.open) dialog.current.showModal();
  };
  return (
    <dialog
      ref={dialog}
      class="gate-over"
      aria-label={words.title}
      onCancel={(event) => event.preventDefault()}
      onClose={stayOpen}
    >
      <SignInForm
        key={other?.id}
        title={other === null ? words.overTitle : words.otherTitle}
        text={other === null ? words.overText(me.name) : words.otherText(other.name, me.name)}
        {...{ offer, onEnter, email: me.email, note: null, stays: true }}
        below={
          other === null ? (
            <p class="gate-hint">{words.overStranger}</p>
          ) : (
            <Button onClick={() => onEnter(other)}>{words.goOnAs(other.name)}</Button>
          )
        }
      />
    </dialog>
  );
}
