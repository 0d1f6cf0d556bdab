/** Knows whether what was committed is on disk. */
export type Flushes = Readonly<{
  /** Called in the same turn as a commit. Resolves when that is on disk. */
  flush: () => Promise<void>;
  /**
   * Resolves when everything that was committed before is on disk, and not before those who committed it know: who acts on
   * it must not be faster than who tells of it. At once when nothing is under way.
   */
  flushed: () => Promise<void>;
}>;

/** @param flush resolves when all that was committed before is on disk. */
export function countFlushes(flush: () => Promise<void>): Flushes {
  let last: Promise<unknown> = Promise.resolve();
  return {
    flush: () => {
      const own = flush();
      // A disk may answer in another order than it was asked in.
      last = Promise.all([last, own]);
      return own;
    },
    flushed: async () => {
      await last;
    },
  };
}
