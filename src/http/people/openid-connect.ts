import Type from 'typebox';
import { ownPath } from '../../contract/people/own-path.ts';
import { email as emailShape, openIdConnectQuery } from '../../contract/people/people.ts';
import { homePath, type SignInError, signInPath } from '../../contract/people/sign-in-page.ts';
import { shape } from '../../contract/shape.ts';
import type { Named, SignedIn } from '../../engine/people/entrance.ts';
import type { Identity, Secrets } from '../../outgoing/openid-connect.ts';
import type { Attempts } from '../../platform/edge/attempts.ts';
import { networkOf } from '../../platform/edge/networks.ts';
import { type SignInCookie, signInCookie } from '../../platform/edge/sign-in-cookie.ts';
import { seal, unsealOrNull } from '../../platform/secrets.ts';
import { Redirect, WithCookies } from '../answers.ts';
import { peopleCookie } from '../doors/people-cookie.ts';
import { accept, HttpError } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked, Handlers } from '../serve.ts';
import { letIn } from './entering.ts';

/*
 * Signing in at a provider.
 * 1. What a browser must bring back is sealed in a cookie of its own, for ten minutes, and good once: only the browser that
 *    began can finish, on whichever server.
 * 2. Whoever is refused is led to the sign-in page with a code; no answer of the provider keeps anybody from a password.
 */

const path = '/sign-in/openid-connect';
const callbackPath = `${path}/callback`;
const stateMs = 10 * 60_000;

/** Comes along from the provider's site. */
const stateCookie = (url: string): SignInCookie =>
  signInCookie(url, { name: 'baton_oidc', seconds: stateMs / 1_000, sameSite: 'Lax', path });

type Begun = Readonly<{ secrets: Secrets; next: string; until: number }>;

const lead = (error: SignInError): Redirect => new Redirect(`${signInPath}#error=${error}`);

export function openIdConnectHandlers(parts: HttpParts, attempts: Attempts): Handlers {
  const { openIdConnect, clock, random, settings } = parts;
  const { url, stateKey } = settings;
  if (openIdConnect === null) return { startOpenIdConnect: notSetUp, finishOpenIdConnect: notSetUp };
  const { provider } = openIdConnect;
  const opened = ({ headers, query }: Asked): Begun | null => {
    const text = unsealOrNull(stateKey, stateCookie(url()).read(headers.cookie) ?? '');
    const begun = text === null ? null : (JSON.parse(text) as Begun);
    const { state } = query as Readonly<Record<string, unknown>>;
    return begun !== null && begun.until > clock.now() && begun.secrets.state === state ? begun : null;
  };
  const finish = async (asked: Asked, { secrets }: Begun): Promise<SignedIn | SignInError> => {
    const tries = `${networkOf(asked.address)}, by provider`;
    if (attempts.note(tries) > 0) return 'rate-limited';
    const identity = await provider.finish(new URL(`${url()}${callbackPath}?${asked.search}`), secrets);
    if (typeof identity === 'string') return identity;
    const entered = await enter(parts, asked.address, identity);
    if (typeof entered !== 'string') attempts.forgive(tries);
    return entered;
  };
  return {
    startOpenIdConnect: async ({ query }) => {
      const next = ownPath(accept(openIdConnectQuery.read(query)).next, homePath);
      const begun = await provider.begin(`${url()}${callbackPath}`);
      if (typeof begun === 'string') return lead(begun);
      const kept: Begun = { secrets: begun.secrets, next, until: clock.now() + stateMs };
      const sealed = seal(stateKey, JSON.stringify(kept), random);
      return new WithCookies(new Redirect(begun.url), stateCookie(url()).write(sealed));
    },
    finishOpenIdConnect: async (asked) => {
      const begun = opened(asked);
      if (begun === null) return lead('sign-in-stale');
      const finished = await finish(asked, begun);
      const used = stateCookie(url()).erase();
      if (typeof finished === 'string') return new WithCookies(lead(finished), used);
      return new WithCookies(new Redirect(begun.next), used, peopleCookie(url()).write(finished.token));
    },
  };
}

async function enter(parts: HttpParts, address: string, identity: Identity): Promise<SignedIn | SignInError> {
  const { people, audit, openIdConnect } = parts;
  const newcomers = openIdConnect?.newcomers ?? null;
  const named = namedBy(identity);
  if (named === null) return 'provider-refused';
  const code = named.email === null ? 'email-unverified' : 'not-invited';
  const who = await people.bySubject(named, newcomers);
  const enter = () => people.enterBySubject(named, newcomers);
  const refused = { status: 403, code };
  return (await letIn(audit, { address, operation: 'finishOpenIdConnect', who, enter, refused })) ?? code;
}

/** What is kept of a person; it is text of others. */
const kept = shape(Type.String({ minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' }));

/** The one letter beyond ASCII that lower case makes one within it: whoever has it in their address has another's then. */
const kelvinSign = '\u212a';

/** An e-mail that the provider has not verified is anybody's. @returns null for whom nobody can be told apart by. */
function namedBy({ issuer, subject, email, isEmailVerified, name }: Identity): Named | null {
  if (!kept.read(subject).ok) return null;
  const isTheirs = isEmailVerified && emailShape.read(email).ok && !email?.includes(kelvinSign);
  return { subject: { issuer, subject }, email: isTheirs ? (email?.toLowerCase() ?? null) : null, name };
}

async function notSetUp(): Promise<never> {
  throw new HttpError('route-not-found', 'No OpenID Connect provider is set up here; set BATON_OIDC_ISSUER.');
}
