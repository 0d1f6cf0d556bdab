import { personCookie } from '../../contract/people/cookie.ts';
import { signInDays } from '../../engine/people/sign-ins.ts';
import { type SignInCookie, signInCookie } from '../../platform/edge/sign-in-cookie.ts';

/** The cookie of a person. @param url the server's public base URL. */
export const peopleCookie = (url: string): SignInCookie =>
  signInCookie(url, { name: personCookie, seconds: signInDays * 24 * 3600 });
