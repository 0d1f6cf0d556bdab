import type { DatabaseSync } from 'node:sqlite';
import { sessionReport } from '../../contract/insights.ts';
import { replay } from '../../core/evolve.ts';
import { debtReader } from '../sqlite/sqlite-deliveries.ts';
import { sessionReads } from '../sqlite/sqlite-sessions.ts';
import type { ReportStore, SessionFilter } from '../store.ts';

/** The long reads themselves, on whatever connection they are given. */
export function reportQueries(database: DatabaseSync): ReportStore {
  const { readEvents } = sessionReads(database);
  const debt = debtReader(database);
  const written = async (id: string): Promise<string | null> => {
    const events = await readEvents(id, 0, -1);
    const session = replay(events);
    return session === null ? null : JSON.stringify(sessionReport(session, events, debt(session.id)));
  };
  return {
    sessions: async (filter) => {
      const { where, values } = conditionsOf(filter);
      const { total } = database.prepare(`SELECT COUNT(*) AS total FROM sessions WHERE ${where}`).get(values) ?? {};
      const rows = database
        .prepare(
          `SELECT id, version FROM sessions WHERE ${where} ORDER BY started_at DESC, id DESC LIMIT $limit OFFSET $offset`,
        )
        .all({ ...values, limit: filter.limit, offset: filter.offset });
      const found = { total: Number(total ?? 0), events: rows.reduce((sum, { version }) => sum + Number(version), 0) };
      if (rows.length > 1 && found.events > filter.mostEvents) return { ...found, reports: null };
      const reports: string[] = [];
      // One after the other, so that one log at a time is in memory.
      for (const { id } of rows) reports.push((await written(String(id))) ?? '');
      return { ...found, reports: bytesOf(`[${reports.filter(Boolean).join(',')}]`) };
    },
    report: async (id) => {
      const report = await written(id);
      return report === null ? null : bytesOf(report);
    },
  };
}

const encoder = new TextEncoder();
const bytesOf = (text: string): Uint8Array => encoder.encode(text);

function conditionsOf(filter: SessionFilter): { where: string; values: Record<string, string | number> } {
  const conditions = ['started_at >= $from', 'started_at < $to'];
  const values: Record<string, string | number> = {
    from: filter.from ?? 0,
    to: filter.to ?? Number.MAX_SAFE_INTEGER,
  };
  if (filter.virtualAgentId !== undefined) {
    conditions.push('agent_id = $agent');
    values.agent = filter.virtualAgentId;
  }
  return { where: conditions.join(' AND '), values };
}
