import { isValid, mostKeys, type StoredKey } from '../store.ts';

/** The columns that `keyOf` wants. */
export const keyColumns =
  'id, hash, prefix, label, scopes, requests_per_second, created_at, expires_at, revoked_at, last_used_at, successor';

export function keyOf(row: Record<string, unknown>): StoredKey {
  const number = (value: unknown): number | null => (value === null ? null : Number(value));
  const text = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    id: String(row.id),
    hash: String(row.hash),
    prefix: text(row.prefix),
    label: String(row.label),
    scopes: String(row.scopes).split(' '),
    requestsPerSecond: number(row.requests_per_second),
    createdAt: Number(row.created_at),
    expiresAt: number(row.expires_at),
    revokedAt: number(row.revoked_at),
    lastUsedAt: number(row.last_used_at),
    successor: text(row.successor),
  };
}

/**
 * The keys to forget so that one more has room: the oldest that open nothing any more. @param known all, oldest first.
 * @returns null when there is no room.
 */
export function keysToForget(known: readonly StoredKey[], at: number): readonly string[] | null {
  const surplus = known.length - mostKeys + 1;
  if (surplus <= 0) return [];
  const over = known.filter((key) => !isValid(key, at)).slice(0, surplus);
  return over.length === surplus ? over.map(({ id }) => id) : null;
}

/** What speaks against revoking a key; null when nothing does. @param known all keys. */
export function whyNotRevoked(
  known: readonly StoredKey[],
  id: string,
  at: number,
  keepLast: boolean,
): 'revoked-before' | 'not-found' | 'last' | null {
  const key = known.find((one) => one.id === id);
  if (key === undefined) return 'not-found';
  if (key.revokedAt !== null) return 'revoked-before';
  const manages = (one: StoredKey): boolean => isValid(one, at) && one.scopes.includes('manage');
  const staysAsLong = ({ expiresAt }: StoredKey): boolean =>
    expiresAt === null || (key.expiresAt !== null && expiresAt >= key.expiresAt);
  const others = known.filter((one) => one.id !== id && manages(one));
  return keepLast && manages(key) && !others.some(staysAsLong) ? 'last' : null;
}

/** Whether a key may get a successor. @param known all keys. */
export function isRotatable(known: readonly StoredKey[], id: string, at: number): boolean {
  const key = known.find((one) => one.id === id);
  return key !== undefined && isValid(key, at) && key.successor === null;
}
