/** Which instances serve, and which of them can do their work; where there is one it is 0. */
export class Instances {
  readonly #serving = new Set<number>();
  /** How many troubles keep each from its work: it stands still, or cannot reach the database. */
  readonly #stalls = new Map<number, number>();

  booted(instance: number): void {
    this.#serving.add(instance);
  }

  gone(instance: number): void {
    this.#serving.delete(instance);
  }

  stalled(instance: number, isStalled: boolean): void {
    this.#stalls.set(instance, Math.max(0, (this.#stalls.get(instance) ?? 0) + (isStalled ? 1 : -1)));
  }

  isWell(instance: number): boolean {
    return this.#serving.has(instance) && (this.#stalls.get(instance) ?? 0) === 0;
  }

  /** Whether any of them can do its work. */
  get serve(): boolean {
    return [...this.#serving].some((one) => this.isWell(one));
  }
}
