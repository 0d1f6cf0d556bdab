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

export type Stream = Readonly<{
  offer: (change: Change) => void;
  /** The log reaches at least this far; `ended` says that nothing for the end user comes after it. */
  reaches: (seq: number, ended: boolean) => void;
  tell: (frame: ServerFrame) => void;
}>;

export type StreamParts = Readonly<{
  outlet: Outlet;
  clock: Clock;
  read: (after: number, limit: number) => Promise<readonly SessionEvent[]>;
  /** The last seq that the reader has. */
  after: number;
}>;

const highWater = 512 * 1024;
const pageSize = 200;
const slowMs = 15_000;

export function createStream({ outlet, clock, read, after }: StreamParts): Stream {
  let cursor = after;
  let head = 0;
  let reading = false;
  let over = false;

  const send = (events: readonly SessionEvent[]): void => {
    for (const event of events) {
      if (event.seq <= cursor) continue;
      const frame = frameOf(event);
      if (frame !== null) outlet.send(JSON.stringify(frame));
      cursor = event.seq;
      if (event.kind === 'session-ended') return outlet.close('ended');
    }
  };

  const roomMade = async (): Promise<boolean> => {
    if (outlet.buffered() < highWater) return true;
    let late = false;
    const taken = outlet.drained();
    const timeout = new Promise<void>((resolve) => {
      const cancel = clock.after(slowMs, () => {
        late = true;
        resolve();
      });
      void taken.then(cancel);
    });
    await Promise.race([taken, timeout]);
    if (late) outlet.close('slow');
    return !late;
  };

  const catchUp = async (): Promise<void> => {
    while (outlet.isOpen() && cursor < head && (await roomMade())) {
      const events = await read(cursor, pageSize);
      if (events.length === 0) return;
      send(events);
    }
  };

  const pump = (): void => {
    if (reading || !outlet.isOpen()) return;
    if (cursor >= head) {
      if (over) outlet.close('ended');
      return;
    }
    reading = true;
    catchUp().then(
      () => {
        reading = false;
        pump();
      },
      () => outlet.close('broken'),
    );
  };

  return {
    offer: (change) => {
      head = Math.max(head, change.session.version);
      const continues = !reading && change.before <= cursor && outlet.buffered() < highWater;
      if (continues && outlet.isOpen()) send(change.events);
      else pump();
    },
    reaches: (seq, ended) => {
      head = Math.max(head, seq);
      over = ended;
      pump();
    },
    tell: (frame) => {
      if (outlet.isOpen()) outlet.send(JSON.stringify(frame));
    },
  };
}
