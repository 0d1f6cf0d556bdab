/** A session whose calls an instance makes, with the version of the last commit that owed calls or changed some. */
export type HeldSession = Readonly<{ sessionId: string; owedSeq: number }>;

/**
 * What the instances on one database need of each other. An instance is one run of a program; its number is never used
 * again. It makes the calls of the sessions that it holds, and is taken for gone when it does not renew in time: by the
 * clock of the database, which is the only one that all of them see.
 */
export type SharedStore = Readonly<{
  /** The number of this instance; 0 until it joins. */
  self: () => number;
  /** The instant of the database's clock, ms since 1970. */
  now: () => Promise<number>;
  /** Begins an instance, from now on this process's. @param leaseMs for how long, unless it renews. @returns its number. */
  join: (leaseMs: number) => Promise<number>;
  /** @returns false when others took this instance for gone, and what it held; then only `join` helps. */
  renew: (leaseMs: number) => Promise<boolean>;
  /** Gives back all that is held, at once. */
  leave: () => Promise<void>;
  /** Takes sessions over from instances that are gone, and from nobody. @param alsoLate who did not renew in time is gone. */
  takeOver: (limit: number, alsoLate: boolean) => Promise<readonly HeldSession[]>;
  /** All that this instance holds. */
  held: () => Promise<readonly HeldSession[]>;
  /** Lets go of sessions in which nothing is owed, and nothing was owed or changed since. @returns those that it let go of. */
  release: (sessions: readonly HeldSession[]) => Promise<readonly HeldSession[]>;
  /** Gives sessions that this program cannot read to one that can. */
  giveUp: (sessionIds: readonly string[]) => Promise<void>;
  /** Forgets instances of long ago; to be done now and then. */
  tidy: () => Promise<void>;
  /** Of those that exist. */
  versions: (sessionIds: readonly string[]) => Promise<ReadonlyMap<string, number>>;
  /** Does some work while no other instance does work of that name. */
  alone: <Result>(name: string, work: () => Promise<Result>) => Promise<Result>;
  /** A value that all instances share: this one, unless another was kept before. */
  keepSecret: (secret: string) => Promise<string>;
}>;
