import type { ClientFrame, ServerFrame } from '../../contract/frames.ts';
import { helpsToWait, type Line } from './conversation.ts';

/*
 * Sends what the visitor wrote, in order.
 * 1. One line is under way at a time; the next goes when the server has taken that one, or never will.
 * 2. A line that is refused for now is sent again before any that was written later.
 * 3. The wish to end the conversation goes after all lines, so that none is lost to it.
 */

/** A line that is under way and a server that says nothing for this long: the connection is dead. */
const answerWithinMs = 10_000;

export type SendingParts = Readonly<{
  /** What is not taken yet, in order. */
  lines: () => readonly Line[];
  isOpen: () => boolean;
  tell: (frame: ClientFrame) => void;
  onDead: () => void;
}>;

export class Sending {
  readonly #parts: SendingParts;
  #underWay: string | null = null;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #overdue: ReturnType<typeof setTimeout> | undefined;
  #leaving: 'no' | 'wanted' | 'told' = 'no';

  constructor(parts: SendingParts) {
    this.#parts = parts;
  }

  /** Sends what is due now, if anything. */
  go(): void {
    if (this.#pause !== undefined || !this.#parts.isOpen()) return;
    const owed = this.#parts.lines().filter(({ failure }) => failure === null);
    if (this.#underWay !== null && owed.some(({ id }) => id === this.#underWay)) return;
    const head = owed[0];
    this.#underWay = head?.id ?? null;
    if (head) this.#parts.tell({ type: 'message', id: head.id, text: head.text });
    else if (this.#leaving === 'wanted') {
      this.#leaving = 'told';
      this.#parts.tell({ type: 'end' });
    }
    this.#watch();
  }

  /** Ends the conversation once every line is taken. */
  leave(): void {
    this.#leaving = 'wanted';
    this.go();
  }

  /** A new socket: whatever the one before was told may be lost. */
  opened(): void {
    this.rest();
    this.go();
  }

  /** Takes what the server said, after the conversation took it. */
  heard(frame: ServerFrame): void {
    this.#watch();
    const isAbout = frame.type === 'error' && (frame.id === undefined || frame.id === this.#underWay);
    if (frame.type === 'error' && isAbout && helpsToWait(frame)) this.#wait(frame.retryAfter ?? 1);
    else this.go();
  }

  /** Waits for the next socket. */
  rest(): void {
    clearTimeout(this.#pause);
    clearTimeout(this.#overdue);
    this.#pause = undefined;
    this.#again();
  }

  forget(): void {
    this.rest();
    this.#leaving = 'no';
  }

  #wait(seconds: number): void {
    clearTimeout(this.#pause);
    clearTimeout(this.#overdue);
    this.#again();
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      this.go();
    }, seconds * 1000);
  }

  #again(): void {
    this.#underWay = null;
    if (this.#leaving === 'told') this.#leaving = 'wanted';
  }

  #watch(): void {
    clearTimeout(this.#overdue);
    if (this.#underWay !== null) this.#overdue = setTimeout(this.#parts.onDead, answerWithinMs);
  }
}
