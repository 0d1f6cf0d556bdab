import type { Role } from '../../contract/people/roles.ts';
import { hashKey } from '../../platform/secrets.ts';
import type { NewPerson, Person, SignIn, Subject } from '../../store/people.ts';
import { newToken, type PeopleParts } from './parts.ts';
import { signInMs } from './sign-ins.ts';

/** @param token for the cookie; only its hash is kept. */
export type SignedIn = Readonly<{ person: Person; token: string }>;

export type Claim = Readonly<{ token: string; name: string; email: string; password: string }>;

/** Whom a provider names. */
export type Named = Readonly<{
  subject: Subject;
  /** One that the provider has verified; null for none. */
  email: string | null;
  name: string | null;
}>;

/**
 * The ways in. Who it is can be asked before they come in, so that it is on record first; whether they may is looked at
 * again in the commit that lets them in, which is null for somebody who was late.
 */
export type Entrance = Readonly<{
  /** Whose e-mail and password these are; null for nobody's. */
  byPassword: (email: string, password: string) => Promise<Person | null>;
  /** @param person as `byPassword` gave them. */
  enterByPassword: (person: Person) => Promise<SignedIn | null>;
  /** Whom a link is for that is good now; null for a set-up link, whose owner is not there yet. */
  byLink: (kind: 'setup' | 'sign-in' | 'invitation', token: string) => Promise<Person | null | 'not good'>;
  enterByLink: (token: string) => Promise<SignedIn | null>;
  claimOwner: (claim: Claim) => Promise<SignedIn | null>;
  accept: (accepted: Omit<Claim, 'email'>) => Promise<SignedIn | null>;
  /** Who a provider's sign-in lets in, as far as is known before they come in; null for nobody. */
  bySubject: (named: Named, newcomers: Role | null) => Promise<Pick<Person, 'email'> | null>;
  /** @param newcomers what people become whom nobody invited; null where they are not let in. */
  enterBySubject: (named: Named, newcomers: Role | null) => Promise<SignedIn | null>;
}>;

const longestName = 80;

/** What somebody is called of whom nobody said more than the e-mail. */
export const nameOfEmail = (email: string): string => email.split('@', 1)[0]?.slice(0, longestName) || email;

/** A name as a provider gives it, as it may be kept; null when nothing of it may. */
const keptName = (name: string | null): string | null =>
  name
    ?.toWellFormed()
    .replaceAll(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, longestName)
    .toWellFormed() || null;

type Admit = (enter: (signIn: SignIn) => Promise<Person | null>) => Promise<SignedIn | null>;

/** Begins a sign-in for whom `enter` lets in. */
function admitting(parts: PeopleParts): Admit {
  return async (enter) => {
    const at = parts.clock.now();
    const token = newToken(parts);
    const person = await enter({ tokenHash: hashKey(token), refreshedAt: at, expiresAt: at + signInMs });
    return person === null ? null : { person, token };
  };
}

export function createEntrance(parts: PeopleParts): Entrance {
  const { store, clock, random, passwords } = parts;
  const admit = admitting(parts);
  return {
    byPassword: async (email, password) => {
      const person = await store.findByEmail(email.toLowerCase());
      return (await passwords.isRight(person?.passwordHash ?? null, password)) ? person : null;
    },
    enterByPassword: ({ id, passwordHash }) => admit((signIn) => store.enterByPassword(id, passwordHash ?? '', signIn)),
    byLink: async (kind, token) => {
      const link = await store.findLink(hashKey(token));
      if (link === null || link.kind !== kind || link.expiresAt <= clock.now()) return 'not good';
      if (link.kind === 'setup') return (await store.hasOwner()) ? 'not good' : null;
      return (await store.find(link.personId)) ?? 'not good';
    },
    enterByLink: (token) => admit((signIn) => store.enterByLink({ tokenHash: hashKey(token), signIn })),
    claimOwner: async ({ token, name, email, password }) => {
      const passwordHash = await passwords.hash(password);
      const createdAt = clock.now();
      const owner: NewPerson = {
        ...{ id: random.uuid(createdAt), name, email: email.toLowerCase(), role: 'owner' },
        ...{ createdAt, passwordHash, subject: null },
      };
      return admit((signIn) => store.claimOwner(owner, { tokenHash: hashKey(token), signIn }));
    },
    accept: async ({ token, name, password }) => {
      const passwordHash = await passwords.hash(password);
      return admit((signIn) => store.acceptInvitation({ name, passwordHash }, { tokenHash: hashKey(token), signIn }));
    },
    bySubject: async ({ subject, email }, role) => {
      const known = await store.findBySubject(subject);
      if (known !== null || email === null) return known;
      return (await store.findByEmail(email)) ?? (role === null ? null : { email });
    },
    enterBySubject: (named, role) => {
      const newcomer = role === null ? null : newcomerOf(parts, named, role);
      return admit((signIn) => store.enterBySubject({ subject: named.subject, email: named.email, newcomer }, signIn));
    },
  };
}

/** Somebody whom nobody invited. @returns null without an e-mail, by which everybody here is known. */
function newcomerOf({ clock, random }: PeopleParts, { subject, email, name }: Named, role: Role): NewPerson | null {
  if (email === null) return null;
  const createdAt = clock.now();
  const id = random.uuid(createdAt);
  return { id, email, name: keptName(name) ?? nameOfEmail(email), role, createdAt, passwordHash: null, subject };
}
