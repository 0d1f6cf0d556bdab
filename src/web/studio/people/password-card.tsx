import { useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { shortestPassword } from '../../parts/gate/use-gate-form.ts';
import { accountTexts as words } from '../../texts/studio/access/people.ts';
import { ask, type Failure } from '../api/ask.ts';
import { Failed, useSending } from '../parts/ask-dialog.tsx';
import { TextSetting } from '../parts/fields.tsx';
import { tell } from '../parts/toasts.tsx';
import { whyNotIn } from '../sign-in/send.ts';
import { useWho } from '../who.tsx';

type Faults = Readonly<{ current?: string; next?: string }>;

/** Another password, for whoever knows the one that holds. */
export function PasswordCard() {
  const { me } = useWho();
  const { current, next, faults, isBusy, failure, submit } = usePasswordForm();
  return (
    <form class="card" onSubmit={submit} noValidate>
      <h2>{words.password}</h2>
      <p class="page-lead">{words.passwordText}</p>
      {/* Programs that keep passwords want to know whose it is. */}
      <input
        class="only-read-aloud"
        type="text"
        autoComplete="username"
        value={me.email}
        readOnly
        tabIndex={-1}
        aria-hidden="true"
      />
      {failure && <Failed>{failure}</Failed>}
      <TextSetting
        {...{ label: words.current, type: 'password', ...current, fault: faults.current }}
        autoComplete="current-password"
      />
      <TextSetting
        {...{ label: words.next, type: 'password', ...next, fault: faults.next }}
        {...{ hint: words.nextHint, autoComplete: 'new-password' }}
      />
      <div class="account-save">
        <Button type="submit" aria-busy={isBusy}>
          {words.changePassword}
        </Button>
      </div>
    </form>
  );
}

function usePasswordForm() {
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [faults, setFaults] = useState<Faults>({});
  const done = (): void => {
    setCurrent('');
    setNext('');
    tell(words.passwordChanged);
  };
  const say = (refusal: Failure): string | null => {
    if (refusal.kind !== 'refused' || refusal.code !== 'sign-in-failed') return whyNotIn(refusal);
    setFaults({ current: words.wrongCurrent });
    return null;
  };
  const change = () => ask('changePassword', { body: { current, password: next } });
  const { isBusy, failure, send } = useSending(change, done, say);
  const submit = (event: Event): void => {
    event.preventDefault();
    const found: Faults = {
      ...(current === '' && { current: words.needCurrent }),
      ...(next.length < shortestPassword && { next: words.needLong }),
    };
    setFaults(found);
    if (Object.keys(found).length === 0) send();
  };
  return {
    current: { value: current, onValue: setCurrent },
    next: { value: next, onValue: setNext },
    ...{ faults, isBusy, failure, submit },
  };
}
