import type { Change, News, Signal } from '../engine/changes.ts';
import type { Hints } from '../store/hints/hints.ts';
import type { Stream } from './stream.ts';

/** Which streams watch which session. */
export type Hub = Readonly<{
  join: (sessionId: string, stream: Stream) => void;
  leave: (sessionId: string, stream: Stream) => void;
  /** How many watch a session. */
  count: (sessionId: string) => number;
  /** The sessions that are watched. */
  watched: () => readonly string[];
  /** Hands committed changes to the streams until the feed ends. */
  follow: (changes: AsyncIterable<readonly Change[]>) => Promise<void>;
  /** Hands on what is no fact, likewise. */
  followSignals: (signals: AsyncIterable<readonly Signal[]>) => Promise<void>;
  /** Hands on how far logs have got elsewhere, likewise. @param missed is called when some may have been missed. */
  followNews: (news: AsyncIterable<readonly News[]>, missed: () => void) => Promise<void>;
}>;

/** @param hints is told which sessions are of interest; null where nobody else commits. */
export function createHub(hints: Pick<Hints, 'watch' | 'unwatch'> | null): Hub {
  const watched = new Map<string, Set<Stream>>();
  return {
    join: (sessionId, stream) => {
      const streams = watched.get(sessionId) ?? new Set();
      if (streams.size === 0) hints?.watch(sessionId);
      watched.set(sessionId, streams.add(stream));
    },
    leave: (sessionId, stream) => {
      const streams = watched.get(sessionId);
      streams?.delete(stream);
      if (streams?.size !== 0) return;
      watched.delete(sessionId);
      hints?.unwatch(sessionId);
    },
    count: (sessionId) => watched.get(sessionId)?.size ?? 0,
    watched: () => [...watched.keys()],
    follow: async (changes) => {
      for await (const batch of changes) {
        for (const change of batch) {
          for (const stream of watched.get(change.session.id) ?? []) stream.offer(change);
        }
      }
    },
    followSignals: async (signals) => {
      for await (const batch of signals) {
        for (const { sessionId } of batch) {
          for (const stream of watched.get(sessionId) ?? []) stream.hint({ type: 'typing' });
        }
      }
    },
    followNews: async (news, missed) => {
      for await (const batch of news) {
        for (const one of batch) {
          if (one.kind === 'missed') missed();
          if (one.kind !== 'moved') continue;
          for (const stream of watched.get(one.sessionId) ?? []) stream.notice(one.version);
        }
      }
    },
  };
}
