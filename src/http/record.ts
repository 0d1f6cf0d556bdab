import { utterance } from '../contract/desk-calls.ts';
import { insightsQuery, isWithheld, reportParameters, sessionReport } from '../contract/insights.ts';
import { eventOnWire, eventsQuery, type OpenCall } from '../contract/manage.ts';
import { isMessage, type SessionEvent } from '../core/events.ts';
import { replay } from '../core/evolve.ts';
import { deliveryId, type Store } from '../store/store.ts';
import { WrittenJson } from './answers.ts';
import { accept, HttpError, sessionNotFound, wrongShape } from './http-error.ts';
import { sessionIdOf } from './live-agent.ts';
import type { HttpParts } from './parts.ts';
import type { Asked, Handlers } from './serve.ts';

const defaultLimit = 100;
const defaultPageSize = 20;
const largestPageSize = 100;
/** Longer logs are read on the thread of reports; for shorter ones the way there costs more than the reading. */
const longestLogHere = 500;
/** Of all sessions of a page; the thread of reports reads some hundred thousand in a second. */
const mostEventsAtOnce = 200_000;

type Events = readonly SessionEvent[];

export function recordHandlers({ store, engine }: HttpParts): Handlers {
  const page = async (asked: Asked, read: (id: string, after: number, limit: number) => Promise<Events>) => {
    const { after = '0', limit = String(defaultLimit) } = accept(eventsQuery.read(asked.query));
    const session = await engine.read(sessionIdOf(asked));
    if (session === null) throw sessionNotFound();
    const found = await read(session.id, Number(after), Number(limit) + 1);
    const shown = found.slice(0, Number(limit));
    return { session, shown, next_after: found.length > shown.length ? (shown.at(-1)?.seq ?? null) : null };
  };
  return {
    listEvents: async (asked) => {
      const { session, shown, next_after } = await page(asked, store.sessions.readEvents);
      const open = await openCalls(store, session.id, shown);
      return { events: shown.map((event) => eventOnWire(session, event, open.get(event.seq))), next_after };
    },
    readTranscript: async (asked) => {
      const { session, shown, next_after } = await page(asked, (id, after, limit) =>
        store.sessions.readMessages(id, after, Number.MAX_SAFE_INTEGER, limit),
      );
      const kept = shown.filter((event) => !isWithheld(session, event));
      return { transcription: kept.filter(isMessage).map((event) => utterance(event)), next_after };
    },
    listInsights: async ({ query }) => listInsights(store, query),
    getInsight: async (asked) => {
      const id = sessionIdOf(asked);
      const start = await store.sessions.readEvents(id, 0, longestLogHere);
      if (start.length === longestLogHere) {
        const written = await store.reports.report(id);
        if (written !== null) return new WrittenJson(written);
      }
      const session = replay(start);
      if (session === null) throw sessionNotFound();
      return sessionReport(session, start, await store.deliveries.debt(session.id));
    },
    getParameters: async (asked) => {
      const session = await engine.read(sessionIdOf(asked));
      if (session === null) throw sessionNotFound();
      return { id: session.id, parameters: reportParameters(session) };
    },
  };
}

/** By the seq of their event; of several calls the handoff's, which comes first by its lane, and then the first. */
async function openCalls({ deliveries }: Store, id: string, shown: Events): Promise<ReadonlyMap<number, OpenCall>> {
  const [first, last] = [shown[0], shown.at(-1)];
  const found = new Map<number, OpenCall>();
  if (first === undefined || last === undefined) return found;
  for (const call of await deliveries.open(id, first.seq, last.seq)) {
    const state = call.state === 'dead' ? 'dead' : 'owed';
    if (!found.has(call.seq)) found.set(call.seq, { ...call, id: deliveryId(call), state });
  }
  return found;
}

async function listInsights(store: Store, query: unknown) {
  const asked = accept(insightsQuery.read(query));
  const size = Math.min(Math.max(Number(asked.page_size ?? defaultPageSize), 1), largestPageSize);
  const number = Number(asked.page_number ?? 0);
  const { total, events, reports } = await store.reports.sessions({
    from: readDate(asked.from_date, 'from_date'),
    to: readDate(asked.to_date, 'to_date'),
    virtualAgentId: asked.agent_id,
    isOpen: asked.state && asked.state === 'open',
    hasHandoff: asked.handoff && asked.handoff === 'with',
    isTrial: trials[asked.trial ?? 'with'],
    offset: number * size,
    limit: size,
    mostEvents: mostEventsAtOnce,
  });
  if (reports === null) {
    throw new HttpError('too-much', `These sessions hold ${events} events together; ask for a smaller page_size.`);
  }
  const rest = JSON.stringify({ page_number: number, page_size: size, total });
  return new WrittenJson('{"sessions":', reports, `,${rest.slice(1)}`);
}

const trials = { with: undefined, without: false, only: true } as const;

/** @returns ms since 1970. @throws HttpError when it is no date. */
function readDate(text: string | undefined, path: string): number | undefined {
  if (text === undefined) return undefined;
  const date = Date.parse(text);
  if (!Number.isNaN(date)) return date;
  throw wrongShape([
    { path, message: 'Give an ISO 8601 date or instant, for instance 2026-05-03 or 2026-05-03T07:56:26Z.' },
  ]);
}
