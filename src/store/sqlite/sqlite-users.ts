import type { DatabaseSync } from 'node:sqlite';
import { parametersOf, userParameters, userRows } from '../rows/user-row.ts';
import type { UserParameters, UserStore } from '../users.ts';

export function sqliteUsers(database: DatabaseSync, flush: () => Promise<void>): UserStore {
  const read = database.prepare(userParameters);
  const forget = database.prepare('DELETE FROM user_parameters WHERE user_id = ?');
  return {
    parameters: async (userId) => parametersOf(read.all({ $1: userId })),
    forget: async (userId) => {
      const { changes } = forget.run(userId);
      await flush();
      return Number(changes);
    },
  };
}

/** Writes what a commit keeps for its user, inside the open transaction. */
export function userWriter(database: DatabaseSync): (kept: UserParameters, at: number) => void {
  const write = database.prepare(
    `INSERT INTO user_parameters (user_id, name, value, updated_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (user_id, name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
  );
  return (kept, at) => {
    for (const { user, name, value } of userRows(kept)) write.run(user, name, value, at);
  };
}
