import { useId } from 'preact/hooks';
import type { Person } from '../../../contract/people/people.ts';
import type { Role } from '../../../contract/people/roles.ts';
import { Button, IconButton } from '../../parts/buttons.tsx';
import { peopleTexts as words } from '../../texts/studio/access/people.ts';
import { shellTexts } from '../../texts/studio/shell.ts';
import { Badge, When } from '../parts/small.tsx';
import { useWho } from '../who.tsx';
import { isLastOwner } from './rights.ts';
import { allRoles } from './roles.ts';

/** What an owner does with somebody. */
export type Doing = Readonly<
  { kind: 'role'; person: Person; role: Role } | { kind: 'link'; person: Person } | { kind: 'remove'; person: Person }
>;

type TableProps = Readonly<{ people: readonly Person[]; onDo: (doing: Doing) => void }>;

export function PeopleTable({ people, onDo }: TableProps) {
  return (
    <div class="table-box">
      <table class="table people" aria-label={words.table}>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.role}</th>
            <th scope="col">{words.state}</th>
            <th scope="col">{words.lastSeen}</th>
            <th scope="col">{words.signsInWith}</th>
            <th scope="col">
              <span class="only-read-aloud">{words.actions}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <Row key={person.id} person={person} isLast={isLastOwner(person, people)} onDo={onDo} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type RowProps = Readonly<{ person: Person; isLast: boolean; onDo: (doing: Doing) => void }>;

function Row({ person, isLast, onDo }: RowProps) {
  const { me } = useWho();
  const reason = useId();
  const { name, email, state } = person;
  const why = isLast ? reason : undefined;
  return (
    <tr>
      <td data-label="">
        <div class="person">
          <span class="person-name">
            {name}
            {person.id === me.id && <Badge tone="accent">{words.you}</Badge>}
          </span>
          <span class="person-email">{email}</span>
          {isLast && (
            <span id={reason} class="setting-hint">
              {words.lastOwner}
            </span>
          )}
        </div>
      </td>
      <td data-label={words.role}>
        <RoleOf {...{ person, why, onDo }} />
      </td>
      <td data-label={words.state}>
        <Badge tone={state === 'active' ? 'good' : 'warn'}>{words.states[state]}</Badge>
      </td>
      <td data-label={words.lastSeen}>
        <When at={person.last_seen_at} />
      </td>
      <td data-label={words.signsInWith}>
        {person.signs_in_with.map((way) => words.ways[way]).join(', ') || words.noWay}
      </td>
      <td class="actions" data-label="">
        <Button aria-label={words.newLinkOf(name)} onClick={() => onDo({ kind: 'link', person })}>
          {words.newLink}
        </Button>
        <IconButton
          {...{ icon: 'trash', label: words.removeOf(name), 'aria-describedby': why, disabled: isLast }}
          onClick={() => onDo({ kind: 'remove', person })}
        />
      </td>
    </tr>
  );
}

type RoleOfProps = Readonly<{
  person: Person;
  /** The id of the sentence that says why it cannot be changed. */
  why: string | undefined;
  onDo: (doing: Doing) => void;
}>;

function RoleOf({ person, why, onDo }: RoleOfProps) {
  const choose = (element: HTMLSelectElement): void => {
    const chosen = element.value as Role;
    // Until it is done, what is shown is what is.
    element.value = person.role;
    onDo({ kind: 'role', person, role: chosen });
  };
  return (
    <select
      class="input input-choice"
      aria-label={words.roleOf(person.name)}
      aria-describedby={why}
      value={person.role}
      disabled={why !== undefined}
      onChange={({ currentTarget }) => choose(currentTarget)}
    >
      {allRoles.map((one) => (
        <option key={one} value={one}>
          {shellTexts.roles[one]}
        </option>
      ))}
    </select>
  );
}
