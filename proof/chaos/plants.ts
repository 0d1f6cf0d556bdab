import type { SessionRecord, Trouble } from './record.ts';

/** Wounds to the record of one session, and what each must be reported as. They prove the prover, not the program. */
type Plant = Readonly<{
  expected: Trouble['kind'];
  /** @returns whether the session had what is hurt. */
  hurt: (session: SessionRecord) => boolean;
}>;

const nthInbound = ({ arrivals }: SessionRecord, nth: number): number => {
  const seen = new Set<string>();
  const firsts = arrivals.flatMap(({ about }, index) => {
    const isFirst = about.startsWith('inbound') && !seen.has(about);
    seen.add(about);
    return isFirst ? [index] : [];
  });
  return firsts[nth] ?? -1;
};

const swap = <Item>(items: Item[], left: number, right: number): boolean => {
  const [one, other] = [items[left], items[right]];
  if (one === undefined || other === undefined || left === right) return false;
  items[left] = other;
  items[right] = one;
  return true;
};

const without = (session: SessionRecord, about: string): boolean => {
  const kept = session.arrivals.filter((arrival) => arrival.about !== about);
  session.arrivals.splice(0, session.arrivals.length, ...kept);
  return true;
};

export const plants = {
  'arrival-dropped': {
    expected: 'lost',
    hurt: (session) => {
      const arrival = session.arrivals[nthInbound(session, 1)];
      return arrival !== undefined && without(session, arrival.about);
    },
  },
  'arrivals-swapped': {
    expected: 'reordered',
    hurt: (session) => swap(session.arrivals, nthInbound(session, 0), nthInbound(session, 1)),
  },
  'repeat-renamed': {
    expected: 'other id',
    hurt: (session) => {
      const arrival = session.arrivals[nthInbound(session, 0)];
      return arrival !== undefined && session.arrivals.push({ ...arrival, id: `${arrival.id}0` }) > 0;
    },
  },
  'repeat-rewritten': {
    expected: 'changed',
    hurt: (session) => {
      const arrival = session.arrivals[nthInbound(session, 0)];
      return arrival !== undefined && session.arrivals.push({ ...arrival, digest: 'other' }) > 0;
    },
  },
  'accepted-forgotten': {
    expected: 'lost',
    hurt: (session) => {
      const said = session.said.find(({ acceptedSeq }) => acceptedSeq !== null && acceptedSeq > 0);
      const cut = session.log.filter(({ seq }) => seq !== said?.acceptedSeq);
      session.log = cut.map((event, index) => ({ ...event, seq: index + 1 }));
      return said !== undefined;
    },
  },
  'log-hole': {
    expected: 'lost',
    hurt: (session) => {
      session.log = session.log.filter(({ kind }) => kind !== 'node-entered');
      return session.log.length > 0;
    },
  },
  'frame-dropped': {
    expected: 'lost',
    hurt: ({ tabs }) => (tabs[0]?.frames.splice(2, 1).length ?? 0) > 0,
  },
  'frames-swapped': {
    expected: 'reordered',
    hurt: ({ tabs }) => swap(tabs[0]?.frames ?? [], 2, 3),
  },
  'frame-repeated': {
    expected: 'twice',
    hurt: ({ tabs }) => {
      const [frame] = tabs[0]?.frames ?? [];
      return frame !== undefined && (tabs[0]?.frames.push(frame) ?? 0) > 0;
    },
  },
  'answer-twice': {
    expected: 'other id',
    hurt: ({ asked }) =>
      asked.find(({ verdict, text }) => verdict === 'accepted' && text !== null)?.uuids.add('x') !== undefined,
  },
  'refused-but-kept': {
    expected: 'owner',
    hurt: ({ said }) => {
      const [one] = said;
      if (one === undefined) return false;
      one.acceptedSeq = null;
      one.refused = true;
      return true;
    },
  },
  'dead-unasked': {
    expected: 'dead',
    hurt: (session) => {
      session.dead = [...session.dead, `${session.id}-h1-9-0`];
      return true;
    },
  },
  'nobody-handed-back': {
    expected: 'outcome',
    hurt: ({ asked }) => {
      const at = asked.findIndex(({ text, verdict }) => text === null && verdict === 'accepted');
      return at >= 0 && asked.splice(at, 1).length > 0;
    },
  },
  'ended-early': {
    expected: 'reordered',
    hurt: ({ arrivals }) => {
      const ended = arrivals.findIndex(({ about }) => about.startsWith('ended'));
      const start = arrivals.findIndex(
        ({ lane, about }) => lane === arrivals[ended]?.lane && about.startsWith('start'),
      );
      return ended >= 0 && start >= 0 && swap(arrivals, start, ended);
    },
  },
} as const satisfies Record<string, Plant>;

export type PlantName = keyof typeof plants;

export const plantNames = Object.keys(plants) as PlantName[];

/** Hurts the first session that has what is to be hurt. @throws Error when there is none, or no such plant. */
export function plant(name: string, sessions: readonly SessionRecord[]): void {
  const found = Object.hasOwn(plants, name) ? plants[name as PlantName] : undefined;
  if (found === undefined) throw new Error(`There is no plant "${name}"; choose one of ${plantNames.join(', ')}.`);
  if (!sessions.some((session) => found.hurt(session))) throw new Error(`No session has what "${name}" hurts.`);
}
