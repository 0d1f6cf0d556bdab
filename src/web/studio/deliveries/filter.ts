import type { AnswerTo } from '../api/ask.ts';

export type DeliveryList = AnswerTo<'listDeliveries'>;
export type Delivery = DeliveryList['deliveries'][number];
/** As people say it: owed ones that were tried in vain are stuck. */
export type DeliveryState = 'owed' | 'stuck' | 'dead' | 'delivered' | 'skipped';

/** `attention` is what somebody should look at: stuck or dead. */
export const filterStates = ['attention', 'stuck', 'dead', 'owed', 'delivered', 'skipped'] as const;
export type FilterState = (typeof filterStates)[number];

/** What the list is to show; it stands in the address, so that a link can be shared. */
export type Filter = Readonly<{
  state: FilterState;
  /** The exact URL of an endpoint. Empty is the one of what has none. */
  url: string | null;
  session: string | null;
  /** The delivery that is opened. */
  open: string | null;
}>;

export const noFilter: Filter = { state: 'attention', url: null, session: null, open: null };

/** There are too many of what was settled to list it over all sessions. */
export const needsSession = (state: FilterState): boolean => state === 'delivered' || state === 'skipped';

export function readFilter(query: URLSearchParams): Filter {
  const session = query.get('session');
  const asked = filterStates.find((state) => state === query.get('state')) ?? 'attention';
  const state = needsSession(asked) && session === null ? 'attention' : asked;
  return { state, url: query.get('url'), session, open: query.get('open') };
}

/** @returns what stands behind the path, with its `?`; empty where nothing is filtered. */
export function writeFilter({ state, url, session, open }: Filter): string {
  const query = new URLSearchParams();
  if (state !== 'attention' && !(needsSession(state) && session === null)) query.set('state', state);
  for (const [name, value] of Object.entries({ url, session, open })) if (value !== null) query.set(name, value);
  return query.size === 0 ? '' : `?${query}`;
}

/** The states that the server is asked for; it lists one at a time. */
export function statesOf(state: FilterState): readonly DeliveryState[] {
  return state === 'attention' ? ['stuck', 'dead'] : [state];
}

/** A session id within whatever was pasted: an address, a delivery's id. Null when there is none. */
export function sessionIdIn(text: string): string | null {
  const found = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text);
  return found === null ? null : found[0].toLowerCase();
}

/** The server's order: by session, which begins with the time it was opened, lane and event. */
function inOrder(one: Delivery, other: Delivery): number {
  const [first, second] = [placeOf(one), placeOf(other)];
  const at = first.findIndex((part, index) => part !== second[index]);
  if (at < 0) return 0;
  return (first[at] ?? '') < (second[at] ?? '') ? -1 : 1;
}

const placeOf = ({ session_id, lane, seq, id }: Delivery): readonly (string | number)[] => [
  ...[session_id, lane, seq],
  Number(id.slice(id.lastIndexOf('-') + 1)),
];

/**
 * Lists that each begin at the start, as one. Where one of them goes on behind its end, what stands behind that in the
 * others is left out: something may belong between.
 */
export function merged(
  lists: readonly DeliveryList[],
): Readonly<{ deliveries: readonly Delivery[]; hasMore: boolean }> {
  const ends = lists.flatMap(({ deliveries, next_after }) => {
    const last = deliveries.at(-1);
    return next_after === null || last === undefined ? [] : [last];
  });
  const [end] = ends.toSorted(inOrder);
  const found = new Map(lists.flatMap(({ deliveries }) => deliveries.map((one) => [one.id, one] as const)));
  const shown = [...found.values()].filter((one) => end === undefined || inOrder(one, end) <= 0).toSorted(inOrder);
  return { deliveries: shown, hasMore: end !== undefined };
}

export function stateOf({ state, attempts }: Pick<Delivery, 'state' | 'attempts'>): DeliveryState {
  return state === 'owed' && attempts > 0 ? 'stuck' : state;
}

export const mayReplay = ({ state }: Pick<Delivery, 'state'>): boolean => state === 'dead';
export const maySkip = ({ state }: Pick<Delivery, 'state'>): boolean => state === 'dead' || state === 'owed';
