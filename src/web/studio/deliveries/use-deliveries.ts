import { useEffect, useState } from 'preact/hooks';
import { type Answer, ask } from '../api/ask.ts';
import { type Asking, useAsked } from '../api/use-asked.ts';
import { type Delivery, type DeliveryList, type Filter, merged, statesOf } from './filter.ts';

const step = 100;
/** The server's own limit of one question. */
export const mostShown = 1_000;

export type Shown = Readonly<{ deliveries: readonly Delivery[]; hasMore: boolean }>;

export type Deliveries = Readonly<{
  asking: Asking<Shown>;
  again: () => Promise<void>;
  /** Null when no more can be shown at once. */
  more: (() => void) | null;
}>;

/**
 * The list that a filter leads to. It is always asked for from its start, so that whatever was settled meanwhile is gone
 * from all of it when it is renewed.
 */
export function useDeliveries(filter: Filter): Deliveries {
  const about = [filter.state, filter.url, filter.session].join(' ');
  const [wanted, setWanted] = useState({ about, limit: step });
  const limit = wanted.about === about ? wanted.limit : step;
  const { asking, again } = useAsked(about, () => askAll(filter, limit));
  // biome-ignore lint/correctness/useExhaustiveDependencies: more of the same are asked for at once.
  useEffect(() => {
    if (limit > step) void again();
  }, [limit]);
  const more = limit >= mostShown ? null : () => setWanted({ about, limit: Math.min(limit + 2 * step, mostShown) });
  return { asking, again, more };
}

async function askAll({ state, url, session }: Filter, limit: number): Promise<Answer<Shown>> {
  const answers = await Promise.all(
    statesOf(state).map((one) =>
      ask('listDeliveries', {
        query: { state: one, limit, session: session ?? undefined, url: url ?? undefined },
      }),
    ),
  );
  const failed = answers.find((answer) => answer.kind !== 'ok');
  if (failed !== undefined) return failed;
  const lists = answers.flatMap((answer): readonly DeliveryList[] => (answer.kind === 'ok' ? [answer.body] : []));
  return { kind: 'ok', body: merged(lists) };
}
