import type { FastifyRequest } from 'fastify';
import type { Access, Scope } from '../../contract/route.ts';
import type { WrongTries } from '../../engine/addresses.ts';
import type { SessionTokens } from '../../platform/session-tokens.ts';
import { HttpError, rateLimited } from '../http-error.ts';
import type { Caller, KeyRing } from './key-ring.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose key opened it; null for a session's token, and where no key is wanted. */
    caller: Caller | null;
  }
}

export type AccessParts = Readonly<{ ring: KeyRing; tokens: SessionTokens; wrongTries: WrongTries }>;

/** Lets a request in or throws the error of the contract. */
export type Doorkeeper = (request: FastifyRequest, access: Access) => Promise<void>;

export function doorkeeper({ ring, tokens, wrongTries }: AccessParts): Doorkeeper {
  /** What a refusal becomes for an address that was wrong too often. The right key is let in before it is asked for. */
  const refuse = (request: FastifyRequest, error: HttpError): HttpError => {
    const isMissing = error.code === 'key-missing' || error.code === 'token-missing';
    const waitMs = isMissing ? wrongTries.waitMs(request.ip) : wrongTries.note(request.ip);
    return waitMs > 0 ? rateLimited('Too many wrong keys or tokens from this address', waitMs) : error;
  };

  const admitKey = async (request: FastifyRequest, wanted: readonly Scope[]): Promise<void> => {
    const key = request.headers['x-vgai-key'];
    if (typeof key !== 'string' || key === '') {
      throw refuse(request, new HttpError('key-missing', 'Send your key in the header X-Vgai-Key.'));
    }
    const found = ring.find(key);
    const caller = found instanceof Promise ? await found : found;
    if (caller === null) {
      const message = 'This key is not known here, was revoked, or has expired; use another one.';
      throw refuse(request, new HttpError('key-wrong', message));
    }
    request.caller = caller;
    const waitMs = ring.take(caller);
    if (waitMs > 0) throw rateLimited('Too many requests with this key', waitMs);
    if (wanted.some((scope) => caller.scopes.includes(scope))) return;
    throw new HttpError('scope-missing', `This call needs a key with the scope ${wanted.join(' or ')}.`);
  };

  const admitSession = async (request: FastifyRequest): Promise<void> => {
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

  return async (request, access) => {
    if (access === 'anybody') return;
    if (access === 'session') return admitSession(request);
    if (access === 'person') throw new HttpError('signed-out', 'Nobody is signed in here; sign in first.');
    return admitKey(request, access);
  };
}
