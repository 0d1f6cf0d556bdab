/*
 * Reads a log that goes on.
 * 1. One reading is under way at a time; whatever is heard of meanwhile is looked for once it is done.
 * 2. What nobody is told of is found by looking again and again, while something is under way or a reading has failed.
 */

const underWayMs = 1_500;
const failedMs = 3_000;

export type FollowerParts = Readonly<{
  /** Reads what is new. @returns whether it could. */
  read: () => Promise<boolean>;
  /** Whether something may happen that nobody will be told of. */
  isUnderWay: () => boolean;
}>;

export class Follower {
  readonly #parts: FollowerParts;
  #isReading = false;
  #isDue = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: FollowerParts) {
    this.#parts = parts;
  }

  /** There is something new, perhaps. */
  hint(): void {
    this.#isDue = true;
    if (!this.#isReading && !this.#stopped) void this.#readOn();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  async #readOn(): Promise<void> {
    clearTimeout(this.#timer);
    this.#isReading = true;
    let isRead = true;
    while (this.#isDue && isRead && !this.#stopped) {
      this.#isDue = false;
      isRead = await this.#parts.read();
    }
    this.#isReading = false;
    if (this.#stopped || (isRead && !this.#parts.isUnderWay())) return;
    this.#timer = setTimeout(() => this.hint(), isRead ? underWayMs : failedMs);
  }
}
