/*
 * Notices a connection that is dead without having been closed. The server's pings are answered inside the browser and
 * pages can send none, so the page asks with a frame of its own when it has heard nothing for a while.
 */

/** Nothing was heard for this long: ask. */
const quietMs = 30_000;
/** Nobody answers for this long: the connection is dead. */
const answerWithinMs = 10_000;
/** Connecting takes no longer, on bad networks too; browsers wait for minutes. */
const connectWithinMs = 20_000;

export type PulseParts = Readonly<{ ask: () => void; onDead: () => void }>;

export class Pulse {
  readonly #parts: PulseParts;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(parts: PulseParts) {
    this.#parts = parts;
  }

  connecting(): void {
    this.#in(connectWithinMs, this.#parts.onDead);
  }

  /** Something came from the server. */
  heard(): void {
    this.#in(quietMs, () => this.feel());
  }

  /** Asks at once: the machine slept, or the network changed. */
  feel(): void {
    this.#parts.ask();
    this.#in(answerWithinMs, this.#parts.onDead);
  }

  rest(): void {
    clearTimeout(this.#timer);
  }

  #in(ms: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, ms);
  }
}
