import type { DatabaseSync } from 'node:sqlite';
import { endpointDebtOf, endpointDebts, paddedDigits } from '../rows/endpoint-row.ts';
import { debtReader } from '../sqlite/sqlite-deliveries.ts';
import { numbered } from '../sqlite/sqlite-drafts.ts';
import { sessionReads } from '../sqlite/sqlite-sessions.ts';
import type { ReportStore, SessionFilter } from '../store.ts';
import { plainConditions, reportPages, reportRow } from './report-pages.ts';

const debts = endpointDebts(
  'GROUP_CONCAT(DISTINCT kind)',
  `printf('%0${paddedDigits}d', COALESCE(settled_at, due_at))`,
  'deliveries INDEXED BY deliveries_open',
);

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
    endpoints: async (limit) => database.prepare(debts).all(numbered(limit)).map(endpointDebtOf),
  });
}

function conditionsOf(filter: SessionFilter): { where: string; values: Record<string, string | number> } {
  const conditions = ['started_at >= $from', 'started_at < $to', ...plainConditions(filter)];
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
