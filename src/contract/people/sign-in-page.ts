/** Where one signs in. */
export const signInPath = '/studio/sign-in';

/** Where one is, once signed in, when nothing else was wished for. */
export const homePath = '/studio';

export type LinkKind = 'setup' | 'link' | 'invitation';

/**
 * A link to the page that uses the token. It stands behind the #, so it reaches no server's log.
 * @param url the server's. @param next the path to go on to, when it is not home.
 */
export function signInLink(url: string, kind: LinkKind, token: string, next?: string): string {
  return `${url}${next === undefined ? signInPath : signInPathFor(next)}#${kind}=${token}`;
}

/** Where one signs in to go on to a path. */
export const signInPathFor = (next: string): string => `${signInPath}?next=${next}`;

/** Why a provider's sign-in came to nothing, as `#error=` names it on the sign-in page, each with its sentence. */
export const signInErrors = {
  'not-invited': 'Nobody has invited this account; ask an owner for an invitation.',
  'email-unverified': 'Your provider does not say that this e-mail address is yours; verify it there, then try again.',
  'provider-refused': 'Your provider did not let you in; try again, or sign in with your password.',
  'provider-down': 'Your provider does not answer; try again in a moment, or sign in with your password.',
  'sign-in-stale': 'This sign-in was begun too long ago, in another window, or was used already; begin again.',
  'rate-limited': 'Too many tries to sign in; wait a few minutes and try again.',
} as const;

export type SignInError = keyof typeof signInErrors;
