/** First in, first out. An array's own `shift` moves all that is behind, and a hundred thousand may wait. */
export class Line<Item> {
  #items: Item[] = [];
  #gone = 0;

  get length(): number {
    return this.#items.length - this.#gone;
  }

  get first(): Item | undefined {
    return this.#items[this.#gone];
  }

  push(item: Item): void {
    this.#items.push(item);
  }

  shift(): Item | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    this.#gone += 1;
    // What has gone must be let go of; moving the rest each time half has gone costs each item two moves.
    if (this.#gone * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#gone);
      this.#gone = 0;
    }
    return first;
  }
}
