import { useEffect, useState } from 'preact/hooks';
import { Button } from '../../parts/buttons.tsx';
import { peopleTexts, accountTexts as words } from '../../texts/studio/access/people.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { chooseScheme, chosenScheme, onScheme } from '../../theme/color-scheme.ts';
import { ask } from '../api/ask.ts';
import { Failed, useSending } from '../parts/ask-dialog.tsx';
import { TextSetting } from '../parts/fields.tsx';
import { PageFrame } from '../parts/frame.tsx';
import { Options } from '../parts/options.tsx';
import { tell } from '../parts/toasts.tsx';
import { useWho } from '../who.tsx';
import { PasswordCard } from './password-card.tsx';
import './people.css';

/** Who one is here, and what is one's own to change. */
export function AccountPage() {
  const { me, signOut } = useWho();
  return (
    <PageFrame title={words.title}>
      <div class="account">
        <ProfileCard />
        {me.signs_in_with.includes('password') ? (
          <PasswordCard />
        ) : (
          <section class="card">
            <h2>{words.password}</h2>
            <p class="page-lead">{words.noPassword}</p>
          </section>
        )}
        <ColoursCard />
        <section class="card">
          <h2>{words.signOut}</h2>
          <p class="page-lead">{words.signOutText}</p>
          <div>
            <Button onClick={() => void signOut()}>{words.signOut}</Button>
          </div>
        </section>
      </div>
    </PageFrame>
  );
}

function ProfileCard() {
  const { me, renew } = useWho();
  const [name, setName] = useState(me.name);
  const [fault, setFault] = useState<string | undefined>(undefined);
  const { isBusy, failure, send } = useSending(
    () => ask('changeMe', { body: { name: name.trim() } }),
    ({ person }) => {
      renew(person);
      setName(person.name);
      tell(shellTexts.saved);
    },
  );
  const save = (event: Event): void => {
    event.preventDefault();
    const isEmpty = name.trim() === '';
    setFault(isEmpty ? words.needName : undefined);
    if (!isEmpty) send();
  };
  return (
    <form class="card" onSubmit={save} noValidate>
      <h2>{words.profile}</h2>
      <dl class="account-facts">
        <dt>{words.email}</dt>
        <dd>{me.email}</dd>
        <dt>{words.role}</dt>
        <dd>
          {shellTexts.roles[me.role]}
          <p class="setting-hint">{peopleTexts.may[me.role]}</p>
        </dd>
      </dl>
      {failure && <Failed>{failure}</Failed>}
      <TextSetting
        {...{ label: words.name, value: name, onValue: setName, fault, hint: words.nameHint, autoComplete: 'name' }}
      />
      <div class="account-save">
        <Button look="primary" type="submit" aria-busy={isBusy} disabled={name.trim() === me.name}>
          {shellTexts.save}
        </Button>
      </div>
    </form>
  );
}

const schemes = (['system', 'light', 'dark'] as const).map((value) => ({ value, label: words.schemes[value] }));

function ColoursCard() {
  const [scheme, setScheme] = useState(chosenScheme);
  useEffect(() => onScheme(() => setScheme(chosenScheme())), []);
  return (
    <section class="card">
      <h2>{words.colours}</h2>
      <Options
        {...{ legend: words.coloursLegend, options: schemes, chosen: [scheme ?? 'system'] }}
        onChosen={([one]) => chooseScheme(one === 'light' || one === 'dark' ? one : null)}
      />
    </section>
  );
}
