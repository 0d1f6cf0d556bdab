import {
  acceptRequest,
  linkRequest,
  ownerRequest,
  type SignInOffer,
  signInRequest,
} from '../../contract/people/people.ts';
import type { Attempts } from '../../platform/edge/attempts.ts';
import { networkOf } from '../../platform/edge/networks.ts';
import { WithCookies } from '../answers.ts';
import { peopleCookie } from '../doors/people-cookie.ts';
import { accept, HttpError, rateLimited } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked, Handlers } from '../serve.ts';
import { type Entering, letIn, refusedWith, welcome } from './entering.ts';

const linkUsed = (): HttpError =>
  new HttpError('link-used', 'This link was used, replaced, or has run out; ask for a new one.');

const signInFailed = (): HttpError =>
  new HttpError('sign-in-failed', 'The e-mail or the password is wrong; check both.');

/** @returns what forgets the try, once it succeeded. @throws HttpError `rate-limited` when there were too many. */
export function noteTry(attempts: Attempts, address: string, email?: string): () => void {
  const waitMs = attempts.note(address, email);
  if (waitMs > 0) throw rateLimited('Too many tries to sign in', waitMs);
  return () => attempts.forgive(address, email);
}

/** Links cannot be guessed; wrong passwords from an address do not lock out who comes from there by a link. */
const byLink = ({ address }: Asked): string => `${networkOf(address)}, by link`;

export function signInHandlers(parts: HttpParts, attempts: Attempts): Handlers {
  const { people, audit, openIdConnect, settings } = parts;
  const { url } = settings;
  return {
    ...linkHandlers(parts, attempts),
    signInOffer: async (): Promise<SignInOffer> => ({
      password: true,
      openid_connect: openIdConnect === null ? null : { name: openIdConnect.name },
      needs_owner: !(await people.hasOwner()),
    }),
    signIn: async (asked) => {
      const { email, password } = accept(signInRequest.read(asked.body));
      const forgive = noteTry(attempts, asked.address, email);
      const who = await people.byPassword(email, password);
      const enter = async () => (who === null ? null : people.enterByPassword(who));
      const refused = refusedWith('sign-in-failed');
      const signedIn = await letIn(audit, { address: asked.address, operation: 'signIn', who, enter, refused });
      if (signedIn === null) throw signInFailed();
      forgive();
      return welcome(url(), signedIn);
    },
    signOut: async ({ caller }) => {
      if (caller?.kind === 'person') await people.signOut(caller.tokenHash);
      return new WithCookies(undefined, peopleCookie(url()).erase());
    },
  };
}

function linkHandlers({ people, audit, settings: { url } }: HttpParts, attempts: Attempts): Handlers {
  type Way = Pick<Entering, 'operation' | 'enter'> & Readonly<{ who: () => Promise<Entering['who']> }>;
  const enterByLink = async (asked: Asked, { operation, who, enter }: Way): Promise<WithCookies> => {
    const forgive = noteTry(attempts, byLink(asked));
    const entering = { address: asked.address, operation, who: await who(), enter, refused: refusedWith('link-used') };
    const signedIn = await letIn(audit, entering);
    if (signedIn === null) throw linkUsed();
    forgive();
    return welcome(url(), signedIn);
  };
  const holderOf = async (kind: 'sign-in' | 'invitation', token: string): Promise<Entering['who']> => {
    const holder = await people.byLink(kind, token);
    return holder === 'not good' ? null : holder;
  };
  return {
    signInByLink: async (asked) => {
      const { token } = accept(linkRequest.read(asked.body));
      const who = () => holderOf('sign-in', token);
      return enterByLink(asked, { operation: 'signInByLink', who, enter: () => people.enterByLink(token) });
    },
    claimOwner: async (asked) => {
      const claim = accept(ownerRequest.read(asked.body));
      const who = async () =>
        (await people.byLink('setup', claim.token)) === 'not good' ? null : { email: claim.email.toLowerCase() };
      return enterByLink(asked, { operation: 'claimOwner', who, enter: () => people.claimOwner(claim) });
    },
    acceptInvitation: async (asked) => {
      const accepted = accept(acceptRequest.read(asked.body));
      const who = () => holderOf('invitation', accepted.token);
      return enterByLink(asked, { operation: 'acceptInvitation', who, enter: () => people.accept(accepted) });
    },
  };
}
