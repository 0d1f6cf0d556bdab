/** How long something took, counted in buckets as Prometheus wants them (text format 0.0.4). */
export type Histogram = Readonly<{
  record: (ms: number) => void;
  /** @returns its samples by name, in seconds; the buckets are cumulative. */
  samples: (name: string) => Readonly<Record<string, number>>;
}>;

/** @param bounds upper ends of the buckets, seconds, rising. */
export function createHistogram(bounds: readonly number[]): Histogram {
  const counts = [...bounds, Number.POSITIVE_INFINITY].map(() => 0);
  let sum = 0;
  return {
    record: (ms) => {
      const seconds = ms / 1_000;
      const found = bounds.findIndex((bound) => seconds <= bound);
      const bucket = found === -1 ? bounds.length : found;
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      sum += seconds;
    },
    samples: (name) => {
      const samples: Record<string, number> = {};
      let total = 0;
      for (const [index, count] of counts.entries()) {
        total += count;
        samples[`${name}_bucket{le="${bounds[index] ?? '+Inf'}"}`] = total;
      }
      return { ...samples, [`${name}_sum`]: sum, [`${name}_count`]: total };
    },
  };
}
