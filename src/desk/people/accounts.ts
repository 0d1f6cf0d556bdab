import type { DeskPerson } from '../../contract/desk-api.ts';

/** Somebody who may sit at the desk. */
export type Admitted = Readonly<{
  person: DeskPerson;
  /** Names their sign-in, so that its streams end with it. It is a secret. */
  signIn: string;
  /** Values of `Set-Cookie` that the page is to get. */
  cookies: readonly string[];
}>;

/** Who may sit at the desk, whoever keeps the accounts: the desk itself, or the router whose people sit at it. */
export type Accounts = Readonly<{
  /** Where one signs in; null where the desk's own page does it. */
  signInAt: string | null;
  /** @param cookie the header. @throws DeskError `signed-out`, `role-missing`, or `unavailable` when nobody can say. */
  admit: (cookie: string | undefined) => Promise<Admitted>;
  /** Whether a sign-in is good now; it is while nobody can say. */
  holds: (signIn: string) => Promise<boolean>;
  /** @returns the sign-in that ended, if one did, and what the page's cookie becomes. */
  signOut: (cookie: string | undefined) => Promise<Readonly<{ signIn: string | null; cookies: readonly string[] }>>;
  close: () => void;
}>;
