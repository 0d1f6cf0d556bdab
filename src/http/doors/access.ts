import type { FastifyRequest } from 'fastify';
import type { Access, Scope } from '../contract/route.ts';
import type { Clock } from '../platform/clock.ts';
import { hashKey, sameText } from '../platform/secrets.ts';
import type { SessionTokens } from '../platform/session-tokens.ts';
import type { KeyStore } from '../store/store.ts';
import { HttpError } from './http-error.ts';

export type AccessParts = Readonly<{
  keys: KeyStore;
  tokens: SessionTokens;
  clock: Clock;
  /** Keys that are not stored: `BATON_KEY`, which has every scope, and that of the built-in desk. */
  fixedKeys: readonly FixedKey[];
}>;

export type FixedKey = Readonly<{ key: string; scopes: readonly Scope[] }>;

/** Lets a request in or throws the error of the contract. */
export type Doorkeeper = (request: FastifyRequest, access: Access) => Promise<void>;

/** A key that was revoked opens nothing any more after this long. */
const freshMs = 1_000;
const mostKeys = 10_000;

export function doorkeeper({ keys, tokens, clock, fixedKeys }: AccessParts): Doorkeeper {
  const fixed = fixedKeys.map(({ key, scopes }) => ({ hash: hashKey(key), scopes }));
  const known = new Map<string, Readonly<{ until: number; scopes: readonly string[] | null }>>();

  const hashOf = remembered(hashKey);

  const scopesOf = async (key: string): Promise<readonly string[] | null> => {
    const hash = hashOf(key);
    for (const one of fixed) if (sameText(hash, one.hash)) return one.scopes;
    const cached = known.get(hash);
    if (cached !== undefined && cached.until > clock.now()) return cached.scopes;
    const stored = await keys.findByHash(hash);
    const found = stored === null || stored.revokedAt !== null ? null : stored.scopes;
    if (known.size >= mostKeys) known.clear();
    known.set(hash, { until: clock.now() + freshMs, scopes: found });
    return found;
  };

  const admitKey = async (request: FastifyRequest, wanted: readonly Scope[]): Promise<void> => {
    const key = request.headers['x-vgai-key'];
    if (typeof key !== 'string' || key === '') {
      throw new HttpError('key-missing', 'Send your key in the header X-Vgai-Key.');
    }
    const granted = await scopesOf(key);
    if (granted === null) throw new HttpError('key-wrong', 'This key is not known here, or was revoked.');
    if (wanted.some((scope) => granted.includes(scope))) return;
    throw new HttpError('scope-missing', `This call needs a key with the scope ${wanted.join(' or ')}.`);
  };

  const admitSession = async (request: FastifyRequest): Promise<void> => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '') {
      throw new HttpError('token-missing', 'Send the session_token of init as "Authorization: Bearer <token>".');
    }
    const { session_id: sessionId } = request.params as { session_id?: string };
    if ((await tokens.grantOf(token))?.sessionId !== sessionId) {
      throw new HttpError('token-wrong', 'This token is not of this session, or has expired; open a new session.');
    }
  };

  return async (request, access) => {
    if (access === 'anybody') return;
    if (access === 'session') return admitSession(request);
    return admitKey(request, access);
  };
}

/** A desk sends the same key with every call; hashing it anew took a hundredth of the main thread's time. */
function remembered(hashOf: (key: string) => string): (key: string) => string {
  const hashes = new Map<string, string>();
  return (key) => {
    const known = hashes.get(key);
    if (known !== undefined) return known;
    if (hashes.size >= mostKeys) hashes.clear();
    const fresh = hashOf(key);
    hashes.set(key, fresh);
    return fresh;
  };
}
