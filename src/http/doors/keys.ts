import type { Static } from 'typebox';
import { type Key, keyRequest, rotateRequest } from '../../contract/keys/keys.ts';
import { instant } from '../../contract/text.ts';
import { makeKey } from '../../store/new-key.ts';
import { isValid, mostKeys, type StoredKey } from '../../store/store.ts';
import { accept, HttpError, wrongShape } from '../http-error.ts';
import type { HttpParts } from '../parts.ts';
import type { Asked, Handlers } from '../serve.ts';
import type { KeyRing } from './key-ring.ts';

/** The name of the fixed key that is given by the environment. */
export const accountKeyName = 'BATON_KEY';

const defaultOverlapHours = 24;
const hourMs = 3_600_000;

export function keyHandlers(parts: HttpParts, ring: KeyRing): Handlers {
  const { clock, settings } = parts;
  const { keys } = parts.store;
  const find = async ({ params }: Asked): Promise<StoredKey> => {
    const key = (await keys.list()).find(({ id }) => id === params.key_id);
    if (key !== undefined) return key;
    throw new HttpError('key-not-found', 'There is no key of this id; GET /keys lists them.');
  };
  const shown = (key: StoredKey) =>
    onWire({ ...key, lastUsedAt: later(key.lastUsedAt, ring.lastUse(key.id)) }, clock.now());
  /** Of a key that was stored just now. */
  const answerWith = async (key: string, id: string) => {
    ring.forget();
    const stored = (await keys.list()).find((one) => one.id === id);
    if (stored === undefined) throw new Error('A key is gone as soon as it was made.');
    return { key, ...onWire(stored, clock.now()) };
  };
  return {
    listKeys: async () => ({ keys: (await keys.list()).map(shown) }),
    makeKey: async (asked) => {
      const { label, scopes, ...rest } = accept(keyRequest.read(asked.body));
      const expiresAt = readEnd(rest.expires_at ?? null, clock.now());
      const wish = { label, scopes, requestsPerSecond: rest.requests_per_second ?? null, expiresAt };
      expectCovered(asked, wish);
      const { key, stored } = makeKey(parts, wish);
      if (!(await keys.add(stored))) throw full();
      asked.tell?.(stored.id);
      return answerWith(key, stored.id);
    },
    rotateKey: async (asked) => {
      const { overlap_hours: hours = defaultOverlapHours } = accept(rotateRequest.read(asked.body ?? {}));
      const old = await find(asked);
      expectCovered(asked, old);
      const { key, stored } = makeKey(parts, wishOf(old));
      const result = await keys.rotate(old.id, stored, stored.createdAt + Math.round(hours * hourMs));
      if (result === 'full') throw full();
      if (result === 'not-valid') throw new HttpError('key-state', whyNotRotated(old));
      asked.tell?.(`${old.id} ${stored.id}`);
      return answerWith(key, stored.id);
    },
    revokeKey: async (asked) => {
      const key = await find(asked);
      expectScopes(asked, key.scopes);
      const keepLast = !settings.fixedKeys.some(({ name }) => name === accountKeyName);
      const result = await keys.revoke(key.id, clock.now(), keepLast);
      ring.forget();
      if (result === 'last') throw new HttpError('last-key', lastKey);
    },
  };
}

const lastKey =
  'No other key that may manage is valid as long as this one, and no BATON_KEY is set; make one first, or rotate this one.';

const full = (): HttpError =>
  new HttpError('too-many-keys', `There are ${mostKeys} valid keys; revoke some that nobody needs first.`);

const wishOf = ({ label, scopes, requestsPerSecond, expiresAt }: StoredKey) => ({
  ...{ label, scopes, requestsPerSecond, expiresAt },
});

const whyNotRotated = ({ successor }: StoredKey): string =>
  successor === null
    ? 'This key opens nothing any more; make a new one with POST /keys.'
    : `This key was rotated already, and ${successor} is in its place; rotate that one.`;

const later = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.max(one, other);

/** Nobody gives away, or takes away, what their own key does not have; people have all. @throws HttpError `scope-exceeded`. */
function expectScopes({ caller }: Asked, scopes: readonly string[]): void {
  if (caller?.kind === 'person') return;
  const beyond = scopes.filter((scope) => caller?.scopes.includes(scope) !== true);
  if (beyond.length === 0) return;
  const message = `Your own key does not have the scope ${beyond.join(' and ')}; use one that has every scope of this key.`;
  throw new HttpError('scope-exceeded', message);
}

/** The same of a key that is handed out: it has no more scopes, no higher limit and no later end than the caller's. */
function expectCovered(asked: Asked, wish: Pick<StoredKey, 'scopes' | 'requestsPerSecond' | 'expiresAt'>): void {
  expectScopes(asked, wish.scopes);
  const { requestsPerSecond: limit = null, expiresAt: end = null } = asked.caller?.kind === 'key' ? asked.caller : {};
  if (limit !== null && (wish.requestsPerSecond ?? Number.POSITIVE_INFINITY) > limit) {
    throw new HttpError('scope-exceeded', `Your own key may send ${limit} requests a second; give no higher limit.`);
  }
  if (end !== null && (wish.expiresAt ?? Number.POSITIVE_INFINITY) > end) {
    throw new HttpError('scope-exceeded', `Your own key ends at ${instant(end)}; give an expires_at that is no later.`);
  }
}

const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/** @throws HttpError when it is no instant that is yet to come. */
function readEnd(text: string | null, at: number): number | null {
  if (text === null) return null;
  const end = instantForm.test(text) ? Date.parse(text) : Number.NaN;
  if (end > at) return end;
  throw wrongShape([
    { path: 'expires_at', message: 'Give an instant that is yet to come, such as 2030-01-31T00:00:00Z.' },
  ]);
}

function onWire(key: StoredKey, at: number): Static<typeof Key> {
  const { id, prefix, label, scopes, requestsPerSecond, createdAt, expiresAt, revokedAt, lastUsedAt, successor } = key;
  const when = (one: number | null): string | null => (one === null ? null : instant(one));
  return {
    ...{ id, prefix, label, scopes: [...scopes], requests_per_second: requestsPerSecond },
    state: isValid(key, at) ? 'valid' : revokedAt === null ? 'expired' : 'revoked',
    ...{ created_at: instant(createdAt), expires_at: when(expiresAt), revoked_at: when(revokedAt) },
    ...{ last_used_at: when(lastUsedAt), successor },
  };
}
