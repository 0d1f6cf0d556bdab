import type { Change, Signal } from '../engine/changes.ts';
import type { Stream } from './stream.ts';

/** Which streams watch which session. */
export type Hub = Readonly<{
  join: (sessionId: string, stream: Stream) => void;
  leave: (sessionId: string, stream: Stream) => void;
  /** How many watch a session. */
  count: (sessionId: string) => number;
  /** Hands committed changes to the streams until the feed ends. */
  follow: (changes: AsyncIterable<readonly Change[]>) => Promise<void>;
  /** Hands on what is no fact, likewise. */
  followSignals: (signals: AsyncIterable<readonly Signal[]>) => Promise<void>;
}>;

export function createHub(): Hub {
  const watched = new Map<string, Set<Stream>>();
  return {
    join: (sessionId, stream) => {
      const streams = watched.get(sessionId) ?? new Set();
      watched.set(sessionId, streams.add(stream));
    },
    leave: (sessionId, stream) => {
      const streams = watched.get(sessionId);
      streams?.delete(stream);
      if (streams?.size === 0) watched.delete(sessionId);
    },
    count: (sessionId) => watched.get(sessionId)?.size ?? 0,
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
  };
}
