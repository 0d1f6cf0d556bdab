import type { RawData, WebSocket } from 'ws';
import type { ServerFrame } from '../contract/frames.ts';
import type { Clock } from '../platform/clock.ts';
import type { TakeFrame } from './first-message.ts';
import { readFrame } from './incoming.ts';
import { hangUp } from './outlet.ts';
import type { Stream } from './stream.ts';

/*
 * What may come in on one socket, so that no client costs more than its share.
 * 1. Frames that wait to be stored: from `mostWaiting` on no more are read.
 * 2. Frames that are wrong: the first `wrongAtOnce`, then `wrongPerSecond`; whoever sends more is closed.
 * 3. Frames that the engine does not limit (all but messages that are taken) and pings: likewise, but whoever sends more is only read
 *    from again a second later.
 * 4. Answers that are not taken: beyond `mostUnread` bytes the socket is closed.
 *
 * What is said on one socket is stored in that order: a message that could not be stored holds back those after it, which
 * may be on their way while its sender has not heard of it, until it is said again. One whose answer alone was lost is not
 * said again by whoever has seen it in the stream: whether it is stored is looked up when others are held back by it, and
 * then the next of all these is waited for.
 */

const mostWaiting = 64;
const [wrongAtOnce, wrongPerSecond] = [50, 5];
const [smallAtOnce, smallPerSecond] = [1_000, 200];
const restMs = 1_000;
/** A stream alone never leaves as many. */
const mostUnread = 512 * 1024;

const notText: ServerFrame = { type: 'error', code: 'wrong-shape', message: 'Send text frames that hold JSON.' };

const none: readonly string[] = [];
/** Ids that are kept of what was held back on one socket. */
const mostHeldBack = 128;

const withLast = (ids: readonly string[], id: string): readonly string[] =>
  ids.includes(id) || ids.length >= mostHeldBack ? ids : [...ids, id];

const isUnavailable = (answer: ServerFrame): boolean => answer.type === 'error' && answer.code === 'unavailable';

const heldBack = (id: string, owed: string): ServerFrame => ({
  type: 'error',
  code: 'unavailable',
  message: `The message "${owed}" could not be stored; send it again under the same id, and then this one.`,
  retryAfter: 1,
  id,
});

export type Hearing = Readonly<{
  /** Is given every frame that is right, and answers it. */
  take: TakeFrame;
  /** Whether the message of this id is in the log, whatever was answered. */
  isStored: (id: string) => Promise<boolean>;
}>;

/** Begins to listen to a socket. */
export function listen(clock: Clock, webSocket: WebSocket, stream: Stream, hearing: Hearing): void {
  const listener = new Listener(clock, webSocket, stream, hearing);
  webSocket.on('message', (data, isBinary) => listener.hear(data, isBinary));
  webSocket.on('ping', () => listener.count());
}

class Listener {
  readonly #clock: Clock;
  readonly #webSocket: WebSocket;
  readonly #stream: Stream;
  readonly #hearing: Hearing;
  #waiting = 0;
  #isResting = false;
  // Two buckets that fill again with time. Plain numbers, for ten thousand sockets have them.
  #wrongLeft = wrongAtOnce;
  #smallLeft = smallAtOnce;
  #filledAt: number;
  /** Messages that were taken and could not be stored, and behind them those that were held back; none was said again. */
  #unstored: readonly string[] = none;
  #heldBack: readonly string[] = none;
  #isLooking = false;

  constructor(clock: Clock, webSocket: WebSocket, stream: Stream, hearing: Hearing) {
    this.#clock = clock;
    this.#webSocket = webSocket;
    this.#stream = stream;
    this.#hearing = hearing;
    this.#filledAt = clock.now();
  }

  hear(data: RawData, isBinary: boolean): void {
    // Whoever sends and sends but takes no answers is not listened to.
    if (this.#webSocket.bufferedAmount > mostUnread) return hangUp(this.#webSocket, 'slow');
    const reading = isBinary ? { error: notText } : readFrame(data.toString());
    if ('error' in reading) return this.#refuse(reading.error);
    const { frame } = reading;
    if (frame.type !== 'message') this.count();
    if (frame.type === 'ping') return this.#stream.tell({ type: 'pong' });
    if (frame.type === 'message' && !this.#mayPass(frame.id)) return;
    this.#waiting += 1;
    if (this.#waiting === mostWaiting) this.#webSocket.pause();
    void this.#hearing.take(frame).then((answer) => {
      this.#waiting -= 1;
      this.#goOn();
      if (answer === null) return;
      if (frame.type === 'message' && isUnavailable(answer)) this.#unstored = withLast(this.#unstored, frame.id);
      this.#stream.tell(answer);
    });
  }

  /** Something small came. */
  count(): void {
    this.#smallLeft -= 1;
    if (this.#smallLeft > 0 || this.#isResting) return;
    this.#fill();
    if (this.#smallLeft > 0) return;
    this.#isResting = true;
    this.#webSocket.pause();
    this.#clock.after(restMs, () => {
      this.#isResting = false;
      this.#goOn();
    });
  }

  /** The message that is waited for before any other. */
  get #owed(): string | undefined {
    return this.#unstored[0] ?? this.#heldBack[0];
  }

  /** Whether nothing is owed that was said before; otherwise it is answered. */
  #mayPass(id: string): boolean {
    const owed = this.#owed;
    if (owed === undefined) return true;
    if (owed === id) {
      this.#unstored = none;
      this.#heldBack = none;
      return true;
    }
    this.count();
    this.#stream.tell(heldBack(id, owed));
    this.#heldBack = withLast(this.#heldBack, id);
    if (!this.#isLooking) void this.#look();
    return false;
  }

  /** Looks whether what holds others back is stored. */
  async #look(): Promise<void> {
    this.#isLooking = true;
    for (let owed = this.#owed; owed !== undefined && (await this.#isStored(owed)); owed = this.#owed) {
      // It may have been said again meanwhile.
      if (this.#owed !== owed) continue;
      if (this.#unstored.length > 0) this.#unstored = this.#unstored.slice(1);
      // Of so many some may have been forgotten, and whoever comes again says all of them in order.
      else if (this.#heldBack.length >= mostHeldBack) hangUp(this.#webSocket, 'broken');
      else this.#heldBack = this.#heldBack.slice(1);
      if (this.#webSocket.readyState !== this.#webSocket.OPEN) break;
    }
    this.#isLooking = false;
  }

  async #isStored(id: string): Promise<boolean> {
    // Where it cannot be looked up, the next one that is held back asks again.
    return this.#hearing.isStored(id).catch(() => false);
  }

  #refuse(error: ServerFrame): void {
    this.#stream.tell(error);
    this.#wrongLeft -= 1;
    if (this.#wrongLeft <= 0) this.#fill();
    if (this.#wrongLeft <= 0) hangUp(this.#webSocket, 'wrong');
  }

  #goOn(): void {
    if (this.#webSocket.isPaused && this.#waiting < mostWaiting && !this.#isResting) this.#webSocket.resume();
  }

  #fill(): void {
    const seconds = (this.#clock.now() - this.#filledAt) / 1_000;
    this.#filledAt = this.#clock.now();
    this.#wrongLeft = Math.min(wrongAtOnce, this.#wrongLeft + seconds * wrongPerSecond);
    this.#smallLeft = Math.min(smallAtOnce, this.#smallLeft + seconds * smallPerSecond);
  }
}
