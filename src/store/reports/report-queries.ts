import type { DatabaseSync } from 'node:sqlite';
import { debtReader } from '../sqlite/sqlite-deliveries.ts';
import { sessionReads } from '../sqlite/sqlite-sessions.ts';
import type { ReportStore, SessionFilter } from '../store.ts';
import { reportPages, reportRow } from './report-pages.ts';

/** The long reads themselves, on whatever connection they are given. */
export function reportQueries(database: DatabaseSync): ReportStore {
  const { readEvents } = sessionReads(database);
  return reportPages({
    readEvents,
    debt: debtReader(database),
    find: async (filter) => {
      const { where, values } = conditionsOf(filter);
      const { total } = database.prepare(`SELECT COUNT(*) AS total FROM sessions WHERE ${where}`).get(values) ?? {};
      const rows = database
        .prepare(
          `SELECT id, version FROM sessions WHERE ${where} ORDER BY started_at DESC, id DESC LIMIT $limit OFFSET $offset`,
        )
        .all({ ...values, limit: filter.limit, offset: filter.offset });
      return { total: Number(total ?? 0), rows: rows.map(reportRow) };
    },
  });
}

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
