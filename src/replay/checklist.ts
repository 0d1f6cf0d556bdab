/*
 * What one side must hear.
 * 1. Texts come in the order of the dialogue, each once, equal in every byte: the first that does not is the fault.
 * 2. A call that bears the webhook-id of an earlier one is a repeat: counted, otherwise nothing.
 * 3. Seqs ascend, and each call to the desk names the seq of the one before it.
 */

/** What was to be heard and what was heard instead, in words. */
export type Fault = Readonly<{ where: string; expected: string; got: string }>;

/** The texts that one side must hear, and how far it has heard them. */
export class Checklist {
  readonly #where: string;
  readonly #texts: readonly string[];
  #heard = 0;
  #lastSeq = 0;

  /** @param where the side, as it is named in faults. */
  constructor(where: string, texts: readonly string[]) {
    this.#where = where;
    this.#texts = texts;
  }

  get heard(): number {
    return this.#heard;
  }

  get complete(): boolean {
    return this.#heard === this.#texts.length;
  }

  /** What has to come next. */
  get next(): string | undefined {
    return this.#texts[this.#heard];
  }

  /** Takes the next text. @returns null when it is the one that had to come. */
  hear(text: unknown, seq: unknown): Fault | null {
    const expected = this.next;
    if (expected === undefined) return this.fault('nothing more', text);
    if (text !== expected) return this.fault(expected, text);
    const order = this.pass(seq);
    this.#heard += 1;
    return order;
  }

  /** Takes a seq that must be higher than all before it. */
  pass(seq: unknown): Fault | null {
    if (typeof seq !== 'number' || !(seq > this.#lastSeq)) {
      return this.fault(`a seq above ${this.#lastSeq}`, `seq ${String(seq)}`);
    }
    this.#lastSeq = seq;
    return null;
  }

  /** Takes the seq that a call names as the one before it. */
  follow(previousSeq: unknown): Fault | null {
    return previousSeq === this.#lastSeq
      ? null
      : this.fault(`previousSeq ${this.#lastSeq}`, `previousSeq ${String(previousSeq)}`);
  }

  /** Begins after a seq that is known otherwise. */
  beginAfter(seq: number): void {
    this.#lastSeq = seq;
  }

  fault(expected: string, got: unknown): Fault {
    return { where: this.#where, expected, got: typeof got === 'string' ? got : (JSON.stringify(got) ?? 'nothing') };
  }
}
