import type { DatabaseSync } from 'node:sqlite';
import { keyColumns as columns, isRotatable, keyOf, keysToForget, whyNotRevoked } from '../rows/key-row.ts';
import { type KeyStore, mostKeys, type NewKey, type StoredKey } from '../store.ts';
import { inTransaction } from '../transaction.ts';

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
        const against = whyNotRevoked(all(), id, at, keepLast);
        if (against !== null) return against;
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
  const { stored } = database.prepare('SELECT COUNT(*) AS stored FROM keys').get() ?? {};
  if (Number(stored) < mostKeys) return true;
  const ids = keysToForget(allOf(database), at);
  const forget = database.prepare('DELETE FROM keys WHERE id = ?');
  for (const id of ids ?? []) forget.run(id);
  return ids !== null;
}

type Rotation = Readonly<{ id: string; successor: NewKey; expiresAt: number }>;

function rotate(
  database: DatabaseSync,
  known: readonly StoredKey[],
  { id, successor, expiresAt }: Rotation,
): 'rotated' | 'not-valid' | 'full' {
  const at = successor.createdAt;
  if (!isRotatable(known, id, at)) return 'not-valid';
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
