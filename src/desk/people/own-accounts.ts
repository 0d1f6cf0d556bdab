import { type SignInCookie, signInCookie } from '../../platform/edge/sign-in-cookie.ts';
import { DeskError } from '../desk-error.ts';
import type { Accounts } from './accounts.ts';
import { type People, signInDays } from './people.ts';

/** @param url the desk's own public base URL. */
export const ownCookie = (url: string): SignInCookie =>
  signInCookie(url, { name: 'baton_desk', seconds: signInDays * 24 * 3600 });

/** The accounts that the desk keeps itself, as a program of its own. @param url its public base URL. */
export function ownAccounts(people: People, url: () => string): Accounts {
  return {
    signInAt: null,
    admit: async (header) => {
      const cookie = ownCookie(url());
      const token = cookie.read(header);
      const found = token === null ? null : people.personOf(token);
      if (found === null || token === null)
        throw new DeskError('signed-out', 'Nobody is signed in here; sign in first.');
      return { person: found.person, signIn: token, cookies: found.prolonged ? [cookie.write(token)] : [] };
    },
    holds: async (token) => people.holds(token),
    signOut: async (header) => {
      const cookie = ownCookie(url());
      const signIn = cookie.read(header);
      if (signIn !== null) people.signOut(signIn);
      return { signIn, cookies: [cookie.erase()] };
    },
    close: () => {},
  };
}
