import { useState } from 'preact/hooks';
import type { InvitationAnswer } from '../../../contract/people/people.ts';
import type { Role } from '../../../contract/people/roles.ts';
import { Button } from '../../parts/buttons.tsx';
import { isEmail } from '../../parts/gate/use-gate-form.ts';
import { peopleTexts as words } from '../../texts/studio/access/people.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { texts } from '../../texts/texts.ts';
import { ask } from '../api/ask.ts';
import { Failed, useSending } from '../parts/ask-dialog.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { TextSetting } from '../parts/fields.tsx';
import { Options } from '../parts/options.tsx';
import { allRoles } from './roles.ts';

const roles = allRoles.map((value) => ({ value, label: shellTexts.roles[value], about: words.may[value] }));

type InviteProps = Readonly<{ onDone: (made: InvitationAnswer) => void; onClose: () => void }>;

export function InviteDialog({ onDone, onClose }: InviteProps) {
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('designer');
  const [wasTried, setTried] = useState(false);
  const fault = isEmail(email) ? undefined : words.needEmail;
  const invite = () =>
    ask('invitePerson', { body: { email: email.trim(), role, ...(name.trim() !== '' && { name: name.trim() }) } });
  const { isBusy, failure, send } = useSending(invite, onDone);
  const submit = (): void => {
    setTried(true);
    if (fault === undefined) send();
  };
  return (
    <Dialog
      title={words.inviteTitle}
      onClose={onClose}
      onSubmit={submit}
      actions={
        <>
          <Button onClick={onClose}>{texts.general.cancel}</Button>
          <Button look="primary" type="submit" aria-busy={isBusy}>
            {words.inviteSubmit}
          </Button>
        </>
      }
    >
      {failure && <Failed>{failure}</Failed>}
      <TextSetting
        {...{ label: words.email, type: 'email', value: email, onValue: setEmail, hint: words.inviteHint }}
        fault={wasTried ? fault : undefined}
      />
      <TextSetting {...{ label: words.name, value: name, onValue: setName, hint: words.nameHint }} optional />
      <Options legend={words.role} options={roles} chosen={[role]} onChosen={([one = role]) => setRole(one)} />
    </Dialog>
  );
}
