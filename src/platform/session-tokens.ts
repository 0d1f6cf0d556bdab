import { errors, jwtVerify, SignJWT } from 'jose';
import type { Clock } from './clock.ts';

/** Issues and checks the tokens of end users: JWT, HS256 over {session_id, iat, exp} (contract 2.1). */
export type SessionTokens = Readonly<{
  /** @param startedAt, expiresAt in ms since 1970. */
  issue: (sessionId: string, startedAt: number, expiresAt: number) => Promise<string>;
  /** @returns the session that the token is good for, or null when it is foreign, broken or expired. */
  sessionOf: (token: string) => Promise<string | null>;
}>;

export function sessionTokens(key: Uint8Array, clock: Clock): SessionTokens {
  return {
    issue: (sessionId, startedAt, expiresAt) =>
      new SignJWT({ session_id: sessionId })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setIssuedAt(Math.floor(startedAt / 1000))
        .setExpirationTime(Math.ceil(expiresAt / 1000))
        .sign(key),
    sessionOf: async (token) => {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ['HS256'],
          currentDate: new Date(clock.now()),
          requiredClaims: ['session_id', 'exp'],
        });
        return typeof payload.session_id === 'string' ? payload.session_id : null;
      } catch (error) {
        if (error instanceof errors.JOSEError) return null;
        throw error;
      }
    },
  };
}
