import { createHmac, createSecretKey, type KeyObject, type webcrypto } from 'node:crypto';
import { errors, jwtVerify } from 'jose';
import type { Clock } from './clock.ts';

/** Issues and checks the tokens of end users: JWT, HS256 over {session_id, iat, exp} (contract 2.1). */
export type SessionTokens = Readonly<{
  /** @param startedAt, expiresAt in ms since 1970. */
  issue: (sessionId: string, startedAt: number, expiresAt: number) => Promise<string>;
  /** @returns the session that the token is good for, or null when it is foreign, broken or expired. */
  sessionOf: (token: string) => Promise<string | null>;
}>;

/** Tokens that were issued or checked lately; they need no second look at their signature. */
const mostKnown = 10_000;

export function sessionTokens(secret: Uint8Array, clock: Clock): SessionTokens {
  const key = importKey(secret);
  const signingKey = createSecretKey(secret);
  const known = new Map<string, Readonly<{ sessionId: string; until: number }>>();
  const keep = (token: string, sessionId: string, until: number): void => {
    const oldest = known.size >= mostKnown ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(token, { sessionId, until });
  };
  return {
    issue: async (sessionId, startedAt, expiresAt) => {
      const exp = Math.ceil(expiresAt / 1000);
      const token = sign(signingKey, { session_id: sessionId, iat: Math.floor(startedAt / 1000), exp });
      keep(token, sessionId, exp * 1000);
      return token;
    },
    sessionOf: async (token) => {
      const kept = known.get(token);
      if (kept !== undefined && clock.now() < kept.until) return kept.sessionId;
      const checked = await check(await key, token, clock.now());
      if (checked !== null) keep(token, checked.sessionId, checked.until);
      return checked?.sessionId ?? null;
    },
  };
}

const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

/**
 * A JWT in compact form (RFC 7515, 7519). By hand, for the library signs through the thread pool, which took a thirtieth
 * of the main thread's time; checking foreign tokens, where the traps are, is the library's.
 */
function sign(key: KeyObject, claims: object): string {
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

const importKey = (secret: Uint8Array): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);

async function check(
  key: webcrypto.CryptoKey,
  token: string,
  at: number,
): Promise<Readonly<{ sessionId: string; until: number }> | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      currentDate: new Date(at),
      requiredClaims: ['session_id', 'exp'],
    });
    const { session_id: sessionId, exp } = payload;
    return typeof sessionId === 'string' && exp !== undefined ? { sessionId, until: exp * 1000 } : null;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}
