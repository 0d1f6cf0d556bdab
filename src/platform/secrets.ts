import { createCipheriv, createDecipheriv, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Random } from './random.ts';

/** What an internal key is for; each label gives a key of its own. */
export type KeyLabel = 'session-tokens' | 'endpoint-secrets' | 'sign-in-states';

/** Derives the 32-byte key for a label from `BATON_SECRET` (HKDF-SHA256, RFC 5869). */
export function deriveKey(secret: string, label: KeyLabel): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, '', `baton:${label}`, 32));
}

/** Keys are random and long, so one round of SHA-256 keeps them; what is stored cannot be used to call. */
export const hashKey = (key: string): string => hash('sha256', key, 'hex');

/** A fingerprint of a request, to tell a repeat from another request under the same idempotency key. */
export const fingerprint = (text: string): string => hash('sha256', text, 'base64url');

/** Compares two texts in a time that tells nothing but whether they are of one length; meant for hashes. */
export function sameText(left: string, right: string): boolean {
  const [one, other] = [Buffer.from(left), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

const nonceSize = 12;
const tagSize = 16;

/** Seals a text under a key (AES-256-GCM): nonce, tag and ciphertext in base64. */
export function seal(key: Uint8Array, text: string, random: Random): string {
  const nonce = random.bytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64');
}

/** Opens what `seal` made. @throws Error when the key is another one or the text was changed. */
export function unseal(key: Uint8Array, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceSize));
  decipher.setAuthTag(bytes.subarray(nonceSize, nonceSize + tagSize));
  return decipher.update(bytes.subarray(nonceSize + tagSize), undefined, 'utf8') + decipher.final('utf8');
}

/** Opens what this key opens; what was sealed under a key that was replaced since is null. */
export function unsealOrNull(key: Uint8Array, sealed: string): string | null {
  try {
    return unseal(key, sealed);
  } catch {
    return null; // The cipher says no by throwing.
  }
}
