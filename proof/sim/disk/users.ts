import type { ParameterValues, Value } from '../../../src/core/flow/parameters.ts';
import { decodeBody, encodeBody } from '../../../src/store/codec.ts';
import type { SessionCommit } from '../../../src/store/store.ts';
import type { UserStore } from '../../../src/store/users.ts';

/** What is kept of each user: bodies by name. Changed by putting another in its place. */
export type UserRows = Map<string, ReadonlyMap<string, string>>;

type Undo = (back: () => void) => void;

function put(rows: UserRows, userId: string, kept: ReadonlyMap<string, string>, undo: Undo): void {
  const old = rows.get(userId);
  undo(() => {
    if (old === undefined) rows.delete(userId);
    else rows.set(userId, old);
  });
  rows.set(userId, kept);
}

/** Writes what a commit that was made keeps for its user. */
export function keepForUser(rows: UserRows, { userParameters: kept }: SessionCommit, undo: Undo): void {
  if (!kept) return;
  const values = Object.entries(kept.values).map(([name, value]) => [name, encodeBody(value)] as const);
  put(rows, kept.userId, new Map([...(rows.get(kept.userId) ?? []), ...values]), undo);
}

/** @returns how many parameters were kept. */
export function forgetUser(rows: UserRows, userId: string, undo: Undo): number {
  const count = rows.get(userId)?.size ?? 0;
  put(rows, userId, new Map(), undo);
  return count;
}

export function userReads(rows: UserRows): Pick<UserStore, 'parameters'> {
  return {
    parameters: async (userId): Promise<ParameterValues> => {
      const named = [...(rows.get(userId) ?? [])].sort(([one], [other]) => (one < other ? -1 : 1));
      return Object.fromEntries(named.map(([name, body]) => [name, decodeBody<Value>(body)]));
    },
  };
}
