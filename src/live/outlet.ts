import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { closeCodes } from '../contract/frames.ts';
import type { Clock } from '../platform/clock.ts';
import type { Outlet } from './stream.ts';

const reasons: Readonly<Record<number, string>> = {
  [closeCodes.token]: 'The token is missing, wrong or expired; open a session with POST /http/init.',
  [closeCodes.notFound]: 'There is no such session.',
  [closeCodes.slow]: 'Too slow; connect again with ?after=<last seq>.',
  [closeCodes.ended]: 'The session has ended.',
  [closeCodes.idle]:
    'Nothing was said, or too much was wrong or open at once; connect again when there is something to say.',
  [closeCodes.restart]: 'Restarting; connect again with ?after=<last seq>.',
  [closeCodes.later]: 'Too many wrong tokens from this address; connect again in a minute.',
  1011: 'Something went wrong here; connect again with ?after=<last seq>.',
};

/** A WebSocket and the TCP connection under it. */
export type Connection = Readonly<{ webSocket: WebSocket; wire: Duplex }>;

/** What a stream sends through. */
export function outletOf({ webSocket, wire }: Connection, clock: Clock): Outlet {
  let sent: Promise<void> = Promise.resolve();
  let corked = false;
  /** Frames that are sent in one turn of the event loop go out in one write. */
  const cork = (): void => {
    if (corked) return;
    corked = true;
    wire.cork();
    clock.soon(() => {
      corked = false;
      wire.uncork();
    });
  };
  return {
    send: (text) => {
      cork();
      if (webSocket.bufferedAmount === 0) return webSocket.send(text);
      // Only a reader that lags costs a promise a frame.
      sent = new Promise((resolve) => webSocket.send(text, () => resolve()));
    },
    buffered: () => webSocket.bufferedAmount,
    drained: () => sent,
    isOpen: () => webSocket.readyState === webSocket.OPEN,
    close: (why) => hangUp(webSocket, why === 'broken' ? 1011 : closeCodes[why]),
  };
}

/** Begins the closing handshake. */
export function hangUp(webSocket: WebSocket, code: number): void {
  // A closing handshake is read like a frame: one that waits in the network would keep both sides half a minute.
  webSocket.resume();
  webSocket.close(code, reasons[code] ?? '');
}
