import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Route, rolesOf, type Scope } from '../../contract/route.ts';
import type { WrongTries } from '../../engine/addresses.ts';
import type { People } from '../../engine/people/people.ts';
import { isFromElsewhere, isFromOwnPage } from '../../platform/edge/own-pages.ts';
import type { SessionTokens } from '../../platform/session-tokens.ts';
import { HttpError, rateLimited } from '../http-error.ts';
import { actorOf, type Caller } from './caller.ts';
import type { KeyRing } from './key-ring.ts';
import { peopleCookie } from './people-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key, or cookie, opened it; null for a session's token, and where neither is wanted. */
    caller: Caller | null;
  }
}

export type AccessParts = Readonly<{
  ring: KeyRing;
  people: People;
  tokens: SessionTokens;
  wrongTries: WrongTries;
  /** The public base URL. */
  url: () => string;
}>;

/**
 * Lets a request in or throws the error of the contract. A cookie that was prolonged is given anew. One that was let in can
 * be judged again, for its body may take long to come: it is not counted twice.
 */
export type Doorkeeper = (request: FastifyRequest, reply: FastifyReply, route: Route) => Promise<void>;

export function doorkeeper(parts: AccessParts): Doorkeeper {
  const { ring, wrongTries, url } = parts;
  /** What a refusal becomes for an address that was wrong too often. The right key is let in before it is asked for. */
  const refuse: Refuse = (request, error) => {
    const isMissing = error.code === 'key-missing' || error.code === 'token-missing';
    const waitMs = isMissing ? wrongTries.waitMs(request.ip) : wrongTries.note(request.ip);
    return waitMs > 0 ? rateLimited('Too many wrong keys or tokens from this address', waitMs) : error;
  };

  const admitKey = async (request: FastifyRequest, key: string, wanted: readonly Scope[]): Promise<void> => {
    const found = ring.find(key);
    const caller = found instanceof Promise ? await found : found;
    if (caller === null) {
      const message = 'This key is not known here, was revoked, or has expired; use another one.';
      throw refuse(request, new HttpError('key-wrong', message));
    }
    const isKnown = request.caller !== null;
    request.caller = caller;
    const waitMs = isKnown ? 0 : ring.take(caller);
    if (waitMs > 0) throw rateLimited('Too many requests with this key', waitMs);
    if (wanted.some((scope) => caller.scopes.includes(scope))) return;
    throw new HttpError('scope-missing', `This call needs a key with the scope ${wanted.join(' or ')}.`);
  };

  const admitSession = sessionDoor(parts, refuse);
  const admitPerson = personDoor(parts);
  return async (request, reply, route) => {
    const { access, signsIn } = route;
    if (access === 'anybody') {
      if (signsIn === true && isFromElsewhere(request.headers, url())) throw originRefused();
      return;
    }
    if (access === 'session') return admitSession(request);
    const key = request.headers['x-vgai-key'];
    // A key is judged by itself, whoever is signed in beside it.
    if (access !== 'person' && typeof key === 'string' && key !== '') return admitKey(request, key, access);
    if (await admitPerson(request, reply, route)) return;
    if (access === 'person') throw new HttpError('signed-out', 'Nobody is signed in here; sign in first.');
    throw refuse(request, new HttpError('key-missing', 'Send your key in the header X-Vgai-Key, or sign in.'));
  };
}

type Refuse = (request: FastifyRequest, error: HttpError) => HttpError;

function sessionDoor({ tokens }: AccessParts, refuse: Refuse): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '') {
      const message = 'Send the session_token of init as "Authorization: Bearer <token>".';
      throw refuse(request, new HttpError('token-missing', message));
    }
    const { session_id: sessionId } = request.params as { session_id?: string };
    if ((await tokens.grantOf(token))?.sessionId !== sessionId) {
      const message = 'This token is not of this session, or has expired; open a new session.';
      throw refuse(request, new HttpError('token-wrong', message));
    }
  };
}

type PersonDoor = (request: FastifyRequest, reply: FastifyReply, route: Route) => Promise<boolean>;

/** Lets the person in whose cookie a request bears; false when it bears none. */
function personDoor({ people, url }: AccessParts): PersonDoor {
  return async (request, reply, route) => {
    const cookie = peopleCookie(url());
    const token = cookie.read(request.headers.cookie);
    if (token === null) return false;
    const changes = request.method !== 'GET' && request.method !== 'HEAD';
    // Browsers send the cookie for any page that makes them call.
    if (changes && !isFromOwnPage(request.headers, url())) throw originRefused();
    const found = await people.present(token);
    if (found === null) throw new HttpError('signed-out', 'This sign-in has ended; sign in again.');
    const { person, tokenHash, prolonged } = found;
    request.caller = { kind: 'person', ...actorOf(person), person, tokenHash };
    if (prolonged) reply.header('set-cookie', cookie.write(token));
    const allowed = rolesOf(route);
    if (allowed.includes(person.role)) return true;
    const message = `Your role is ${person.role}, and this is for ${listed(allowed)}; ask an owner for another role.`;
    throw new HttpError('role-missing', message);
  };
}

const listed = (roles: readonly string[]): string => roles.join(', ').replace(/, ([^,]*)$/, ' or $1');

const originRefused = (): HttpError =>
  new HttpError('origin-refused', "With a sign-in only the server's own pages may call this; use a key elsewhere.");
