import { useState } from 'preact/hooks';
import type { InvitationAnswer, Person } from '../../../contract/people/people.ts';
import type { Role } from '../../../contract/people/roles.ts';
import { Button } from '../../parts/buttons.tsx';
import { Icon } from '../../parts/icons.tsx';
import { StatePage } from '../../parts/state-page.tsx';
import { peopleTexts as words } from '../../texts/studio/access/people.ts';
import { ask } from '../api/ask.ts';
import { useAsked } from '../api/use-asked.ts';
import { AskedView, PageFrame, sentenceOf } from '../parts/frame.tsx';
import { tell } from '../parts/toasts.tsx';
import { mayOf } from '../who.tsx';
import { ChangeRole, NewLink, Remove } from './ask-about.tsx';
import { InvitationLink } from './invitation-link.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import './people.css';
import { type Doing, PeopleTable } from './people-table.tsx';
import { lostRights } from './rights.ts';

type Open = Doing | Readonly<{ kind: 'invite' } | { kind: 'made'; made: InvitationAnswer }>;

/** Who may sign in, for owners: invite, give another role, a new link, remove. */
export function PeoplePage() {
  const { asking, again } = useAsked('people', () => ask('listPeople'));
  const [open, setOpen] = useState<Open | null>(null);
  const begin = (doing: Doing): void => {
    if (doing.kind === 'role' && lostRights(mayOf(doing.person.role), mayOf(doing.role)).length === 0) {
      void grant(doing.person, doing.role).then(again);
    } else setOpen(doing);
  };
  const made = (answer: InvitationAnswer): void => {
    setOpen({ kind: 'made', made: answer });
    void again();
  };
  const invite = (
    <Button look="primary" onClick={() => setOpen({ kind: 'invite' })}>
      <Icon name="plus" />
      {words.invite}
    </Button>
  );
  return (
    <PageFrame title={words.title} lead={words.lead} actions={invite}>
      <AskedView asking={asking} again={again}>
        {({ people }) => (
          <>
            <PeopleTable people={people} onDo={begin} />
            {people.length === 1 && <StatePage icon="people" title={words.aloneTitle} text={words.aloneText} />}
          </>
        )}
      </AskedView>
      {open && <Opened {...{ open, made, again }} onClose={() => setOpen(null)} />}
    </PageFrame>
  );
}

/** Gives a role that takes nothing away, so it is not asked about. */
async function grant(person: Person, role: Role): Promise<void> {
  const answer = await ask('changePerson', { path: { person_id: person.id }, body: { role } });
  if (answer.kind === 'ok') tell(words.changed(person.name, words.asRole[role]));
  else tell(sentenceOf(answer), 'bad');
}

type OpenedProps = Readonly<{
  open: Open;
  made: (answer: InvitationAnswer) => void;
  again: () => Promise<void>;
  onClose: () => void;
}>;

function Opened({ open, made, again, onClose }: OpenedProps) {
  const changed = (): void => {
    onClose();
    void again();
  };
  switch (open.kind) {
    case 'invite':
      return <InviteDialog onDone={made} onClose={onClose} />;
    case 'made':
      return <InvitationLink made={open.made} onClose={onClose} />;
    case 'role':
      return <ChangeRole {...open} onDone={changed} onClose={onClose} />;
    case 'link':
      return <NewLink person={open.person} onDone={made} onClose={onClose} />;
    case 'remove':
      return <Remove person={open.person} onDone={changed} onClose={onClose} />;
  }
}
