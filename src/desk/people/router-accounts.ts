import { personCookie } from '../../contract/people/cookie.ts';
import type { PersonAnswer } from '../../contract/people/people.ts';
import { deskRoles } from '../../contract/people/roles.ts';
import { signInPathFor } from '../../contract/people/sign-in-page.ts';
import type { Clock } from '../../platform/clock.ts';
import { type SignInCookie, signInCookie } from '../../platform/edge/sign-in-cookie.ts';
import { DeskError } from '../desk-error.ts';
import type { Accounts, Admitted } from './accounts.ts';

/*
 * The router's people at a desk on the router's own address. The browser's cookie is the router's, so it is asked whose it
 * is, by `GET /me` like any other program would.
 * 1. What it said is kept for some seconds: who was removed is out by then.
 * 2. A cookie that the router gives anew goes to the page with its next answer, also when it came while only a stream asked.
 */

const keptMs = 3_000;
const mostKept = 1_000;
const answerWithinMs = 5_000;

export type RouterAccountsParts = Readonly<{
  /** Where the router is reached. */
  routerUrl: () => string;
  /** The router's public base URL, which is the desk's too. */
  url: () => string;
  /** Where the desk's page is, to come back to. */
  page: string;
  clock: Clock;
}>;

type Person = PersonAnswer['person'];

export function routerAccounts(parts: RouterAccountsParts): Accounts {
  const { url, page } = parts;
  const signInAt = signInPathFor(page);
  const closing = new AbortController();
  const cookie = (): SignInCookie => signInCookie(url(), { name: personCookie, seconds: 0 });
  /** The cookie as a browser would send it. */
  const headerOf = (token: string): string => cookie().write(token).split(';', 1)[0] ?? '';
  const ask = asking(parts, closing.signal);
  const said = keepSaid(parts.clock, (token) => ask('GET', '/me', headerOf(token)));
  const admit = async (token: string | null): Promise<Admitted> => {
    const person = token === null ? null : await said.read(token);
    if (token === null || person === null) {
      throw new DeskError('signed-out', 'Nobody is signed in here; sign in first.', { signInAt });
    }
    if (!deskRoles.includes(person.role)) throw noSeat(person.role);
    return { person: { id: person.id, name: person.name }, signIn: token, cookies: said.takeCookies(token) };
  };
  return {
    signInAt,
    admit: (header) => admit(cookie().read(header)),
    holds: async (token) => {
      try {
        const person = await said.read(token);
        return person !== null && deskRoles.includes(person.role);
      } catch {
        return true; // The router is asked again soon; a stream is not cut because it was away.
      }
    },
    signOut: async (header) => {
      const token = cookie().read(header);
      if (token === null) return { signIn: null, cookies: [] };
      const { status } = await ask('POST', '/sign-out', headerOf(token));
      if (status >= 500) throw unavailable();
      said.forget(token);
      return { signIn: token, cookies: [cookie().erase()] };
    },
    close: () => closing.abort(new Error('The desk stops.')),
  };
}

/** What the router said of sign-ins lately. */
type Said = Readonly<{
  /** @returns null for nobody. @throws DeskError `unavailable`. */
  read: (token: string) => Promise<Person | null>;
  /** Cookies that the page has not got yet. */
  takeCookies: (token: string) => readonly string[];
  forget: (token: string) => void;
}>;

function keepSaid(clock: Clock, ask: (token: string) => Promise<Told>): Said {
  const known = new Map<string, Readonly<{ person: Promise<Person | null>; until: number }>>();
  const unsent = new Map<string, readonly string[]>();
  const forget = (token: string): void => {
    known.delete(token);
    unsent.delete(token);
  };
  const read = async (token: string): Promise<Person | null> => {
    const { status, text, cookies } = await ask(token);
    if (status !== 200 && status !== 401) throw unavailable();
    if (cookies.length > 0) unsent.set(token, cookies);
    return status === 200 ? (JSON.parse(text) as PersonAnswer).person : null;
  };
  return {
    forget,
    read: (token) => {
      const said = known.get(token);
      if (said !== undefined && clock.now() < said.until) return said.person;
      if (known.size >= mostKept) for (const each of [known, unsent]) each.clear();
      // Many who ask at once are one question.
      const person = read(token);
      person.catch(() => known.delete(token));
      known.set(token, { person, until: clock.now() + keptMs });
      return person;
    },
    takeCookies: (token) => {
      const cookies = unsent.get(token) ?? [];
      unsent.delete(token);
      return cookies;
    },
  };
}

type Told = Readonly<{ status: number; text: string; cookies: readonly string[] }>;
type Ask = (method: 'GET' | 'POST', path: string, cookie: string) => Promise<Told>;

/** @throws DeskError `unavailable` when no answer came. */
function asking({ routerUrl, clock }: RouterAccountsParts, closing: AbortSignal): Ask {
  return async (method, path, cookie) => {
    const late = new AbortController();
    const cancel = clock.after(answerWithinMs, () => late.abort(new Error('No answer came in 5 s.')));
    try {
      // The page was found to be our own before.
      const headers = { cookie, 'sec-fetch-site': 'same-origin' };
      const signal = AbortSignal.any([late.signal, closing]);
      const answer = await fetch(`${routerUrl()}${path}`, { method, headers, redirect: 'manual', signal });
      return { status: answer.status, text: await answer.text(), cookies: answer.headers.getSetCookie() };
    } catch {
      throw unavailable();
    } finally {
      cancel();
    }
  };
}

const unavailable = (): DeskError =>
  new DeskError('unavailable', 'The router does not say who is signed in; try again in a second.', {}, 1);

const noSeat = (role: string): DeskError =>
  new DeskError('role-missing', `Your role is ${role}, and at the desk sit ${deskRoles.join(', ')}; ask an owner.`);
