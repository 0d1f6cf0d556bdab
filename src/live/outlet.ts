import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { closeCodes } from '../contract/frames.ts';
import type { Clock } from '../platform/clock.ts';
import type { Outlet } from './stream.ts';

/** Why a socket is closed: its code, and a sentence of 123 bytes at most (RFC 6455, 5.5). */
const closings = {
  token: [closeCodes.token, 'The token is missing, wrong or expired; open a session with POST /http/init.'],
  origin: [closeCodes.token, 'This page may not connect; add its origin to allowedOrigins of the virtual agent.'],
  notFound: [closeCodes.notFound, 'There is no such session.'],
  slow: [closeCodes.slow, 'Too slow; connect again with ?after=<last seq>.'],
  ended: [closeCodes.ended, 'The session has ended.'],
  restart: [closeCodes.restart, 'Restarting; connect again with ?after=<last seq>.'],
  silent: [closeCodes.idle, 'Nothing was said; connect again when there is something to say.'],
  wrong: [closeCodes.idle, 'Too many frames were wrong; see the errors that were sent, then connect again.'],
  crowded: [closeCodes.idle, 'This session has 50 sockets already; close one, then connect again.'],
  later: [closeCodes.later, 'Too many wrong tokens from this address; connect again in a minute.'],
  broken: [1011, 'Something went wrong here; connect again with ?after=<last seq>.'],
} as const satisfies Record<string, readonly [code: number, reason: string]>;

export type Closing = keyof typeof closings;

/** A WebSocket and the TCP connection under it. */
export type Connection = Readonly<{ webSocket: WebSocket; wire: Socket }>;

/** What a stream sends through. Of a class, for ten thousand of them are open at once. */
export class SocketOutlet implements Outlet {
  readonly #connection: Connection;
  readonly #clock: Clock;
  #corked = false;

  constructor(connection: Connection, clock: Clock) {
    this.#connection = connection;
    this.#clock = clock;
  }

  get isOpen(): boolean {
    const { webSocket } = this.#connection;
    return webSocket.readyState === webSocket.OPEN;
  }

  get buffered(): number {
    return this.#connection.webSocket.bufferedAmount;
  }

  send(text: string): void {
    this.#cork();
    this.#connection.webSocket.send(text);
  }

  drained(): Promise<void> {
    const { wire } = this.#connection;
    return new Promise((resolve) => {
      if (wire.writableLength === 0 || wire.destroyed) return resolve();
      const done = (): void => {
        wire.off('drain', done);
        wire.off('close', done);
        resolve();
      };
      // Told when all has been taken, for what a stream waits with is more than the connection likes to hold.
      wire.on('drain', done);
      wire.on('close', done);
    });
  }

  close(why: 'slow' | 'ended' | 'broken'): void {
    hangUp(this.#connection.webSocket, why);
  }

  /** Frames that are sent in one turn of the event loop go out in one write. */
  #cork(): void {
    if (this.#corked) return;
    this.#corked = true;
    const { wire } = this.#connection;
    wire.cork();
    this.#clock.soon(() => {
      this.#corked = false;
      wire.uncork();
    });
  }
}

/** Begins the closing handshake. */
export function hangUp(webSocket: WebSocket, why: Closing): void {
  // A closing handshake is read like a frame: one that waits in the network would keep both sides half a minute.
  webSocket.resume();
  const [code, reason] = closings[why];
  webSocket.close(code, reason);
}
