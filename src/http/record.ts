import { utterance } from '../contract/desk-calls.ts';
import { insightsQuery, reportParameters, sessionReport, withheldIn } from '../contract/insights.ts';
import { eventOnWire, eventsQuery } from '../contract/manage.ts';
import { isMessage, type SessionEvent } from '../core/events.ts';
import { replay } from '../core/evolve.ts';
import type { Session } from '../core/session.ts';
import type { Store } from '../store/store.ts';
import { accept, sessionNotFound, wrongShape } from './http-error.ts';
import { sessionIdOf } from './live-agent.ts';
import type { HttpParts } from './parts.ts';
import type { Asked, Handlers } from './serve.ts';

const defaultLimit = 100;
const defaultPageSize = 20;
const largestPageSize = 100;

export function recordHandlers({ store }: HttpParts): Handlers {
  const wholeLog = async (asked: Asked): Promise<{ session: Session; events: readonly SessionEvent[] }> => {
    const events = await store.reports.log(sessionIdOf(asked));
    const session = replay(events);
    if (session === null) throw sessionNotFound();
    return { session, events };
  };
  const page = async (asked: Asked, wanted: (event: SessionEvent) => boolean) => {
    const { after = '0', limit = String(defaultLimit) } = accept(eventsQuery.read(asked.query));
    const { events } = await wholeLog(asked);
    const rest = events.filter((event) => event.seq > Number(after) && wanted(event));
    const shown = rest.slice(0, Number(limit));
    return {
      shown,
      withheld: withheldIn(events),
      next_after: rest.length > shown.length ? (shown.at(-1)?.seq ?? null) : null,
    };
  };
  return {
    listEvents: async (asked) => {
      const { shown, withheld, next_after } = await page(asked, () => true);
      return { events: shown.map((event) => eventOnWire(event, withheld(event))), next_after };
    },
    readTranscript: async (asked) => {
      const { shown, withheld, next_after } = await page(asked, isMessage);
      const transcription = shown.flatMap((event) => (isMessage(event) && !withheld(event) ? [utterance(event)] : []));
      return { transcription, next_after };
    },
    listInsights: async ({ query }) => listInsights(store, query),
    getInsight: async (asked) => {
      const { session, events } = await wholeLog(asked);
      return sessionReport(session, events);
    },
    getParameters: async (asked) => {
      const { session } = await wholeLog(asked);
      return { id: session.id, parameters: reportParameters(session) };
    },
  };
}

async function listInsights(store: Store, query: unknown) {
  const asked = accept(insightsQuery.read(query));
  const size = Math.min(Math.max(Number(asked.page_size ?? defaultPageSize), 1), largestPageSize);
  const number = Number(asked.page_number ?? 0);
  const { total, sessions } = await store.reports.sessions({
    from: readDate(asked.from_date, 'from_date'),
    to: readDate(asked.to_date, 'to_date'),
    virtualAgentId: asked.agent_id,
    offset: number * size,
    limit: size,
  });
  const reports = sessions.map(({ session, events }) => sessionReport(session, events));
  return { sessions: reports, page_number: number, page_size: size, total };
}

/** @returns ms since 1970. @throws HttpError when it is no date. */
function readDate(text: string | undefined, path: string): number | undefined {
  if (text === undefined) return undefined;
  const date = Date.parse(text);
  if (!Number.isNaN(date)) return date;
  throw wrongShape([
    { path, message: 'Give an ISO 8601 date or instant, for instance 2026-05-03 or 2026-05-03T07:56:26Z.' },
  ]);
}
