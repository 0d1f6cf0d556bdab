import type { Role } from '../contract/people/roles.ts';

/** What an OpenID Connect provider calls a person; the two together never change. */
export type Subject = Readonly<{ issuer: string; subject: string }>;

export type Person = Readonly<{
  id: string;
  /** In lower case; nobody else has it. */
  email: string;
  name: string;
  role: Role;
  /** Argon2id; null for none. */
  passwordHash: string | null;
  subject: Subject | null;
  createdAt: number;
  /** Some minutes behind, at most; null for who never was here. */
  lastSeenAt: number | null;
}>;

export type NewPerson = Omit<Person, 'lastSeenAt'>;

/** Whether somebody can come in again, by a way of their own. */
export const canSignIn = ({ passwordHash, subject }: Pick<Person, 'passwordHash' | 'subject'>): boolean =>
  passwordHash !== null || subject !== null;

/** One browser's sign-in. Of the token that its cookie holds only the hash is kept. */
export type SignIn = Readonly<{ tokenHash: string; refreshedAt: number; expiresAt: number }>;

/** A link that is good once. `setup` makes the first owner and is nobody's. */
export type SignInLink = Readonly<{ tokenHash: string; expiresAt: number }> &
  (Readonly<{ kind: 'setup'; personId: null }> | Readonly<{ kind: 'sign-in' | 'invitation'; personId: string }>);

/** Sign-ins that one person may have at once; one more ends the one that was idle longest. */
export const mostSignIns = 50;

/** Set-up links that are good at once: each start makes one while there is no owner. */
export const mostSetupLinks = 100;

/** Who comes in by a link, or claims something by it, is signed in by the same commit. */
type Entering = Readonly<{ tokenHash: string; signIn: SignIn }>;

/**
 * People, their sign-ins and links. What changes is on disk when it resolves; changes are made one after the other,
 * by whichever process. Where somebody `enters`, the instant is the sign-in's `refreshedAt`.
 */
export type PeopleStore = Readonly<{
  /** In the order in which they came. */
  list: () => Promise<readonly Person[]>;
  find: (id: string) => Promise<Person | null>;
  findByEmail: (email: string) => Promise<Person | null>;
  findBySubject: (subject: Subject) => Promise<Person | null>;
  /** Whether an owner can sign in. */
  hasOwner: () => Promise<boolean>;
  /** @param link an invitation for them. */
  add: (person: NewPerson, link: SignInLink | null) => Promise<'added' | 'email-taken'>;
  /** An owner who can sign in always stays one while no other can; while none can, at least one stays. */
  change: (id: string, change: Partial<Pick<Person, 'role' | 'name'>>) => Promise<Person | 'not-found' | 'last-owner'>;
  /** Takes their sign-ins and links away too. */
  remove: (id: string) => Promise<'removed' | 'not-found' | 'last-owner'>;
  /** @param change ends other sign-ins than `keep`, and links. @returns false when the password is another by now. */
  changePassword: (id: string, change: Readonly<{ from: string; to: string; keep: string }>) => Promise<boolean>;
  /** An invitation takes the place of earlier ones. @returns false where nobody is there to be let in, or an owner is, for a set-up. */
  addLink: (link: SignInLink) => Promise<boolean>;
  /** Whether or not it has run out. */
  findLink: (tokenHash: string) => Promise<SignInLink | null>;
  /**
   * Makes the first owner by a set-up link: of the person with this e-mail, else of an owner who can neither sign in nor was
   * invited, else anew. Whoever sat there until now is signed out. @returns null when the link is not good.
   */
  claimOwner: (owner: NewPerson, entering: Entering) => Promise<Person | null>;
  /** Sets name and password by an invitation, and ends their other sign-ins. @returns null when it is not good. */
  acceptInvitation: (
    accepted: Pick<Person, 'name'> & Readonly<{ passwordHash: string }>,
    entering: Entering,
  ) => Promise<Person | null>;
  /** @returns null when the link is not good. */
  enterByLink: (entering: Entering) => Promise<Person | null>;
  /** @returns null when they are gone, or have another password by now. */
  enterByPassword: (id: string, passwordHash: string, signIn: SignIn) => Promise<Person | null>;
  /**
   * Lets in whom a provider names: who has this subject, else the one with the e-mail, who gets it unless the provider
   * calls them otherwise, else the newcomer. @returns null for nobody.
   */
  enterBySubject: (
    named: Readonly<{ subject: Subject; email: string | null; newcomer: NewPerson | null }>,
    signIn: SignIn,
  ) => Promise<Person | null>;
  findSignIn: (tokenHash: string) => Promise<Readonly<{ signIn: SignIn; person: Person }> | null>;
  /** Prolongs a sign-in, whose person was seen. Not flushed. */
  refresh: (signIn: SignIn) => Promise<void>;
  signOut: (tokenHash: string) => Promise<void>;
  /** Forgets sign-ins and links that have run out. Not flushed. */
  forgetExpired: (at: number) => Promise<void>;
}>;
