/** One write: how it is taken back, and what is to be told when it is there for good. */
type Entry = Readonly<{ undo: () => void; durable: () => void }>;

/**
 * Writes in their order. Those that were flushed stay; of the others a crash takes the last ones back, as a log that is
 * written ahead loses its end.
 */
export class Journal {
  #entries: Entry[] = [];
  #flushed = 0;

  /** Where the journal ends now. */
  mark(): number {
    return this.#flushed + this.#entries.length;
  }

  unflushed(): number {
    return this.#entries.length;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  /** Everything up to a mark is there for good. */
  flushed(mark: number): void {
    const count = mark - this.#flushed;
    if (count <= 0) return;
    const entries = this.#entries.splice(0, count);
    this.#flushed = mark;
    for (const { durable } of entries) durable();
  }

  /** @param keep how many of the writes that were not flushed survive, the first ones. */
  crash(keep: number): void {
    for (const { undo } of this.#entries.splice(keep).reverse()) undo();
    this.flushed(this.mark());
  }
}
