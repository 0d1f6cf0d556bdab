import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { hashKey } from '../platform/secrets.ts';
import type { KeyStore } from './store.ts';

/** A key that nobody can guess. */
export const freshKey = (random: Random): string => `baton_${random.bytes(24).toString('base64url')}`;

/** Makes a key and stores its hash. @returns the key, which is not kept and can be shown only now. */
export async function addKey(
  keys: KeyStore,
  { clock, random }: Readonly<{ clock: Clock; random: Random }>,
  label: string,
  scopes: readonly string[],
): Promise<string> {
  const key = freshKey(random);
  const at = clock.now();
  await keys.add({ id: random.uuid(at), hash: hashKey(key), label, scopes, createdAt: at, revokedAt: null });
  return key;
}
