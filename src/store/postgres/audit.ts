import { firstUuidAt } from '../../platform/random.ts';
import { auditColumns as columns, entryOf } from '../rows/audit-row.ts';
import { type AuditStore, unknownActor } from '../store.ts';
import type { Database } from './database.ts';

export function postgresAudit(database: Database): AuditStore {
  const forget = async (condition: string, before: number, limit: number): Promise<number> => {
    const gone = await database.run(
      `DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE ${condition} id < $1 ORDER BY id LIMIT $2) RETURNING 1`,
      [firstUuidAt(before), limit],
    );
    return gone.length;
  };
  return {
    begin: async ({ id, at, actor, keyId, address, operation, target, status, code }) => {
      await database.transact((run) =>
        run(`INSERT INTO audit (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, [
          ...[id, at, actor, keyId, address, operation, target, status, code],
        ]),
      );
    },
    settle: async (id, { target, status, code }) => {
      await database.run('UPDATE audit SET status = $1, code = $2, target = $3 WHERE id = $4', [
        ...[status, code, target, id],
      ]);
    },
    list: async (after, limit) =>
      (
        await database.run(`SELECT ${columns} FROM audit WHERE id < $1 ORDER BY id DESC LIMIT $2`, [
          after ?? '~',
          limit,
        ])
      ).map(entryOf),
    forget: async ({ before, unknownBefore, limit }) => {
      const old = await forget('', before, limit);
      return old + (await forget(`actor = '${unknownActor}' AND key_id IS NULL AND`, unknownBefore, limit));
    },
  };
}
