import type { ComponentChildren } from 'preact';
import type { SignInOffer } from '../../../contract/people/people.ts';
import { Field } from '../../parts/gate/field.tsx';
import { GateCard } from '../../parts/gate/gate-card.tsx';
import { isEmail, shortestPassword, useGateForm } from '../../parts/gate/use-gate-form.ts';
import { signInTexts as words } from '../../texts/studio/access/sign-in.ts';
import { texts } from '../../texts/texts.ts';
import { addressOf, ask } from '../api/ask.ts';
import { calls } from '../api/calls.ts';
import type { Me } from '../who.tsx';
import { goingOn } from './address.ts';
import { enteredWith, isLinkOver } from './send.ts';

const common = texts.signIn;

type Entering = Readonly<{ onEnter: (me: Me) => void }>;

type SignInProps = Entering &
  Readonly<{
    title: string;
    text?: ComponentChildren;
    offer: SignInOffer | null;
    note: string | null;
    /** Whose sign-in is over; their e-mail stands there already. */
    email?: string;
    /** Whether a provider's page is opened in another tab, so that this one stays. */
    stays?: boolean;
    below?: ComponentChildren;
  }>;

/** By e-mail and password, or where a provider is offered, there. */
export function SignInForm({ title, text, offer, note, email = '', stays = false, below, onEnter }: SignInProps) {
  const form = useGateForm({
    initial: { email, password: '' },
    check: ({ email, password }) => ({
      email: isEmail(email) ? null : common.needEmail,
      password: password === '' ? common.needPassword : null,
    }),
    send: async ({ email, password }) => {
      const answer = await ask('signIn', { body: { email: email.trim(), password } });
      return enteredWith(answer, ['email', 'password'], onEnter);
    },
    note,
  });
  const others = (
    <>
      {offer?.openid_connect && <Provider name={offer.openid_connect.name} stays={stays} />}
      {below}
    </>
  );
  return (
    <GateCard {...{ title, text, form }} action={common.submit} isPage below={others}>
      <Field {...form.field('email')} label={common.email} type="email" autoComplete="username" />
      <Field {...form.field('password')} label={common.password} type="password" autoComplete="current-password" />
    </GateCard>
  );
}

/** The way by OpenID Connect; the provider leads back to where one is going. */
function Provider({ name, stays }: { name: string; stays: boolean }) {
  const [, path = ''] = calls.startOpenIdConnect.split(' ');
  return (
    <div class="gate-other">
      <span class="gate-or">{words.or}</span>
      <a
        class="button button-soft"
        href={addressOf(path, { query: { next: goingOn(location) } })}
        target={stays ? '_blank' : undefined}
      >
        {words.withProvider(name)}
      </a>
      {stays && <p class="gate-hint">{words.overProvider}</p>}
    </div>
  );
}

type TokenProps = Entering & Readonly<{ token: string; onGiveUp: (note: string) => void }>;

/** Makes the owner's account by the set-up link. */
export function OwnerForm({ token, onEnter, onGiveUp }: TokenProps) {
  const form = useGateForm({
    initial: { name: '', email: '', password: '' },
    check: ({ name, email, password }) => ({
      ...checkNew(name, password),
      email: isEmail(email) ? null : common.needEmail,
    }),
    send: async ({ name, email, password }) => {
      const body = { token, name: name.trim(), email: email.trim(), password };
      const answer = await ask('claimOwner', { body });
      if (isLinkOver(answer)) onGiveUp(common.wrongLink);
      return enteredWith(answer, ['name', 'email', 'password'], onEnter);
    },
    note: null,
  });
  return (
    <GateCard title={words.ownerTitle} text={words.ownerText} form={form} action={words.ownerSubmit} isPage>
      <Field {...form.field('name')} label={common.name} autoComplete="name" hint={common.nameHint} />
      <Field {...form.field('email')} label={common.email} type="email" autoComplete="username" />
      <NewPassword field={form.field('password')} />
    </GateCard>
  );
}

/** Accepts an invitation, or sets a new password by one. */
export function InvitationForm({ token, onEnter, onGiveUp }: TokenProps) {
  const form = useGateForm({
    initial: { name: '', password: '' },
    check: ({ name, password }) => checkNew(name, password),
    send: async ({ name, password }) => {
      const answer = await ask('acceptInvitation', { body: { token, name: name.trim(), password } });
      if (isLinkOver(answer)) onGiveUp(common.wrongLink);
      return enteredWith(answer, ['name', 'password'], onEnter);
    },
    note: null,
  });
  const { invitationTitle, invitationText, invitationSubmit } = words;
  return (
    <GateCard title={invitationTitle} text={invitationText} form={form} action={invitationSubmit} isPage>
      <Field {...form.field('name')} label={common.name} autoComplete="name" hint={common.nameHint} />
      <NewPassword field={form.field('password')} />
    </GateCard>
  );
}

const checkNew = (name: string, password: string) => ({
  name: name.trim() === '' ? common.needName : null,
  password: password.length < shortestPassword ? common.needLongPassword : null,
});

type NewPasswordProps = Readonly<{
  field: Readonly<{ name: string; value: string; onValue: (value: string) => void; fault: string | null }>;
}>;

const NewPassword = ({ field }: NewPasswordProps) => (
  <Field
    {...field}
    {...{ label: common.password, type: 'password', autoComplete: 'new-password', hint: common.passwordHint }}
  />
);
