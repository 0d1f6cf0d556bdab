import { everything, type Shown } from './story/story.ts';

/** What is shown of one session; it stands in the address, so that a link can be shared. */
export type View = Readonly<{
  shown: Shown;
  /** The seq of the event that a link leads to. */
  event: number | null;
  /** The delivery that is opened beside the log. */
  delivery: string | null;
}>;

const names = ['nodes', 'parameters', 'deliveries'] as const;

export function readView(query: URLSearchParams): View {
  const hidden = new Set(query.get('hide')?.split(',') ?? []);
  const event = Number(query.get('event') ?? Number.NaN);
  const shown = Object.fromEntries(names.map((name) => [name, !hidden.has(name)]));
  return {
    shown: { ...everything, ...shown },
    event: Number.isSafeInteger(event) && event > 0 ? event : null,
    delivery: query.get('delivery'),
  };
}

/** @returns what stands behind the path, with its `?`. */
export function writeView({ shown, event, delivery }: View): string {
  const query = new URLSearchParams();
  const hidden = names.filter((name) => !shown[name]);
  if (hidden.length > 0) query.set('hide', hidden.join(','));
  if (event !== null) query.set('event', String(event));
  if (delivery !== null) query.set('delivery', delivery);
  return query.size === 0 ? '' : `?${query}`;
}
