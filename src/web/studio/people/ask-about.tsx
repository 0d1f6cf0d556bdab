import type { InvitationAnswer, Person } from '../../../contract/people/people.ts';
import type { Role } from '../../../contract/people/roles.ts';
import { peopleTexts as words } from '../../texts/studio/access/people.ts';
import { texts } from '../../texts/texts.ts';
import { ask } from '../api/ask.ts';
import { AskDialog } from '../parts/ask-dialog.tsx';
import { tell } from '../parts/toasts.tsx';
import { mayOf, useWho } from '../who.tsx';
import { lostRights } from './rights.ts';

type About = Readonly<{ person: Person; onClose: () => void }>;

const sentence = new Intl.ListFormat(texts.lang, { type: 'disjunction' });

/** A role that takes something away is asked about. */
export function ChangeRole({ person, role, onDone, onClose }: About & Readonly<{ role: Role; onDone: () => void }>) {
  const { me, renew } = useWho();
  const lost = lostRights(mayOf(person.role), mayOf(role)).map((right) => words.rights[right]);
  const isMe = person.id === me.id;
  const done = ({ person: now }: { person: Person }): void => {
    tell(words.changed(now.name, words.asRole[now.role]));
    onDone();
    if (isMe) renew(now);
  };
  return (
    <AskDialog
      title={words.changeTitle(person.name, words.asRole[role])}
      action={words.changeSubmit}
      isDanger
      run={() => ask('changePerson', { path: { person_id: person.id }, body: { role } })}
      onDone={done}
      onClose={onClose}
    >
      <p>{isMe ? words.changeSelf(sentence.format(lost)) : words.changeText(person.name, sentence.format(lost))}</p>
    </AskDialog>
  );
}

export function NewLink({ person, onDone, onClose }: About & Readonly<{ onDone: (made: InvitationAnswer) => void }>) {
  return (
    <AskDialog
      title={words.newLinkTitle(person.name)}
      action={words.newLinkSubmit}
      run={() => ask('invitePersonAgain', { path: { person_id: person.id } })}
      onDone={onDone}
      onClose={onClose}
    >
      <p>{person.state === 'invited' ? words.newLinkInvited : words.newLinkActive}</p>
    </AskDialog>
  );
}

export function Remove({ person, onDone, onClose }: About & Readonly<{ onDone: () => void }>) {
  const { me, signOut } = useWho();
  const isMe = person.id === me.id;
  const done = (): void => {
    tell(words.removed(person.name));
    onDone();
    if (isMe) void signOut();
  };
  return (
    <AskDialog
      title={words.removeTitle(person.name)}
      action={words.remove}
      isDanger
      run={() => ask('removePerson', { path: { person_id: person.id } })}
      onDone={done}
      onClose={onClose}
    >
      <p>{isMe ? words.removeSelf : words.removeText(person.name)}</p>
    </AskDialog>
  );
}
