import type { Person } from '../../../contract/people/people.ts';
import type { May } from '../who.tsx';

/** What somebody may no longer do when they may `after` instead of `before`. */
export function lostRights(before: May, after: May): readonly (keyof May)[] {
  return (Object.keys(before) as (keyof May)[]).filter((right) => before[right] && !after[right]);
}

type Standing = Pick<Person, 'id' | 'role' | 'signs_in_with'>;

/**
 * Whether nobody else could manage keys and people: the server neither removes such an owner nor gives them another role.
 * While somebody else can sign in as an owner, nobody is the last; owners who cannot sign in yet do not count beside one who can.
 */
export function isLastOwner(person: Standing, people: readonly Standing[]): boolean {
  if (person.role !== 'owner') return false;
  const others = people.filter(({ id, role }) => role === 'owner' && id !== person.id);
  return canSignIn(person) ? !others.some(canSignIn) : others.length === 0;
}

const canSignIn = ({ signs_in_with: ways }: Standing): boolean => ways.length > 0;
