import type { DatabaseSync } from 'node:sqlite';
import { firstUuidAt } from '../platform/random.ts';
import { type AuditEntry, type AuditStore, unknownActor } from './store.ts';

const columns = 'id, at, actor, key_id, address, operation, target, status, code';

export function sqliteAudit(database: DatabaseSync, flush: () => Promise<void>): AuditStore {
  return {
    begin: async ({ id, at, actor, keyId, address, operation, target, status, code }) => {
      database
        .prepare(`INSERT INTO audit (${columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
        .run(id, at, actor, keyId, address, operation, target, status, code);
      await flush();
    },
    settle: async (id, { target, status, code }) => {
      database.prepare('UPDATE audit SET status = ?, code = ?, target = ? WHERE id = ?').run(status, code, target, id);
    },
    list: async (after, limit) =>
      database
        .prepare(`SELECT ${columns} FROM audit WHERE id < ? ORDER BY id DESC LIMIT ?`)
        .all(after ?? '~', limit)
        .map(entryOf),
    forget: async ({ before, unknownBefore, limit }) => {
      const old = database
        .prepare('DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE id < ? ORDER BY id LIMIT ?)')
        .run(firstUuidAt(before), limit);
      const strangers = database
        .prepare(
          `DELETE FROM audit WHERE id IN (SELECT id FROM audit
             WHERE actor = '${unknownActor}' AND key_id IS NULL AND id < ? ORDER BY id LIMIT ?)`,
        )
        .run(firstUuidAt(unknownBefore), limit);
      return Number(old.changes) + Number(strangers.changes);
    },
  };
}

function entryOf(row: Record<string, unknown>): AuditEntry {
  const text = (value: unknown): string | null => (value === null ? null : String(value));
  return {
    id: String(row.id),
    at: Number(row.at),
    actor: String(row.actor),
    keyId: text(row.key_id),
    address: text(row.address),
    operation: String(row.operation),
    target: String(row.target),
    status: row.status === null ? null : Number(row.status),
    code: text(row.code),
  };
}
