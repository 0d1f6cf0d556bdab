import type { Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { hashKey } from '../../platform/secrets.ts';
import type { PeopleStore, Person, SignIn } from '../../store/people.ts';

/** How long a sign-in lasts that is not used. */
export const signInDays = 30;
export const signInMs = signInDays * 24 * 3_600_000;

/** A sign-in that is used is prolonged this often, and its person seen. */
const refreshMs = 5 * 60_000;
/** What the database says of a sign-in is read again after this long, so that who was removed elsewhere is out by then. */
const freshMs = 3_000;
const mostKept = 10_000;
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

/** Who calls by a cookie. */
export type Present = Readonly<{
  person: Person;
  tokenHash: string;
  /** Whether the cookie is to be given anew, for its sign-in was prolonged. */
  prolonged: boolean;
}>;

/** Knows who is signed in. A page asks many things at once, so what was read is remembered for seconds. */
export type SignIns = Readonly<{
  /** Who is signed in under a token now; null for nobody. */
  present: (token: string) => Promise<Present | null>;
  /** People or sign-ins were changed here: what was read before counts no more, also what is being read. */
  forget: () => void;
}>;

export type SignInParts = Readonly<{ store: PeopleStore; clock: Clock; log: Log }>;

type Known = Readonly<{ signIn: SignIn; person: Person; until: number }>;

export function createSignIns({ store, clock, log }: SignInParts): SignIns {
  const known = new Map<string, Known>();
  let changes = 0;
  const keep = (one: Known): Known => {
    if (known.size >= mostKept) known.clear();
    known.set(one.signIn.tokenHash, one);
    return one;
  };
  const read = async (tokenHash: string): Promise<Known | null> => {
    for (;;) {
      const [before, until] = [changes, clock.now() + freshMs];
      const found = await store.findSignIn(tokenHash);
      if (changes !== before) continue;
      if (found === null) known.delete(tokenHash);
      return found === null ? null : keep({ ...found, until });
    }
  };
  const prolong = async (one: Known, at: number): Promise<boolean> => {
    const signIn = { ...one.signIn, refreshedAt: at, expiresAt: at + signInMs };
    // Before it is written, so that of many calls at once one writes it.
    keep({ ...one, signIn });
    try {
      await store.refresh(signIn);
      return true;
    } catch (error) {
      log.warn({ error: String(error) }, 'A sign-in could not be prolonged; a later call tries again.');
      return false;
    }
  };
  return {
    present: async (token) => {
      if (!tokenForm.test(token)) return null;
      const tokenHash = hashKey(token);
      const remembered = known.get(tokenHash);
      const at = clock.now();
      const found = remembered !== undefined && at < remembered.until ? remembered : await read(tokenHash);
      if (found === null || found.signIn.expiresAt <= at) return null;
      const prolonged = at - found.signIn.refreshedAt >= refreshMs && (await prolong(found, at));
      return { person: found.person, tokenHash, prolonged };
    },
    forget: () => {
      changes += 1;
      known.clear();
    },
  };
}
