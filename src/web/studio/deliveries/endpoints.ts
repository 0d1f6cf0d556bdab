import type { AnswerTo } from '../api/ask.ts';

export type EndpointsAnswer = AnswerTo<'listEndpoints'>;
/** An endpoint as the server sees it: what is owed to it now, and how calls went since the process started. */
export type Endpoint = EndpointsAnswer['endpoints'][number];

/** From the best to the worst. */
export const healths = ['nothing', 'healthy', 'troubled', 'down'] as const;
export type Health = (typeof healths)[number];

/** People wait for what an endpoint does; from here on they notice. */
const slowMs = 2_000;
/** A failure is news for so long, also when calls were taken after it. */
const latelyMs = 5 * 60_000;

/** How an endpoint fares. @param now ms since 1970. */
export function healthOf({ stuck, dead, since_start: calls }: Endpoint, now: number): Health {
  const taken = instantOf(calls?.last_delivered_at);
  const failed = instantOf(calls?.last_failed_at);
  const isFailing = failed > taken;
  if (stuck > 0 && (isFailing || taken === never)) return 'down';
  if (stuck > 0 || isFailing || now - failed < latelyMs || (calls?.typical_ms ?? 0) >= slowMs) return 'troubled';
  if (taken !== never) return 'healthy';
  // What died before the server started says nothing about the endpoint as it is now, but all is not well with it.
  return dead > 0 ? 'troubled' : 'nothing';
}

const never = Number.NEGATIVE_INFINITY;

const instantOf = (at: string | null | undefined): number => (at ? Date.parse(at) : never);

export type Desk = Readonly<{
  /** Scheme, host and port; empty of what has no URL, such as code in the sandbox. */
  origin: string;
  endpoints: readonly (Endpoint & Readonly<{ health: Health; path: string }>)[];
}>;

/** Endpoints of one origin are one desk. The worst stand first, among equals those with more that waits. */
export function desksOf(endpoints: readonly Endpoint[], now: number): readonly Desk[] {
  const desks = new Map<string, Desk['endpoints'][number][]>();
  for (const endpoint of endpoints) {
    const { origin, path } = partsOf(endpoint.url);
    if (path.startsWith(trialDesk) && endpoint.owed + endpoint.dead === 0) continue;
    const known = desks.get(origin) ?? [];
    known.push({ ...endpoint, path, health: healthOf(endpoint, now) });
    desks.set(origin, known);
  }
  return [...desks]
    .map(([origin, all]) => ({ origin, endpoints: all.toSorted(worstFirst) }))
    .toSorted((one, other) => {
      const [first, second] = [one.endpoints[0], other.endpoints[0]];
      return (first && second && worstFirst(first, second)) || one.origin.localeCompare(other.origin);
    });
}

/** Where drafts that are tried are answered by who tries them: nobody's desk, unless something is wrong with it. */
const trialDesk = '/trial-desk/';

type Judged = Desk['endpoints'][number];

const worstFirst = (one: Judged, other: Judged): number =>
  healths.indexOf(other.health) - healths.indexOf(one.health) ||
  other.stuck + other.dead - (one.stuck + one.dead) ||
  other.owed - one.owed ||
  one.path.localeCompare(other.path);

/** A URL as its origin and the rest. One that cannot be read, such as a template, is all origin. */
export function partsOf(url: string): Readonly<{ origin: string; path: string }> {
  if (!URL.canParse(url)) return { origin: url, path: '' };
  const { origin } = new URL(url);
  return url.startsWith(origin) ? { origin, path: url.slice(origin.length) } : { origin, path: new URL(url).pathname };
}
