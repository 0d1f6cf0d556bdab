import { frameOf, type ServerFrame } from '../contract/frames.ts';
import type { SessionEvent } from '../core/events.ts';
import type { Change } from '../engine/changes.ts';
import type { Clock } from '../platform/clock.ts';

/*
 * What one socket is sent of a session's log.
 * 1. Every event after the cursor is looked at once, in order of seq; the cursor moves only past events that were sent
 *    or are not for the end user. So a socket sees no hole and no duplicate, whatever hints are lost or repeated.
 * 2. A change that continues the cursor is sent as it comes; any other only says how far the log reaches, and the log
 *    itself is read.
 * 3. At most `highWater` bytes and one frame wait in memory, however much one commit holds: beyond it the log is read on
 *    only as fast as the reader takes it, and what is no fact is left out.
 * 4. A reader who does not take what waits within `slowMs` is closed and may resume after its last seq.
 */

/** The socket as the stream needs it. */
export type Outlet = Readonly<{
  send(text: string): void;
  /** Bytes that the network has not taken yet. */
  buffered: number;
  /** Resolves when all that was sent before has been taken, or never will be. */
  drained(): Promise<void>;
  isOpen: boolean;
  close(why: 'slow' | 'ended' | 'broken'): void;
}>;

/** Reads events after a seq, in order. */
export type ReadLog = (after: number, limit: number) => Promise<readonly SessionEvent[]>;

/** Small, so that ten thousand slow readers fit, and that 9 kB/s are enough to take it within `slowMs`. */
export const highWater = 128 * 1024;
const pageSize = 200;
const slowMs = 15_000;

export class Stream {
  readonly #outlet: Outlet;
  readonly #clock: Clock;
  readonly #read: ReadLog;
  #cursor: number;
  /** The log reaches at least this far. */
  #head = 0;
  #reading = false;
  /** How many events to read at once: fewer when not all of the last ones could be sent. */
  #page = pageSize;
  #begun = false;
  #finished = false;
  /** Nothing for the end user comes after the head. */
  #over = false;

  /** @param after the last seq that the reader has. */
  constructor(outlet: Outlet, clock: Clock, read: ReadLog, after: number) {
    this.#outlet = outlet;
    this.#clock = clock;
    this.#read = read;
    this.#cursor = after;
  }

  /** Whether anything was committed that this stream knows of. */
  get hasBegun(): boolean {
    return this.#head > 0;
  }

  /** Takes in what was committed; before `begin` it is only noted. */
  offer(change: Change): void {
    this.#head = Math.max(this.#head, change.session.version);
    if (!this.#begun || this.#finished) return;
    const continues = !this.#reading && change.before <= this.#cursor;
    if (continues && this.#outlet.isOpen) this.#send(change.events);
    this.#pump();
  }

  /** The log reaches at least to `seq`: others have committed something. */
  notice(seq: number): void {
    this.#head = Math.max(this.#head, seq);
    if (this.#begun) this.#pump();
  }

  /**
   * Begins to send. The log reaches at least to `seq`; `ended` says that nothing for the end user comes after it.
   * @param known events from the first one on, when they are at hand and need not be read.
   */
  begin(seq: number, ended: boolean, known: readonly SessionEvent[] = []): void {
    this.#begun = true;
    this.#cursor = Math.min(this.#cursor, seq);
    this.#head = Math.max(this.#head, seq);
    this.#over = ended;
    this.#send(known);
    this.#pump();
  }

  /** Sends something that is no event. */
  tell(frame: ServerFrame): void {
    if (this.#outlet.isOpen) this.#outlet.send(JSON.stringify(frame));
  }

  /** Sends something that is no event and means nothing later; a reader who lags goes without it. */
  hint(frame: ServerFrame): void {
    if (this.#outlet.buffered < highWater) this.tell(frame);
  }

  /** Sends as many as there is room for. */
  #send(events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.#cursor) continue;
      if (this.#outlet.buffered >= highWater) return;
      const frame = frameOf(event);
      if (frame !== null) this.#outlet.send(JSON.stringify(frame));
      this.#cursor = event.seq;
      if (event.kind === 'session-ended') return this.#finish();
    }
  }

  /** Everything was sent. Answers to frames that were stored with the end itself still go before the close. */
  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#clock.soon(() => this.#outlet.close('ended'));
  }

  #pump(): void {
    if (this.#reading || this.#finished || !this.#outlet.isOpen) return;
    if (this.#cursor >= this.#head) {
      if (this.#over) this.#finish();
      return;
    }
    this.#reading = true;
    this.#catchUp().then(
      () => {
        this.#reading = false;
        this.#pump();
      },
      () => this.#outlet.close('broken'),
    );
  }

  async #catchUp(): Promise<void> {
    while (this.#outlet.isOpen && !this.#finished && this.#cursor < this.#head) {
      if (!(await this.#roomMade())) return this.#outlet.close('slow');
      // Seqs have no holes, so this reads no further than the head: what lies beyond may not be flushed yet.
      const from = this.#cursor;
      const events = await this.#read(from, Math.min(this.#page, this.#head - from));
      if (events.length === 0) throw new Error('The log ends before its head.');
      this.#send(events);
      const sent = this.#cursor - from;
      this.#page = sent < events.length ? Math.max(1, sent) : Math.min(pageSize, 2 * this.#page);
    }
  }

  /** Waits until the reader has taken what it was sent; false when it takes too long. */
  async #roomMade(): Promise<boolean> {
    if (this.#outlet.buffered < highWater) return true;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(slowMs, () => resolve(false));
      void this.#outlet.drained().then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
