import type { Asked } from '../../api/ask.ts';

const states = ['any', 'open', 'ended'] as const;
const handoffs = ['any', 'with', 'without'] as const;
const trials = ['with', 'without', 'only'] as const;

/** Which sessions are listed; it stands in the address, so that a link can be shared. */
export type SessionFilter = Readonly<{
  agent: string | null;
  /** Days as people write them, 2026-05-03, both included. */
  from: string | null;
  to: string | null;
  state: (typeof states)[number];
  handoff: (typeof handoffs)[number];
  trial: (typeof trials)[number];
  /** From 0. */
  page: number;
}>;

export const allSessions: SessionFilter = {
  ...{ agent: null, from: null, to: null, page: 0 },
  ...{ state: 'any', handoff: 'any', trial: 'with' },
};

export const pageSize = 25;

export const choices = { state: states, handoff: handoffs, trial: trials };

const chosen = <Choice extends string>(all: readonly Choice[], asked: string | null, otherwise: Choice): Choice =>
  all.find((one) => one === asked) ?? otherwise;

export function readSessionFilter(query: URLSearchParams): SessionFilter {
  const page = Number(query.get('page') ?? 1);
  const text = (name: string): string | null => query.get(name) || null;
  return {
    agent: text('agent'),
    from: dayOf(text('from')),
    to: dayOf(text('to')),
    state: chosen(states, query.get('state'), 'any'),
    handoff: chosen(handoffs, query.get('handoff'), 'any'),
    trial: chosen(trials, query.get('trial'), 'with'),
    page: Number.isSafeInteger(page) && page > 1 ? page - 1 : 0,
  };
}

/** @returns what stands behind the path, with its `?`; empty where nothing is filtered. */
export function writeSessionFilter(filter: SessionFilter): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    const isLeftOut = value === null || value === allSessions[name as keyof SessionFilter];
    if (!isLeftOut) query.set(name, name === 'page' ? String(filter.page + 1) : String(value));
  }
  return query.size === 0 ? '' : `?${query}`;
}

export const isFiltered = (filter: SessionFilter): boolean => writeSessionFilter({ ...filter, page: 0 }) !== '';

/** What the server is asked. Days begin and end where the reader lives. */
export function askedOf(filter: SessionFilter): NonNullable<Asked['query']> {
  const { agent, from, to, state, handoff, trial, page } = filter;
  return {
    page_number: page,
    page_size: pageSize,
    agent_id: agent ?? undefined,
    from_date: from === null ? undefined : startOf(from, 0),
    to_date: to === null ? undefined : startOf(to, 1),
    state: state === 'any' ? undefined : state,
    handoff: handoff === 'any' ? undefined : handoff,
    trial: trial === 'with' ? undefined : trial,
  };
}

const dayForm = /^(\d{4})-(\d{2})-(\d{2})$/;

function dayOf(text: string | null): string | null {
  return text !== null && dayForm.test(text) && !Number.isNaN(Date.parse(text)) ? text : null;
}

function startOf(day: string, later: number): string {
  const [, year, month, date] = dayForm.exec(day) ?? [];
  return new Date(Number(year), Number(month) - 1, Number(date) + later).toISOString();
}

/** The draft that a trial runs; null of published versions. Trials are numbered by revision and by who is the live agent. */
export function revisionOf(version: number): number | null {
  return version < 0 ? Math.floor(-version / 2) : null;
}
