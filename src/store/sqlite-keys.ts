import type { DatabaseSync } from 'node:sqlite';
import type { KeyStore, StoredKey } from './store.ts';

export function sqliteKeys(database: DatabaseSync, flush: () => Promise<void>): KeyStore {
  const columns = 'id, hash, label, scopes, created_at, revoked_at';
  return {
    add: async ({ id, hash, label, scopes, createdAt }) => {
      database
        .prepare('INSERT INTO keys (id, hash, label, scopes, created_at) VALUES (?, ?, ?, ?, ?)')
        .run(id, hash, label, scopes.join(' '), createdAt);
      await flush();
    },
    findByHash: async (hash) => {
      const row = database.prepare(`SELECT ${columns} FROM keys WHERE hash = ?`).get(hash);
      return row === undefined ? null : keyOf(row);
    },
    list: async () => database.prepare(`SELECT ${columns} FROM keys ORDER BY created_at, id`).all().map(keyOf),
    revoke: async (id, at) => {
      const revoke = database.prepare('UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
      const revoked = revoke.run(at, id).changes === 1;
      await flush();
      return revoked;
    },
  };
}

function keyOf(row: Record<string, unknown>): StoredKey {
  return {
    id: String(row.id),
    hash: String(row.hash),
    label: String(row.label),
    scopes: String(row.scopes).split(' '),
    createdAt: Number(row.created_at),
    revokedAt: row.revoked_at === null ? null : Number(row.revoked_at),
  };
}
