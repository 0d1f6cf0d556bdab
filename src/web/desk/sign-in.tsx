import type { ComponentChildren } from 'preact';
import type { DeskMe, DeskPerson } from '../../contract/desk-api.ts';
import { Field } from '../parts/gate/field.tsx';
import { GateCard } from '../parts/gate/gate-card.tsx';
import { isEmail, type Sent, shortestPassword, useGateForm } from '../parts/gate/use-gate-form.ts';
import { texts } from '../texts/texts.ts';
import { type Answer, deskCalls } from './desk-calls.ts';

const words = texts.signIn;

type SignInProps = Readonly<{ note: string | null; isPage: boolean; onEnter: (me: DeskPerson) => void }>;

export function SignInForm({ note, isPage, onEnter }: SignInProps) {
  const form = useGateForm({
    initial: { email: '', password: '' },
    check: ({ email, password }) => ({
      email: isEmail(email) ? null : words.needEmail,
      password: password === '' ? words.needPassword : null,
    }),
    send: async ({ email, password }) => enterWith(await deskCalls.signIn({ email: email.trim(), password }), onEnter),
    note,
  });
  return (
    <Gate>
      <GateCard title={words.title} form={form} action={words.submit} isPage={isPage}>
        <Field {...form.field('email')} label={words.email} type="email" autoComplete="username" />
        <Field {...form.field('password')} label={words.password} type="password" autoComplete="current-password" />
      </GateCard>
    </Gate>
  );
}

type OwnerProps = Readonly<{ token: string; onEnter: (me: DeskPerson) => void; onGiveUp: (note: string) => void }>;

export function OwnerForm({ token, onEnter, onGiveUp }: OwnerProps) {
  const form = useGateForm({
    initial: { name: '', email: '', password: '' },
    check: ({ name, email, password }) => ({
      name: name.trim() === '' ? words.needName : null,
      email: isEmail(email) ? null : words.needEmail,
      password: password.length < shortestPassword ? words.needLongPassword : null,
    }),
    send: async ({ name, email, password }) => {
      const answer = await deskCalls.makeOwner({ token, name: name.trim(), email: email.trim(), password });
      if (answer.kind === 'refused' && [401, 403, 404, 409].includes(answer.status)) onGiveUp(words.wrongLink);
      return enterWith(answer, onEnter);
    },
    note: null,
  });
  return (
    <Gate>
      <GateCard title={words.ownerTitle} text={words.ownerText} form={form} action={words.ownerSubmit} isPage>
        <Field {...form.field('name')} label={words.name} autoComplete="name" hint={words.nameHint} />
        <Field {...form.field('email')} label={words.email} type="email" autoComplete="username" />
        <Field
          {...form.field('password')}
          {...{ label: words.password, type: 'password', autoComplete: 'new-password', hint: words.passwordHint }}
        />
      </GateCard>
    </Gate>
  );
}

const Gate = ({ children }: { children: ComponentChildren }) => <div class="desk desk-gate">{children}</div>;

function enterWith(answer: Answer<DeskMe>, onEnter: (me: DeskPerson) => void): Sent<never> {
  if (answer.kind === 'ok') {
    onEnter(answer.body.person);
    return { kind: 'done' };
  }
  return { kind: 'failed', failure: failureOf(answer) };
}

function failureOf(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): string {
  if (answer.kind === 'unreachable') return texts.general.unreachable;
  if (answer.kind === 'signed-out' || answer.status === 401) return words.wrong;
  if (answer.status === 429) return words.slowDown;
  return answer.message === '' ? words.wrong : answer.message;
}
