import { sessionReport } from '../../contract/insights.ts';
import { replay } from '../../core/evolve.ts';
import type { DeskDebt, ReportStore, SessionFilter, SessionStore } from '../store.ts';

/** Where reports are read from. */
export type ReportSource = Readonly<{
  readEvents: SessionStore['readEvents'];
  debt: (sessionId: string) => DeskDebt | Promise<DeskDebt>;
  /** How many sessions there are, and those of the page, newest first. */
  find: (filter: SessionFilter) => Promise<Readonly<{ total: number; rows: readonly SessionRow[] }>>;
  endpoints: ReportStore['endpoints'];
}>;

type SessionRow = Readonly<{ id: string; version: number }>;

/** Reports as the wire has them, from whatever engine. */
export function reportPages({ readEvents, debt, find, endpoints }: ReportSource): ReportStore {
  const written = async (id: string): Promise<string | null> => {
    const events = await readEvents(id, 0, -1);
    const session = replay(events);
    return session === null ? null : JSON.stringify(sessionReport(session, events, await debt(session.id)));
  };
  return {
    sessions: async (filter) => {
      const { total, rows } = await find(filter);
      const found = { total, events: rows.reduce((sum, { version }) => sum + version, 0) };
      if (rows.length > 1 && found.events > filter.mostEvents) return { ...found, reports: null };
      const reports: string[] = [];
      // One after the other, so that one log at a time is in memory.
      for (const { id } of rows) reports.push((await written(id)) ?? '');
      return { ...found, reports: bytesOf(`[${reports.filter(Boolean).join(',')}]`) };
    },
    report: async (id) => {
      const report = await written(id);
      return report === null ? null : bytesOf(report);
    },
    endpoints,
  };
}

/** A handoff always owes its start call, which is in the lane of the first. */
const handoff = "EXISTS (SELECT 1 FROM deliveries d WHERE d.session_id = sessions.id AND d.lane = 'h1')";

/** Conditions that need no values, in words of both engines. */
export function plainConditions({ isOpen, hasHandoff, isTrial }: SessionFilter): readonly string[] {
  return [
    ...(isOpen === undefined ? [] : [`ended = ${isOpen ? 0 : 1}`]),
    ...(hasHandoff === undefined ? [] : [hasHandoff ? handoff : `NOT ${handoff}`]),
    ...(isTrial === undefined ? [] : [`flow_version ${isTrial ? '<' : '>'} 0`]),
  ];
}

const encoder = new TextEncoder();
const bytesOf = (text: string): Uint8Array => encoder.encode(text);

export const reportRow = ({ id, version }: Record<string, unknown>): SessionRow => ({
  id: String(id),
  version: Number(version),
});
