/** Limits how often something may happen per name. */
export type RateLimiter = Readonly<{
  /** Takes one. @returns 0, or the ms to wait until one may be taken; then none was. */
  take: (name: string, at: number) => number;
}>;

/** From so many names on, those that are full again are looked for, but not more often than this. */
const mostNames = 20_000;
/** From so many on, the one that came first is forgotten: whoever has that many names is not held up by counting. */
const mostKept = 200_000;
const sweepEveryMs = 1_000;

/** A bucket per name that holds `burst` and is refilled by `perSecond`. Names that are full again are forgotten. */
export function rateLimiter(perSecond: number, burst: number): RateLimiter {
  const buckets = new Map<string, { left: number; at: number }>();
  const refilled = (bucket: { left: number; at: number }, at: number): number =>
    Math.min(burst, bucket.left + (Math.max(0, at - bucket.at) * perSecond) / 1000);
  let sweptAt = Number.NEGATIVE_INFINITY;
  const sweep = (at: number): void => {
    if (at < sweptAt + sweepEveryMs) return;
    sweptAt = at;
    for (const [name, bucket] of buckets) if (refilled(bucket, at) >= burst) buckets.delete(name);
  };
  const makeRoom = (at: number): void => {
    sweep(at);
    const first = buckets.size >= mostKept ? buckets.keys().next().value : undefined;
    if (first !== undefined) buckets.delete(first);
  };
  return {
    take: (name, at) => {
      const known = buckets.get(name);
      const left = known === undefined ? burst : refilled(known, at);
      if (left < 1) return Math.ceil(((1 - left) * 1000) / perSecond);
      if (known === undefined && buckets.size >= mostNames) makeRoom(at);
      buckets.set(name, { left: left - 1, at });
      return 0;
    },
  };
}
