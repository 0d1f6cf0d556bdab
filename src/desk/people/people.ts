import type { DeskPerson } from '../../contract/desk-api.ts';
import type { Clock } from '../../platform/clock.ts';
import { createPasswords } from '../../platform/passwords.ts';
import type { Random } from '../../platform/random.ts';
import { hashKey } from '../../platform/secrets.ts';
import { DeskError } from '../desk-error.ts';
import type { DeskStore } from '../store/desk-store.ts';
import type { Person } from '../store/people-table.ts';

/*
 * Who may sit at the desk.
 * 1. Passwords are kept as argon2id, tokens as SHA-256; neither can be read back.
 * 2. A link is good once. The set-up link is made anew at each start while the owner has no password.
 * 3. An unknown e-mail costs the same work as a wrong password.
 */
export type People = Readonly<{
  /** The token of the set-up link; null when the owner's account is claimed. Earlier ones are good for nothing. */
  makeSetupToken: () => string | null;
  /** A token that signs the owner in, good for 10 minutes; it makes an owner without a password when there is none. */
  makeSignInToken: () => string;
  /** Claims the owner's account. @throws DeskError `link-used`. */
  makeOwner: (claim: Readonly<{ token: string; name: string; email: string; password: string }>) => Promise<SignedIn>;
  /** @throws DeskError `sign-in-failed`. */
  signIn: (email: string, password: string) => Promise<SignedIn>;
  /** @throws DeskError `link-used`. */
  signInByLink: (token: string) => SignedIn;
  /** Who is signed in under a cookie's token, and whether the cookie was prolonged just now. Null for nobody. */
  personOf: (token: string) => Readonly<{ person: DeskPerson; prolonged: boolean }> | null;
  /** Whether a token is good now; prolongs nothing. */
  holds: (token: string) => boolean;
  signOut: (token: string) => void;
}>;

/** @param token for the cookie; only its hash is kept. */
export type SignedIn = Readonly<{ person: DeskPerson; token: string }>;

export const signInDays = 30;
const signInMs = signInDays * 24 * 3_600_000;
const refreshMs = 3_600_000;
const linkMs = 10 * 60_000;

export type PeopleParts = Readonly<{ store: DeskStore; clock: Clock; random: Random }>;

const linkUsed = (): DeskError =>
  new DeskError('link-used', 'This link was used or has run out; restart the desk, or ask for a new one.');

const wire = ({ id, name }: Person): DeskPerson => ({ id, name });

export function createPeople(parts: PeopleParts): People {
  const { store, clock, random } = parts;
  const { people } = store;
  const passwords = createPasswords(random);
  const newToken = (): string => random.bytes(32).toString('base64url');
  const admit = (person: Person): SignedIn => {
    const token = newToken();
    const at = clock.now();
    const signIn = { tokenHash: hashKey(token), personId: person.id, refreshedAt: at, expiresAt: at + signInMs };
    store.commit(() => people.signIn(signIn, at));
    return { person: wire(person), token };
  };
  return {
    ...linkMaking(parts, newToken),
    makeOwner: async ({ token, name, email, password }) => {
      const tokenHash = hashKey(token);
      if (people.findLink(tokenHash)?.kind !== 'setup') throw linkUsed();
      const passwordHash = await passwords.hash(password);
      const owner = store.commit(() => {
        // Looked at again: another claim may have come first while the password was hashed.
        if (people.findLink(tokenHash)?.kind !== 'setup') throw linkUsed();
        people.removeLinks('setup');
        const id = people.owner()?.id ?? random.uuid(clock.now());
        const claimed: Person = { id, role: 'owner', name, email: email.toLowerCase(), passwordHash };
        people.save(claimed, clock.now());
        // Whoever sat there without a password was not the one who claims it now.
        people.removeLinks('sign-in');
        people.signOutAll(id);
        return claimed;
      });
      return admit(owner);
    },
    signIn: async (email, password) => {
      const person = people.findByEmail(email.toLowerCase());
      const isRight = await passwords.isRight(person?.passwordHash ?? null, password);
      if (person === null || !isRight) {
        throw new DeskError('sign-in-failed', 'The e-mail or the password is wrong; check both.');
      }
      return admit(person);
    },
    signInByLink: (token) => admit(useLink(parts, token)),
    ...signedIn(parts),
  };
}

function linkMaking(
  { store, clock, random }: PeopleParts,
  newToken: () => string,
): Pick<People, 'makeSetupToken' | 'makeSignInToken'> {
  const { people } = store;
  return {
    makeSetupToken: () =>
      store.commit(() => {
        people.removeLinks('setup');
        if (people.owner()?.passwordHash != null) return null;
        const token = newToken();
        people.addLink({ tokenHash: hashKey(token), kind: 'setup', personId: null, expiresAt: null });
        return token;
      }),
    makeSignInToken: () =>
      store.commit(() => {
        const at = clock.now();
        people.forgetExpired(at);
        const robin: Person = { id: random.uuid(at), role: 'owner', name: 'Robin', email: null, passwordHash: null };
        const owner = people.owner() ?? robin;
        if (owner === robin) people.save(robin, at);
        const token = newToken();
        people.addLink({ tokenHash: hashKey(token), kind: 'sign-in', personId: owner.id, expiresAt: at + linkMs });
        return token;
      }),
  };
}

function useLink({ store, clock }: PeopleParts, token: string): Person {
  const { people } = store;
  const person = store.commit(() => {
    const tokenHash = hashKey(token);
    const link = people.findLink(tokenHash);
    if (link?.kind !== 'sign-in' || link.personId === null) return null;
    people.removeLink(tokenHash);
    return (link.expiresAt ?? 0) > clock.now() ? people.find(link.personId) : null;
  });
  if (person === null) throw linkUsed();
  return person;
}

function signedIn({ store, clock }: PeopleParts): Pick<People, 'personOf' | 'holds' | 'signOut'> {
  const { people } = store;
  return {
    personOf: (token) => {
      const at = clock.now();
      const signIn = people.findSignIn(hashKey(token));
      const person = signIn === null || signIn.expiresAt <= at ? null : people.find(signIn.personId);
      if (signIn === null || person === null) return null;
      const prolonged = at - signIn.refreshedAt >= refreshMs;
      if (prolonged) store.commit(() => people.refresh(signIn.tokenHash, at, at + signInMs));
      return { person: wire(person), prolonged };
    },
    holds: (token) => (people.findSignIn(hashKey(token))?.expiresAt ?? 0) > clock.now(),
    signOut: (token) => store.commit(() => people.signOut(hashKey(token))),
  };
}
