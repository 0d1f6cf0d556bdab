import type { Role } from '../../contract/people/roles.ts';
import type { Cancel } from '../../platform/clock.ts';
import { hashKey } from '../../platform/secrets.ts';
import type { PeopleStore, Person, SignInLink } from '../../store/people.ts';
import { createEntrance, type Entrance, nameOfEmail } from './entrance.ts';
import { newToken, type PeopleParts } from './parts.ts';
import { createSignIns, type SignIns } from './sign-ins.ts';

/*
 * Who may sign in to the router.
 * 1. Passwords are kept as argon2id, tokens as SHA-256; neither can be read back.
 * 2. A link is good once.
 * 3. An unknown e-mail costs the same work as a wrong password.
 * 4. What is taken away counts at once in this process, and within three seconds in every other one.
 */
export type People = Entrance &
  Readonly<{
    present: SignIns['present'];
    signOut: (tokenHash: string) => Promise<void>;
    /** Whether an owner can sign in. */
    hasOwner: PeopleStore['hasOwner'];
    list: PeopleStore['list'];
    find: PeopleStore['find'];
    findByEmail: (email: string) => Promise<Person | null>;
    invite: (
      wish: Readonly<{ email: string; role: Role; name?: string | undefined }>,
    ) => Promise<Invited | 'email-taken'>;
    /** A new link, in the place of earlier ones. */
    inviteAgain: (id: string) => Promise<Invited | 'not-found'>;
    change: PeopleStore['change'];
    remove: PeopleStore['remove'];
    /** @param keep the hash of the sign-in that goes on. @returns false when `current` is not their password. */
    changePassword: (
      person: Person,
      wish: Readonly<{ current: string; password: string; keep: string }>,
    ) => Promise<boolean>;
    /** The token of a set-up link; null while an owner can sign in. Earlier ones stay good until one is used. */
    setupToken: () => Promise<string | null>;
    /** A token that signs somebody in, once, within ten minutes. */
    signInToken: (id: string) => Promise<string>;
    /** The same for the first owner, whom it makes when there is none. */
    ownersSignInToken: () => Promise<string>;
    /** Starts forgetting what has run out. */
    start: () => void;
    stop: () => void;
  }>;

export type Invited = Readonly<{ person: Person; token: string; expiresAt: number }>;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const linkMs = 10 * 60_000;
const invitationMs = 7 * dayMs;
/** A start prints another one, so this bounds only for how long an old log lets somebody in. */
const setupMs = 30 * dayMs;

export function createPeople(parts: PeopleParts): People {
  const { store } = parts;
  const signIns = createSignIns(parts);
  /** Whatever was changed, nobody is known any more by what was read before. */
  const changing =
    <Wish extends readonly unknown[], Result>(work: (...wish: Wish) => Promise<Result>) =>
    async (...wish: Wish): Promise<Result> => {
      try {
        return await work(...wish);
      } finally {
        signIns.forget();
      }
    };
  const entrance = createEntrance(parts);
  return {
    ...entrance,
    claimOwner: changing(entrance.claimOwner),
    accept: changing(entrance.accept),
    present: signIns.present,
    signOut: changing(store.signOut),
    ...{ hasOwner: store.hasOwner, list: store.list, find: store.find },
    findByEmail: (email) => store.findByEmail(email.toLowerCase()),
    ...invitations(parts),
    change: changing(store.change),
    remove: changing(store.remove),
    changePassword: changing(async ({ id }, { current, password, keep }) => {
      const passwordHash = (await store.find(id))?.passwordHash ?? null;
      if (!(await parts.passwords.isRight(passwordHash, current)) || passwordHash === null) return false;
      return store.changePassword(id, { from: passwordHash, to: await parts.passwords.hash(password), keep });
    }),
    ...links(parts),
    ...forgetting(parts),
  };
}

function invitations(parts: PeopleParts): Pick<People, 'invite' | 'inviteAgain'> {
  const { store, clock, random } = parts;
  const invitationFor = (personId: string): Readonly<{ token: string; link: SignInLink }> => {
    const token = newToken(parts);
    const expiresAt = clock.now() + invitationMs;
    return { token, link: { tokenHash: hashKey(token), kind: 'invitation', personId, expiresAt } };
  };
  return {
    invite: async ({ email: written, role, name }) => {
      const createdAt = clock.now();
      const [id, email] = [random.uuid(createdAt), written.toLowerCase()];
      const { token, link } = invitationFor(id);
      const person = {
        id,
        email,
        name: name ?? nameOfEmail(email),
        role,
        passwordHash: null,
        subject: null,
        createdAt,
      };
      const result = await store.add(person, link);
      if (result === 'email-taken') return result;
      return { person: { ...person, lastSeenAt: null }, token, expiresAt: link.expiresAt };
    },
    inviteAgain: async (id) => {
      const { token, link } = invitationFor(id);
      if (!(await store.addLink(link))) return 'not-found';
      const person = await store.find(id);
      return person === null ? 'not-found' : { person, token, expiresAt: link.expiresAt };
    },
  };
}

/** Whom a demonstration signs in; the address is one that nobody can have (RFC 2606). */
const robin = { email: 'robin@demo.invalid', name: 'Robin', role: 'owner', passwordHash: null, subject: null } as const;

function links(parts: PeopleParts): Pick<People, 'setupToken' | 'signInToken' | 'ownersSignInToken'> {
  const { store, clock, random } = parts;
  const signInToken = async (personId: string): Promise<string> => {
    const token = newToken(parts);
    const link = { tokenHash: hashKey(token), kind: 'sign-in', personId, expiresAt: clock.now() + linkMs } as const;
    await store.addLink(link);
    return token;
  };
  return {
    signInToken,
    setupToken: async () => {
      const token = newToken(parts);
      const link = {
        tokenHash: hashKey(token),
        kind: 'setup',
        personId: null,
        expiresAt: clock.now() + setupMs,
      } as const;
      return (await store.addLink(link)) ? token : null;
    },
    ownersSignInToken: async () => {
      const owner = async (): Promise<Person | undefined> => (await store.list()).find(({ role }) => role === 'owner');
      const createdAt = clock.now();
      // Two who ask at once make one Robin, for an e-mail is one person's.
      if ((await owner()) === undefined) await store.add({ ...robin, id: random.uuid(createdAt), createdAt }, null);
      return signInToken((await owner())?.id ?? '');
    },
  };
}

function forgetting({ store, clock, log }: PeopleParts): Pick<People, 'start' | 'stop'> {
  let cancel: Cancel = () => {};
  let stopped = false;
  const forget = (): void => {
    store
      .forgetExpired(clock.now())
      .catch((error: unknown) => log.error({ error: String(error) }, 'Sign-ins that ran out stay for an hour.'))
      .finally(() => {
        if (!stopped) cancel = clock.after(hourMs, forget);
      });
  };
  const stop = (): void => {
    stopped = true;
    cancel();
  };
  return { start: forget, stop };
}
