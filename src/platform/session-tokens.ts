import { createHmac, createSecretKey, type KeyObject, type webcrypto } from 'node:crypto';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { Clock } from './clock.ts';
import { sameText } from './secrets.ts';

/** What a token is good for. */
export type Grant = Readonly<{
  sessionId: string;
  /** Until when, ms since 1970. */
  until: number;
  /** With which virtual agent the session may be begun, and until when; null when it was stored before the token. */
  opens: Readonly<{ virtualAgentId: string; until: number }> | null;
}>;

/**
 * Issues and checks the tokens of end users: JWT, HS256 over {session_id, iat, exp} (contract 2.1), and `agent_id` where
 * the token begins the session.
 */
export type SessionTokens = Readonly<{
  /** @param startedAt, expiresAt in ms since 1970. @param opens the virtual agent with which it begins the session. */
  issue: (sessionId: string, startedAt: number, expiresAt: number, opens?: string) => Promise<string>;
  /** @returns null when the token is foreign, broken or expired. */
  grantOf: (token: string) => Promise<Grant | null>;
}>;

/** Tokens that were issued or checked lately; they need no second look at their signature. */
const mostKnown = 10_000;

export function sessionTokens(secret: Uint8Array, clock: Clock): SessionTokens {
  const key = importKey(secret);
  const signingKey = createSecretKey(secret);
  const known = new Map<string, Grant>();
  const keep = (token: string, grant: Grant): void => {
    const oldest = known.size >= mostKnown ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(token, grant);
  };
  return {
    issue: async (sessionId, startedAt, expiresAt, opens) => {
      const exp = Math.ceil(expiresAt / 1000);
      const agent = opens === undefined ? {} : { agent_id: opens };
      const token = sign(signingKey, { session_id: sessionId, iat: Math.floor(startedAt / 1000), exp, ...agent });
      keep(token, { sessionId, until: exp * 1000, opens: opensOf(opens, startedAt) });
      return token;
    },
    grantOf: async (token) => {
      const kept = known.get(token);
      if (kept !== undefined && clock.now() < kept.until) return kept;
      if (!isSigned(signingKey, token)) return null;
      const own = ownClaims(token);
      const checked = own === null ? await check(await key, token, clock.now()) : grantIn(own, clock.now());
      if (checked !== null) keep(token, checked);
      return checked;
    },
  };
}

/** How long a session that was handed out may be begun; whoever comes later asks for another. */
const beginWithinMs = 3_600_000;

const opensOf = (agent: string | undefined, startedAt: number): Grant['opens'] =>
  agent === undefined ? null : { virtualAgentId: agent, until: startedAt + beginWithinMs };

const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');

/**
 * A JWT in compact form (RFC 7515, 7519). By hand, for the library signs through the thread pool, which took a thirtieth
 * of the main thread's time; checking tokens that we did not write ourselves, where the traps are, is the library's.
 */
function sign(key: KeyObject, claims: object): string {
  const signed = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${signed}.${signature(key, signed)}`;
}

const signature = (key: KeyObject, signed: string): string =>
  createHmac('sha256', key).update(signed).digest('base64url');

/**
 * Whether the last part of a token signs what stands before it. Wrong tokens come in floods, and turning one away so costs
 * a tenth of what it costs the library, which judges all that is signed.
 */
function isSigned(key: KeyObject, token: string): boolean {
  const end = Math.max(0, token.lastIndexOf('.'));
  return sameText(token.slice(end + 1), signature(key, token.slice(0, end)));
}

/**
 * The claims of a signed token that is as `sign` writes it; null for any other, which is the library's to judge. After a
 * restart everybody's token comes at once, and each trip through the thread pool took longer than all the rest of letting
 * somebody in.
 */
function ownClaims(signed: string): JWTPayload | null {
  if (!signed.startsWith(`${header}.`)) return null;
  const claims = signed.slice(header.length + 1, signed.lastIndexOf('.'));
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as JWTPayload;
}

const importKey = (secret: Uint8Array): Promise<webcrypto.CryptoKey> =>
  crypto.subtle.importKey('raw', new Uint8Array(secret), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);

async function check(key: webcrypto.CryptoKey, token: string, at: number): Promise<Grant | null> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      currentDate: new Date(at),
      requiredClaims: ['session_id', 'exp'],
    });
    return grantIn(payload, at);
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** What claims grant whose signature is right; null when they grant nothing any more. */
function grantIn({ session_id: sessionId, agent_id: agent, iat = 0, exp = 0 }: JWTPayload, at: number): Grant | null {
  if (typeof sessionId !== 'string' || exp * 1000 <= at) return null;
  return { sessionId, until: exp * 1000, opens: opensOf(typeof agent === 'string' ? agent : undefined, iat * 1000) };
}
