import { parametersOf, userParameters } from '../rows/user-row.ts';
import type { UserStore } from '../users.ts';
import type { Database } from './database.ts';

/** Its primary key serves it. */
export const userStatement = { name: 'user_parameters', text: userParameters };

/** The locks are taken in the order in which batches take them. */
const forgetText = `
WITH own AS MATERIALIZED (
  SELECT user_id, name FROM user_parameters WHERE user_id = $1 ORDER BY name FOR UPDATE
)
DELETE FROM user_parameters u USING own WHERE u.user_id = own.user_id AND u.name = own.name RETURNING 1`;

export function postgresUsers(database: Database): UserStore {
  return {
    parameters: async (userId) => parametersOf(await database.run(userStatement, [userId])),
    forget: async (userId) => (await database.transact((run) => run(forgetText, [userId]))).length,
  };
}
