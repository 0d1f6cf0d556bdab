import type { DatabaseSync } from 'node:sqlite';
import { firstUuidAt } from '../../platform/random.ts';
import { auditColumns as columns, entryOf } from '../rows/audit-row.ts';
import { type AuditStore, unknownActor } from '../store.ts';

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
