import type { ParameterValues, Value } from '../../core/flow/parameters.ts';
import { decodeBody, encodeBody } from '../codec.ts';
import type { UserParameters } from '../users.ts';

/** The row that a user's parameter becomes. */
export type UserRow = Readonly<{ user: string; name: string; value: string }>;

export const userRows = ({ userId, values }: UserParameters): readonly UserRow[] =>
  Object.entries(values).map(([name, value]) => ({ user: userId, name, value: encodeBody(value) }));

/** The statement of `parametersOf`. */
export const userParameters = 'SELECT name, value FROM user_parameters WHERE user_id = $1 ORDER BY name';

export const parametersOf = (rows: readonly Record<string, unknown>[]): ParameterValues =>
  Object.fromEntries(rows.map(({ name, value }) => [String(name), decodeBody<Value>(String(value))]));
