import type { webcrypto } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
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
  const known = new Map<string, Readonly<{ sessionId: string; until: number }>>();
  const keep = (token: string, sessionId: string, until: number): void => {
    const oldest = known.size >= mostKnown ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(token, { sessionId, until });
  };
  return {
    issue: async (sessionId, startedAt, expiresAt) => {
      const exp = Math.ceil(expiresAt / 1000);
      const token = await new SignJWT({ session_id: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuedAt(Math.floor(startedAt / 1000))
        .setExpirationTime(exp)
        .sign(await key);
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
