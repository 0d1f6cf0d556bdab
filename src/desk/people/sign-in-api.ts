import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { deskApi } from '../../contract/desk-api.ts';
import { linkRequest, ownerRequest, signInRequest } from '../../contract/people/people.ts';
import type { Attempts } from '../../platform/edge/attempts.ts';
import { networkOf } from '../../platform/edge/networks.ts';
import { accept, DeskError } from '../desk-error.ts';
import { ownCookie } from './own-accounts.ts';
import type { People, SignedIn } from './people.ts';

export type SignInParts = Readonly<{ people: People; attempts: Attempts }>;

/** Links cannot be guessed; wrong passwords from an address do not lock out who comes from there by a link. */
const byLink = ({ ip }: FastifyRequest): string => `${networkOf(ip)}, by link`;

/** How one signs in at a desk that keeps its own accounts. @param url the desk's own public base URL. */
export function mountSignIn(scope: FastifyInstance, { people, attempts }: SignInParts, url: () => string): void {
  const welcome = (reply: FastifyReply, { person, token }: SignedIn): object => {
    reply.header('set-cookie', ownCookie(url()).write(token));
    return { person };
  };
  /** @throws DeskError `rate-limited` when there were too many tries. */
  const noteTry = (address: string, email?: string): void => {
    const waitMs = attempts.note(address, email);
    if (waitMs === 0) return;
    const seconds = Math.max(1, Math.ceil(waitMs / 1000));
    throw new DeskError('rate-limited', `Too many tries to sign in; try again in ${seconds} s.`, {}, seconds);
  };
  scope.post(deskApi.signIn.path, async (request, reply) => {
    const { email, password } = accept(signInRequest.read(request.body));
    noteTry(request.ip, email);
    const signedInNow = await people.signIn(email, password);
    attempts.forgive(request.ip, email);
    return welcome(reply, signedInNow);
  });
  scope.post(deskApi.signInByLink.path, async (request, reply) => {
    const { token } = accept(linkRequest.read(request.body));
    noteTry(byLink(request));
    const signedInNow = people.signInByLink(token);
    attempts.forgive(byLink(request));
    return welcome(reply, signedInNow);
  });
  scope.post(deskApi.makeOwner.path, async (request, reply) => {
    const claim = accept(ownerRequest.read(request.body));
    noteTry(byLink(request));
    const signedInNow = await people.makeOwner(claim);
    attempts.forgive(byLink(request));
    return welcome(reply, signedInNow);
  });
}
