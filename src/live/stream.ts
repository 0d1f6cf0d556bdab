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
 * 3. At most about `highWater` bytes wait in memory: beyond it the log is read on only as fast as the reader takes it.
 * 4. A reader who takes nothing for `slowMs` is closed and may resume after its last seq.
 */

/** The socket as the stream needs it. */
export type Outlet = Readonly<{
  send: (text: string) => void;
  /** Bytes that the network has not taken yet. */
  buffered: () => number;
  /** Resolves when all that was sent before has been taken. */
  drained: () => Promise<void>;
  isOpen: () => boolean;
  close: (why: 'slow' | 'ended' | 'broken') => void;
}>;

/** Reads events after a seq, in order. */
export type ReadLog = (after: number, limit: number) => Promise<readonly SessionEvent[]>;

const highWater = 512 * 1024;
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
    const continues = !this.#reading && change.before <= this.#cursor && this.#outlet.buffered() < highWater;
    if (continues && this.#outlet.isOpen()) this.#send(change.events);
    else this.#pump();
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
    if (this.#outlet.isOpen()) this.#outlet.send(JSON.stringify(frame));
  }

  #send(events: readonly SessionEvent[]): void {
    for (const event of events) {
      if (event.seq <= this.#cursor) continue;
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
    if (this.#reading || this.#finished || !this.#outlet.isOpen()) return;
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
    while (this.#outlet.isOpen() && !this.#finished && this.#cursor < this.#head) {
      if (!(await this.#roomMade())) return this.#outlet.close('slow');
      // Seqs have no holes, so this reads no further than the head: what lies beyond may not be flushed yet.
      const events = await this.#read(this.#cursor, Math.min(pageSize, this.#head - this.#cursor));
      if (events.length === 0) throw new Error('The log ends before its head.');
      this.#send(events);
    }
  }

  /** Waits until the reader has taken what it was sent; false when it takes too long. */
  async #roomMade(): Promise<boolean> {
    if (this.#outlet.buffered() < highWater) return true;
    return new Promise((resolve) => {
      const cancel = this.#clock.after(slowMs, () => resolve(false));
      void this.#outlet.drained().then(() => {
        cancel();
        resolve(true);
      });
    });
  }
}
