import type { Scope } from '../../contract/route.ts';
import { type RateLimiter, rateLimiter } from '../../engine/rate.ts';
import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import { hashKey, sameText } from '../../platform/secrets.ts';
import { isValid, type KeyStore, type StoredKey } from '../../store/store.ts';
import type { KeyCaller } from './caller.ts';

/** A key that is not stored: `BATON_KEY`, which has every scope, and that of the built-in desk. */
export type FixedKey = Readonly<{ name: string; key: string; scopes: readonly Scope[] }>;

type Known = KeyCaller & Readonly<{ limiter: RateLimiter | null }> & { usedAt: number | null };

export type KeyRing = Readonly<{
  /** Whose key it is, or null; without a promise where the database need not be asked. */
  find: (key: string) => Known | null | Promise<Known | null>;
  /** Counts a request. @returns the ms to wait when there were too many. */
  take: (caller: Known) => number;
  /** Keys were changed: what was read of them counts no more. */
  forget: () => void;
  /** When a key was used last, as far as this process knows. */
  lastUse: (id: string) => number | null;
  /** Writes the last uses that are not written yet. */
  stop: () => Promise<void>;
}>;

export type KeyRingParts = Readonly<{ keys: KeyStore; clock: Clock; log: Log; fixedKeys: readonly FixedKey[] }>;

/** What the database says of keys is read again after this long, so a key that was revoked opens nothing after it. */
const freshMs = 1_000;
/** Last uses are written this long after the first one that is not written. */
const writeUsesAfterMs = 60_000;
/** Requests that a key with a limit may send at once, in seconds of its limit. */
const burstSeconds = 2;

/**
 * The keys that open something, all of them in memory: there are a thousand at most. So a wrong key costs one hash and
 * leaves nothing behind, and a flood of them reads keys no oftener than a second's quiet does.
 *
 * Fixed keys are compared in constant time. Stored ones are found by their hash, which needs no such care: whoever guesses
 * cannot choose how the hash of a guess begins, so the time of a look-up tells nothing of a key. The same is true of good
 * keys that are remembered as they came, since a map compares texts only when their seeded hashes are the same.
 */
export function createKeyRing(parts: KeyRingParts): KeyRing {
  const { clock } = parts;
  const fixedOf = fixedRing(parts);
  /** A program sends the same key with every call; hashing it anew took a hundredth of the main thread's time. */
  const good = new Map<string, Readonly<{ hash: string; known: Known }>>();
  const stored = storedRing(parts, (byHash) => {
    for (const [key, { hash, known }] of good) {
      if (known.keyId !== null && byHash.get(hash) !== known) good.delete(key);
    }
  });
  const keep = (key: string, hash: string, known: Known | null): Known | null => {
    if (known !== null) good.set(key, { hash, known });
    return known;
  };
  return {
    find: (key) => {
      const known = good.get(key)?.known;
      if (known !== undefined && (known.keyId === null || (stored.isFresh() && isOpen(known, clock.now()))))
        return known;
      const hash = hashKey(key);
      const fixed = fixedOf(hash);
      if (fixed !== null) return keep(key, hash, fixed);
      const found = stored.find(hash);
      return found instanceof Promise ? found.then((one) => keep(key, hash, one)) : keep(key, hash, found);
    },
    forget: stored.forget,
    ...keepingUses(parts, stored.all),
  };
}

const isOpen = ({ expiresAt }: Known, at: number): boolean => isValid({ revokedAt: null, expiresAt }, at);

function fixedRing({ fixedKeys }: KeyRingParts): (hash: string) => Known | null {
  const fixed = fixedKeys.map(({ name, key, scopes }) => {
    const caller = { kind: 'key', name, keyId: null, scopes, requestsPerSecond: null, expiresAt: null } as const;
    return { hash: hashKey(key), known: { ...caller, limiter: null, usedAt: null } };
  });
  return (hash) => fixed.find((one) => sameText(hash, one.hash))?.known ?? null;
}

type ByHash = ReadonlyMap<string, Known>;

/** @param onRead is told what was read, by hash. */
function storedRing({ keys, clock }: KeyRingParts, onRead: (byHash: ByHash) => void) {
  let byHash: ByHash = new Map();
  let stamp = '';
  let freshUntil = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  let changes = 0;
  const read = async (): Promise<void> => {
    const at = clock.now();
    const before = changes;
    stamp = await keys.stamp();
    const valid = await keys.valid(at);
    byHash = new Map(valid.map((key) => [key.hash, knownOf(key, byHash.get(key.hash))]));
    onRead(byHash);
    if (changes === before) freshUntil = at + freshMs;
  };
  const refresh = (): Promise<void> => {
    reading ??= read().finally(() => {
      reading = null;
    });
    return reading;
  };
  const lookUp = (hash: string): Known | null => {
    const known = byHash.get(hash);
    return known !== undefined && isOpen(known, clock.now()) ? known : null;
  };
  const isFresh = (): boolean => clock.now() < freshUntil;
  return {
    isFresh,
    find: (hash: string): Known | null | Promise<Known | null> => {
      if (!isFresh()) return refresh().then(() => lookUp(hash));
      // A key may be used as soon as it was made, by a command in another process too.
      return lookUp(hash) ?? keys.stamp().then((now) => (now === stamp ? null : refresh().then(() => lookUp(hash))));
    },
    forget: (): void => {
      changes += 1;
      freshUntil = Number.NEGATIVE_INFINITY;
    },
    all: (): ByHash => byHash,
  };
}

function keepingUses(
  { keys, clock, log }: KeyRingParts,
  stored: () => ByHash,
): Pick<KeyRing, 'take' | 'lastUse' | 'stop'> {
  const unwritten = new Map<string, Known>();
  let cancel: Cancel | null = null;
  let stopped = false;
  const write = async (): Promise<void> => {
    cancel = null;
    const uses = [...unwritten].map(([id, { usedAt }]) => ({ id, at: usedAt ?? 0 }));
    unwritten.clear();
    try {
      if (uses.length > 0) await keys.noteUses(uses);
    } catch (error) {
      log.error({ error: String(error) }, 'When keys were used last could not be written.');
    }
  };
  return {
    take: (caller) => {
      const at = clock.now();
      caller.usedAt = at;
      if (caller.keyId !== null && !unwritten.has(caller.keyId) && !stopped) {
        unwritten.set(caller.keyId, caller);
        cancel ??= clock.after(writeUsesAfterMs, () => void write());
      }
      return caller.limiter?.take('', at) ?? 0;
    },
    lastUse: (id) => [...stored().values()].find(({ keyId }) => keyId === id)?.usedAt ?? null,
    stop: async () => {
      stopped = true;
      cancel?.();
      await write();
    },
  };
}

/** The same object as before, so that its limit goes on counting; its end may have come nearer. */
function knownOf(key: StoredKey, before: Known | undefined): Known {
  const { id: keyId, label: name, scopes, requestsPerSecond, expiresAt } = key;
  if (before !== undefined && before.expiresAt === expiresAt) return before;
  const limit = requestsPerSecond;
  const limiter = before?.limiter ?? (limit === null ? null : rateLimiter(limit, limit * burstSeconds));
  return { kind: 'key', keyId, name, scopes, requestsPerSecond, expiresAt, limiter, usedAt: before?.usedAt ?? null };
}
