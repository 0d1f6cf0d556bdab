import { inviteRequest, meRequest, passwordRequest, personChange } from '../../contract/people/people.ts';
import type { Attempts } from '../../platform/edge/attempts.ts';
import type { Person } from '../../store/people.ts';
import type { PersonCaller } from '../doors/caller.ts';
import { accept, HttpError } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked, Handlers } from '../serve.ts';
import { invitationOnWire, personOnWire } from './on-wire.ts';
import { noteTry } from './sign-in.ts';

const notFound = (): HttpError =>
  new HttpError('person-not-found', 'There is no person of this id; GET /people lists them.');

const lastOwner = (): HttpError =>
  new HttpError('last-owner', 'Nobody else who can sign in is an owner; make somebody else one first.');

/** @throws HttpError where it did not happen. */
function expectPerson(result: Person | 'not-found' | 'last-owner'): Person {
  if (result === 'not-found') throw notFound();
  if (result === 'last-owner') throw lastOwner();
  return result;
}

/** Who is signed in; the door lets nobody else to these calls. */
function callerOf({ caller }: Asked): PersonCaller {
  if (caller?.kind === 'person') return caller;
  throw new Error('A call for people was let in without one.');
}

export function peopleHandlers({ people, settings: { url } }: HttpParts, attempts: Attempts): Handlers {
  return {
    ...meHandlers(people, attempts),
    listPeople: async () => ({ people: (await people.list()).map(personOnWire) }),
    invitePerson: async (asked) => {
      const wish = accept(inviteRequest.read(asked.body));
      const invited = await people.invite(wish);
      if (invited === 'email-taken') {
        throw new HttpError('email-taken', 'Somebody here has this e-mail; invite them again, or use another one.');
      }
      asked.tell?.(`${invited.person.id} ${wish.role}`);
      return invitationOnWire(url(), invited);
    },
    changePerson: async (asked) => {
      const change = accept(personChange.read(asked.body));
      const id = asked.params.person_id ?? '';
      if (change.role !== undefined) asked.tell?.(`${id} ${change.role}`);
      return { person: personOnWire(expectPerson(await people.change(id, change))) };
    },
    invitePersonAgain: async ({ params }) => {
      const invited = await people.inviteAgain(params.person_id ?? '');
      if (invited === 'not-found') throw notFound();
      return invitationOnWire(url(), invited);
    },
    removePerson: async ({ params }) => {
      const result = await people.remove(params.person_id ?? '');
      if (result === 'not-found') throw notFound();
      if (result === 'last-owner') throw lastOwner();
    },
  };
}

function meHandlers(people: HttpParts['people'], attempts: Attempts): Handlers {
  return {
    getMe: async (asked) => ({ person: personOnWire(callerOf(asked).person) }),
    changeMe: async (asked) => {
      const { name } = accept(meRequest.read(asked.body));
      return { person: personOnWire(expectPerson(await people.change(callerOf(asked).person.id, { name }))) };
    },
    changePassword: async (asked) => {
      const { current, password } = accept(passwordRequest.read(asked.body));
      const { person, tokenHash } = callerOf(asked);
      const forgive = noteTry(attempts, asked.address, person.email);
      if (!(await people.changePassword(person, { current, password, keep: tokenHash }))) {
        const message =
          person.passwordHash === null
            ? 'You have no password yet; an owner can give you a link to set one.'
            : 'The current password is wrong; write the one that you sign in with.';
        throw new HttpError('sign-in-failed', message);
      }
      forgive();
    },
  };
}
