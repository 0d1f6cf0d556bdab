/** Two quantiles in ms; null when nothing was measured. */
export type Quantiles = Readonly<{ p50: number; p99: number }> | null;

const perDoubling = 64;
/** Latencies below this, in ms, are one class. */
const least = 0.01;

/** Durations in classes about one per cent wide, so that a long run needs no more memory than a short one. */
export class Latencies {
  readonly #counts: number[] = [];
  #total = 0;

  get total(): number {
    return this.#total;
  }

  /** @param ms a duration; one below zero counts as zero. */
  add(ms: number): void {
    const index = ms <= least ? 0 : Math.ceil(Math.log2(ms / least) * perDoubling);
    this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    this.#total += 1;
  }

  quantiles(): Quantiles {
    return this.#total === 0 ? null : { p50: this.at(0.5), p99: this.at(0.99) };
  }

  /** The duration, in ms, that a share of all, above 0 and up to 1, does not exceed; NaN when nothing was measured. */
  at(share: number): number {
    if (this.#total === 0) return Number.NaN;
    const wanted = Math.ceil(this.#total * share);
    let seen = 0;
    const index = this.#counts.findIndex((count) => {
      seen += count ?? 0;
      return seen >= wanted;
    });
    return least * 2 ** (index / perDoubling);
  }
}
