import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { hashKey } from '../platform/secrets.ts';
import type { NewKey } from './store.ts';

/** A key that nobody can guess. */
export const freshKey = (random: Random): string => `baton_${random.bytes(24).toString('base64url')}`;

const prefixLength = 'baton_'.length + 6;

/** What is asked of a new key. @param requestsPerSecond, expiresAt null for no limit and no end. */
export type KeyWish = Readonly<{
  label: string;
  scopes: readonly string[];
  requestsPerSecond?: number | null;
  expiresAt?: number | null;
}>;

/** Makes a key. @returns the key, which is not kept and can be shown only now, and what is stored of it. */
export function makeKey({ clock, random }: KeyMaking, wish: KeyWish): Readonly<{ key: string; stored: NewKey }> {
  const key = freshKey(random);
  const at = clock.now();
  const stored = {
    ...wish,
    id: random.uuid(at),
    hash: hashKey(key),
    prefix: key.slice(0, prefixLength),
    createdAt: at,
  };
  return { key, stored };
}

export type KeyMaking = Readonly<{ clock: Clock; random: Random }>;
