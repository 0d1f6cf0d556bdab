import type { CallKind } from '../core/events.ts';

/** What came of the calls to one URL since the process began, as far back as it is remembered. */
export type EndpointUse = Readonly<{
  url: string;
  kinds: ReadonlySet<CallKind>;
  delivered: number;
  failed: number;
  lastDeliveredAt: number | null;
  lastFailedAt: number | null;
  /** The median of the last ones that were taken, ms. */
  typicalMs: number | null;
}>;

export type EndpointUses = Readonly<{
  /** A call was made. @param at when it was over. */
  note: (call: Readonly<{ url: string; kind: CallKind; taken: boolean; tookMs: number; at: number }>) => void;
  all: () => readonly EndpointUse[];
}>;

const mostUrls = 1_000;
const mostTimes = 20;

type Kept = {
  readonly kinds: Set<CallKind>;
  delivered: number;
  failed: number;
  lastDeliveredAt: number | null;
  lastFailedAt: number | null;
  readonly times: number[];
};

/** Remembers as many URLs as a studio would look at; the one that was not called for longest is forgotten first. */
export function endpointUses(): EndpointUses {
  const known = new Map<string, Kept>();
  const kept = (url: string): Kept => {
    const found = known.get(url);
    const use = found ?? { ...{ kinds: new Set<CallKind>(), delivered: 0, failed: 0, times: [] }, ...never() };
    // Put last, so that the first one is always the oldest.
    known.delete(url);
    const oldest = known.size >= mostUrls ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(url, use);
    return use;
  };
  return {
    note: ({ url, kind, taken, tookMs, at }) => {
      const use = kept(url);
      use.kinds.add(kind);
      if (!taken) {
        use.failed += 1;
        use.lastFailedAt = at;
        return;
      }
      use.delivered += 1;
      use.lastDeliveredAt = at;
      use.times.push(tookMs);
      if (use.times.length > mostTimes) use.times.shift();
    },
    all: () => [...known].map(([url, { times, ...use }]) => ({ url, ...use, typicalMs: median(times) })),
  };
}

const never = (): Pick<Kept, 'lastDeliveredAt' | 'lastFailedAt'> => ({ lastDeliveredAt: null, lastFailedAt: null });

const median = (times: readonly number[]): number | null =>
  times.toSorted((one, other) => one - other)[Math.floor((times.length - 1) / 2)] ?? null;
