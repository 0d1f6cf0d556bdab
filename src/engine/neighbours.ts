import type { Feed } from '../platform/feed.ts';
import type { Hint } from '../store/hints/hints.ts';
import type { Change, News, Signal } from './changes.ts';
import type { SessionCache } from './session-cache.ts';
import type { Neighbourhood } from './submission.ts';

type Feeds = Readonly<{ hub: Feed<Change>; signals: Feed<Signal>; news: Feed<News> }>;

export type Neighbours = Readonly<{
  /** Tells whoever watches the session, now, what is no fact. */
  signal: (signal: Signal) => void;
  signals: () => AsyncIterable<readonly Signal[]>;
  /** What was committed by other instances, from now on; a hint too. */
  news: () => AsyncIterable<readonly News[]>;
  /** Looks how far sessions have got, and tells as `news` where this is new; for when hints are lost. */
  look: (sessionIds: readonly string[]) => Promise<void>;
}>;

/**
 * Tells the other instances what is committed here, and this one what they tell, until the feeds end.
 * @param neighbourhood null where this process is alone; then there is no news.
 */
export function neighbours(neighbourhood: Neighbourhood | null, cache: SessionCache, feeds: Feeds): Neighbours {
  const { signals, news } = feeds;
  if (neighbourhood !== null) {
    void tellChanges(neighbourhood, feeds);
    void hear(neighbourhood, cache, feeds);
  }
  return {
    signal: (signal) => {
      signals.publish([signal]);
      neighbourhood?.hints.tell([{ kind: 'typing', sessionId: signal.sessionId }]);
    },
    signals: signals.follow,
    news: news.follow,
    look: async (ids) => {
      const versions = (await neighbourhood?.store.versions(ids)) ?? new Map<string, number>();
      for (const [id, version] of versions) cache.moved(id, version);
      news.publish([...versions].map(([sessionId, version]) => ({ kind: 'moved', sessionId, version, caller: null })));
    },
  };
}

async function tellChanges({ store, hints }: Neighbourhood, { hub }: Feeds): Promise<void> {
  for await (const changes of hub.follow()) hints.tell(changes.map((change) => hintOf(change, store.self())));
}

async function hear({ hints }: Neighbourhood, cache: SessionCache, { signals, news }: Feeds): Promise<void> {
  for await (const heard of hints.follow()) {
    for (const hint of heard) if (hint.kind === 'moved') cache.moved(hint.sessionId, hint.version);
    news.publish(heard.filter((hint) => hint.kind !== 'typing'));
    signals.publish(heard.filter((hint) => hint.kind === 'typing').map(signalOf));
  }
}

/** The one who makes the calls need not be told what it has committed itself. */
function hintOf({ session, caller }: Change, self: number): Hint {
  const other = caller === null || caller.instance === self ? null : caller.instance;
  return { kind: 'moved', sessionId: session.id, version: session.version, caller: other };
}

const signalOf = ({ sessionId }: Extract<Hint, { kind: 'typing' }>): Signal => ({
  sessionId,
  kind: 'live-agent-typing',
});
