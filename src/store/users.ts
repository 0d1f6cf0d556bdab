import type { ParameterValues } from '../core/flow/parameters.ts';

/** What a commit leaves for its session's user. */
export type UserParameters = Readonly<{ userId: string; values: ParameterValues }>;

/** What is kept of users from one session to the next. */
export type UserStore = Readonly<{
  /** By name; of a user of whom nothing is kept, none. */
  parameters: (userId: string) => Promise<ParameterValues>;
  /** Resolves when it is gone from disk. Sessions have what they began with. @returns how many parameters were kept. */
  forget: (userId: string) => Promise<number>;
}>;
