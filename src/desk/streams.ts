import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { DeskSync } from '../contract/desk-api.ts';
import type { Cancel, Clock } from '../platform/clock.ts';
import type { DeskStore } from './store/desk-store.ts';

/*
 * Server-sent events for the pages (HTML Living Standard, 9.2).
 * 1. A stream has a cursor, and what it is sent is read from the store after that cursor. A hint that something changed
 *    may be lost or come twice; no change is.
 * 2. A reader that does not keep up is sent nothing more until it does; one that stands still for two heartbeats is
 *    closed, and resumes by its `Last-Event-ID`.
 */
export type Streams = Readonly<{
  /** Takes over a reply. @param after the cursor to go on from; null for the overview first. */
  open: (reply: FastifyReply, watcher: Watcher, after: number | null) => void;
  /** Something changed. */
  hint: () => void;
  /** Closes the streams of a sign-in. */
  closeOf: (signIn: string) => void;
  /** Closes all; later ones are closed at once. */
  stop: () => void;
}>;

export type Watcher = Readonly<{
  /** Names the sign-in. */
  signIn: string;
  /** Whether the sign-in still holds. Never rejects. */
  isSignedIn: () => Promise<boolean>;
}>;

type Stream = { readonly reply: FastifyReply; readonly watcher: Watcher; cursor: number; stalledBeats: number };

const heartbeatMs = 15_000;
/** How often it is asked whether sign-ins still hold; what was said of them is kept for three seconds, and five is promised. */
const lookMs = 2_000;
/** An event rather than a comment, which a page would not see: it tells by the beats that the stream lives. */
const beatEvent = 'event: beat\ndata:\n\n';
/** Rows of each kind in one event. */
const mostAtOnce = 200;
const mostStalledBeats = 2;
export const mostEnded = 100;

/** What a page starts with: all that is under way and the newest that ended, without entries. */
export const overviewOf = (store: DeskStore): DeskSync => ({
  cursor: store.cursor(),
  conversations: [...store.conversations.overview(mostEnded)],
  entries: [],
});

const eventOf = (sync: DeskSync): string => `id: ${sync.cursor}\ndata: ${JSON.stringify(sync)}\n\n`;

export function createStreams(store: DeskStore, clock: Clock): Streams {
  const streams = new Set<Stream>();
  let isHinted = false;
  let isStopped = false;
  const rounds = [regularly(clock, heartbeatMs, () => beat(streams)), regularly(clock, lookMs, () => look(streams))];
  const hint = (): void => {
    if (isHinted || isStopped || streams.size === 0) return;
    isHinted = true;
    // The changes of one turn go out together, and readers at the same cursor share one event.
    clock.soon(() => {
      isHinted = false;
      const events = new Map<number, DeskSync>();
      for (const stream of streams) feed(store, stream, events);
    });
  };
  return {
    hint,
    open: (reply, watcher, after) => {
      const stream: Stream = { reply, watcher, cursor: after ?? 0, stalledBeats: 0 };
      begin(reply);
      if (isStopped) return close(stream);
      streams.add(stream);
      reply.raw.on('close', () => {
        streams.delete(stream);
        if (streams.size === 0) for (const round of rounds) round.stop();
      });
      reply.raw.on('drain', () => feed(store, stream, new Map()));
      if (after === null) {
        const overview = overviewOf(store);
        stream.cursor = overview.cursor;
        reply.raw.write(eventOf(overview));
      } else feed(store, stream, new Map());
      for (const round of rounds) round.start();
    },
    closeOf: (signIn) => {
      for (const stream of streams) if (stream.watcher.signIn === signIn) close(stream);
    },
    stop: () => {
      isStopped = true;
      for (const round of rounds) round.stop();
      for (const stream of streams) close(stream);
    },
  };
}

function begin(reply: FastifyReply): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    // What was set on the reply before it was taken over: a cookie that was prolonged, for one.
    ...(reply.getHeaders() as OutgoingHttpHeaders),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // A stream ends only with its connection, so that a server that stops has nothing to wait for.
    connection: 'close',
  });
  // A reader that goes away is no error; its close says all.
  reply.raw.on('error', () => {});
  reply.raw.write('retry: 1000\n\n');
}

/** @param events made in this turn, by the cursor that they go on from. */
function feed(store: DeskStore, stream: Stream, events: Map<number, DeskSync>): void {
  const { raw } = stream.reply;
  while (!raw.writableEnded && !raw.destroyed && !raw.writableNeedDrain && stream.cursor < store.cursor()) {
    const sync = events.get(stream.cursor) ?? store.changesAfter(stream.cursor, mostAtOnce);
    events.set(stream.cursor, sync);
    stream.cursor = sync.cursor;
    raw.write(eventOf(sync));
  }
}

/** Tells readers that the stream lives, and cuts those that stand still. */
function beat(streams: ReadonlySet<Stream>): void {
  for (const stream of streams) {
    const { raw } = stream.reply;
    stream.stalledBeats = raw.writableNeedDrain ? stream.stalledBeats + 1 : 0;
    if (stream.stalledBeats >= mostStalledBeats) raw.destroy();
    else if (stream.stalledBeats === 0) raw.write(beatEvent);
  }
}

/** Closes the streams of sign-ins that ended. */
function look(streams: ReadonlySet<Stream>): void {
  for (const stream of streams) {
    void stream.watcher.isSignedIn().then((isSignedIn) => {
      if (!isSignedIn) close(stream);
    });
  }
}

function regularly(clock: Clock, ms: number, round: () => void): Readonly<{ start: () => void; stop: () => void }> {
  let cancel: Cancel | null = null;
  const run = (): void => {
    round();
    cancel = clock.after(ms, run);
  };
  return {
    start: () => {
      cancel ??= clock.after(ms, run);
    },
    stop: () => {
      cancel?.();
      cancel = null;
    },
  };
}

/** Ends a stream, and cuts it when its reader does not take the end. */
function close({ reply: { raw } }: Stream): void {
  if (raw.writableNeedDrain) raw.destroy();
  else raw.end(() => raw.socket?.destroySoon());
}
