import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { DeskMe, DeskPerson } from '../../contract/desk-api.ts';
import { Button } from '../parts/buttons.tsx';
import { Field } from '../parts/field.tsx';
import { Icon } from '../parts/icons.tsx';
import { texts } from '../texts/texts.ts';
import { type Answer, deskCalls } from './desk-calls.ts';

const words = texts.signIn;
const shortestPassword = 10;

type SignInProps = Readonly<{ note: string | null; isPage: boolean; onEnter: (me: DeskPerson) => void }>;

export function SignInForm({ note, isPage, onEnter }: SignInProps) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useForm(onEnter, note);
  const faults = {
    email: isEmail(email) ? null : words.needEmail,
    password: password === '' ? words.needPassword : null,
  };
  const submit = (): void => form.submit(faults, () => deskCalls.signIn({ email: email.trim(), password }));
  return (
    <Gate title={words.title} form={form} submit={submit} action={words.submit} isPage={isPage}>
      <Field
        {...{ label: words.email, name: 'email', type: 'email', autoComplete: 'username' }}
        {...{ value: email, onValue: setEmail, fault: form.shown(faults.email) }}
      />
      <Field
        {...{ label: words.password, name: 'password', type: 'password', autoComplete: 'current-password' }}
        {...{ value: password, onValue: setPassword, fault: form.shown(faults.password) }}
      />
    </Gate>
  );
}

type OwnerProps = Readonly<{ token: string; onEnter: (me: DeskPerson) => void; onGiveUp: (note: string) => void }>;

export function OwnerForm({ token, onEnter, onGiveUp }: OwnerProps) {
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const form = useForm(onEnter, null);
  const faults = {
    name: name.trim() === '' ? words.needName : null,
    email: isEmail(email) ? null : words.needEmail,
    password: password.length < shortestPassword ? words.needLongPassword : null,
  };
  const submit = (): void =>
    form.submit(faults, async () => {
      const answer = await deskCalls.makeOwner({ token, name: name.trim(), email: email.trim(), password });
      if (answer.kind === 'refused' && [401, 403, 404, 409].includes(answer.status)) onGiveUp(words.wrongLink);
      return answer;
    });
  return (
    <Gate title={words.ownerTitle} text={words.ownerText} form={form} submit={submit} action={words.ownerSubmit} isPage>
      <Field
        {...{ label: words.name, name: 'name', autoComplete: 'name', hint: words.nameHint }}
        {...{ value: name, onValue: setName, fault: form.shown(faults.name) }}
      />
      <Field
        {...{ label: words.email, name: 'email', type: 'email', autoComplete: 'username' }}
        {...{ value: email, onValue: setEmail, fault: form.shown(faults.email) }}
      />
      <Field
        {...{ label: words.password, name: 'password', type: 'password', autoComplete: 'new-password' }}
        {...{ value: password, onValue: setPassword, hint: words.passwordHint, fault: form.shown(faults.password) }}
      />
    </Gate>
  );
}

const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text.trim());

type Form = Readonly<{
  isBusy: boolean;
  failure: string | null;
  /** Faults are shown once somebody tried to go on, not while they are still writing. */
  shown: (fault: string | null) => string | null;
  submit: (faults: Readonly<Record<string, string | null>>, send: () => Promise<Answer<DeskMe>>) => void;
}>;

function useForm(onEnter: (me: DeskPerson) => void, note: string | null): Form {
  const [isBusy, setBusy] = useState(false);
  const [wasTried, setTried] = useState(false);
  const [failure, setFailure] = useState(note);
  const submit: Form['submit'] = (faults, send) => {
    setTried(true);
    if (isBusy || Object.values(faults).some((fault) => fault !== null)) return;
    setBusy(true);
    void send().then((answer) => {
      setBusy(false);
      if (answer.kind === 'ok') onEnter(answer.body.person);
      else setFailure(failureOf(answer));
    });
  };
  return { isBusy, failure, shown: (fault) => (wasTried ? fault : null), submit };
}

function failureOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): string {
  if (answer.kind === 'unreachable') return texts.general.unreachable;
  if (answer.kind === 'signed-out' || answer.status === 401) return words.wrong;
  if (answer.status === 429) return words.slowDown;
  return answer.message === '' ? words.wrong : answer.message;
}

type GateProps = Readonly<{
  title: string;
  text?: string;
  form: Form;
  submit: () => void;
  action: string;
  isPage: boolean;
  children: ComponentChildren;
}>;

function Gate({ title, text, form, submit, action, isPage, children }: GateProps) {
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (isPage) element.current?.querySelector('input')?.focus();
  }, [isPage]);
  const send = (event: Event): void => {
    event.preventDefault();
    submit();
    requestAnimationFrame(() => element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus());
  };
  const Title = isPage ? 'h1' : 'h2';
  return (
    <div class="desk desk-gate">
      <form ref={element} class="gate" onSubmit={send} noValidate>
        <span class="gate-mark" />
        <Title>{title}</Title>
        {text && <p class="gate-text">{text}</p>}
        {form.failure && (
          <p class="gate-failure" role="alert">
            <Icon name="warning" size={18} />
            <span>{form.failure}</span>
          </p>
        )}
        {children}
        <Button look="primary" type="submit" aria-busy={form.isBusy}>
          {action}
        </Button>
      </form>
    </div>
  );
}
