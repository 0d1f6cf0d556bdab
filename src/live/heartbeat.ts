import type { Cancel, Clock } from '../platform/clock.ts';
import type { Connection } from './outlet.ts';

/*
 * Finds out whose other end is gone without a word: a network that broke leaves a socket open for many minutes.
 * 1. Every socket is pinged once in `everyMs` (RFC 6455, 5.5.2). One from which not a byte came until its next turn is
 *    cut; a pong is a byte as good as any other.
 * 2. One timer serves all. It goes round in slices, so that ten thousand sockets are not pinged in one turn.
 * 3. A socket that is not read from, for we hold it back, is neither asked nor judged until it is read from again.
 */

const everyMs = 30_000;
const sliceCount = 30;

/** A socket that is under watch. */
export type Watched = {
  readonly connection: Connection;
  readonly slice: Set<Watched>;
  /** What had come from it, in bytes, when it was pinged; null when nothing is asked of it. */
  pingedAt: number | null;
};

export class Heartbeat {
  readonly #clock: Clock;
  readonly #slices: readonly Set<Watched>[] = Array.from({ length: sliceCount }, () => new Set<Watched>());
  #joined = 0;
  #watching = 0;
  #beats = 0;
  #cancel: Cancel | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(connection: Connection): Watched {
    // In turns, so that those who come at once, after a restart, are not all pinged at once ever after.
    const slice = this.#slices[this.#joined++ % sliceCount] as Set<Watched>;
    const watched: Watched = { connection, slice, pingedAt: null };
    slice.add(watched);
    this.#watching += 1;
    if (this.#watching === 1) this.#wait();
    return watched;
  }

  leave(watched: Watched): void {
    if (!watched.slice.delete(watched)) return;
    this.#watching -= 1;
    if (this.#watching > 0) return;
    this.#cancel?.();
    this.#cancel = null;
  }

  #wait(): void {
    this.#cancel?.();
    this.#cancel = this.#clock.after(everyMs / sliceCount, () => {
      this.#cancel = null;
      this.#beat();
    });
  }

  #beat(): void {
    for (const watched of this.#slices[this.#beats++ % sliceCount] ?? []) look(watched);
    // A process that stood still takes in what waits for it before it judges the next ones.
    this.#clock.soon(() => {
      if (this.#watching > 0 && this.#cancel === null) this.#wait();
    });
  }
}

function look(watched: Watched): void {
  const { webSocket, wire } = watched.connection;
  if (webSocket.readyState !== webSocket.OPEN) return; // The library bounds how long a closing handshake takes.
  if (webSocket.isPaused) {
    watched.pingedAt = null;
  } else if (wire.bytesRead === watched.pingedAt) {
    webSocket.terminate();
  } else {
    watched.pingedAt = wire.bytesRead;
    webSocket.ping();
  }
}
