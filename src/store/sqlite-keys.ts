import type { DatabaseSync } from 'node:sqlite';
import { isValid, type KeyStore, mostKeys, type NewKey, type StoredKey } from './store.ts';
import { inTransaction } from './transaction.ts';

const columns =
  'id, hash, prefix, label, scopes, requests_per_second, created_at, expires_at, revoked_at, last_used_at, successor';

export function sqliteKeys(database: DatabaseSync, flush: () => Promise<void>): KeyStore {
  const all = (): readonly StoredKey[] => allOf(database);
  const valid = database.prepare(
    `SELECT ${columns} FROM keys WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)`,
  );
  const use = database.prepare('UPDATE keys SET last_used_at = MAX(COALESCE(last_used_at, 0), ?) WHERE id = ?');
  const version = database.prepare('PRAGMA data_version');
  let changes = 0;
  const change = async <Result>(work: () => Result): Promise<Result> => {
    const result = inTransaction(database, work);
    changes += 1;
    await flush();
    return result;
  };
  return {
    add: (key) => change(() => makeRoom(database, key.createdAt) && insert(database, key)),
    valid: async (at) => valid.all(at).map(keyOf),
    list: async () => all(),
    // The pragma tells of other connections' commits only.
    stamp: async () => `${changes} ${String(version.get()?.data_version)}`,
    rotate: (id, successor, expiresAt) => change(() => rotate(database, all(), { id, successor, expiresAt })),
    revoke: (id, at, keepLast) =>
      change(() => {
        const known = all();
        const key = known.find((one) => one.id === id);
        if (key === undefined) return 'not-found';
        if (key.revokedAt !== null) return 'revoked-before';
        const manages = (one: StoredKey): boolean => isValid(one, at) && one.scopes.includes('manage');
        const staysAsLong = ({ expiresAt }: StoredKey): boolean =>
          expiresAt === null || (key.expiresAt !== null && expiresAt >= key.expiresAt);
        const others = known.filter((one) => one.id !== id && manages(one));
        if (keepLast && manages(key) && !others.some(staysAsLong)) return 'last';
        database.prepare('UPDATE keys SET revoked_at = ? WHERE id = ?').run(at, id);
        return 'revoked';
      }),
    // Not flushed: what a power cut takes is a minute's knowledge of who called.
    noteUses: async (uses) => {
      inTransaction(database, () => {
        for (const { id, at } of uses) use.run(at, id);
      });
    },
  };
}

const allOf = (database: DatabaseSync): readonly StoredKey[] =>
  database.prepare(`SELECT ${columns} FROM keys ORDER BY created_at, id`).all().map(keyOf);

/** Forgets the oldest keys that open nothing any more where the table is full. @returns whether there is room. */
function makeRoom(database: DatabaseSync, at: number): boolean {
  const stored = Number(database.prepare('SELECT COUNT(*) AS keys FROM keys').get()?.keys);
  const surplus = stored - mostKeys + 1;
  if (surplus <= 0) return true;
  const over = allOf(database)
    .filter((key) => !isValid(key, at))
    .slice(0, surplus);
  const forget = database.prepare('DELETE FROM keys WHERE id = ?');
  for (const { id } of over) forget.run(id);
  return over.length === surplus;
}

type Rotation = Readonly<{ id: string; successor: NewKey; expiresAt: number }>;

function rotate(
  database: DatabaseSync,
  known: readonly StoredKey[],
  { id, successor, expiresAt }: Rotation,
): 'rotated' | 'not-valid' | 'full' {
  const at = successor.createdAt;
  const old = known.find((key) => key.id === id);
  if (old === undefined || !isValid(old, at) || old.successor !== null) return 'not-valid';
  if (!makeRoom(database, at)) return 'full';
  insert(database, successor);
  database
    .prepare('UPDATE keys SET expires_at = MIN(COALESCE(expires_at, $at), $at), successor = $next WHERE id = $id')
    .run({ at: expiresAt, next: successor.id, id });
  return 'rotated';
}

function insert(database: DatabaseSync, key: NewKey): true {
  const { id, hash, prefix = null, label, scopes, requestsPerSecond = null, createdAt, expiresAt = null } = key;
  database
    .prepare(
      `INSERT INTO keys (id, hash, prefix, label, scopes, requests_per_second, created_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(id, hash, prefix, label, scopes.join(' '), requestsPerSecond, createdAt, expiresAt);
  return true;
}

function keyOf(row: Record<string, unknown>): StoredKey {
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
