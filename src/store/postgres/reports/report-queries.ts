import { plainConditions, reportPages, reportRow } from '../../reports/report-pages.ts';
import { endpointDebtOf, endpointDebts, paddedDigits } from '../../rows/endpoint-row.ts';
import type { ReportStore, SessionFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Days } from '../days.ts';
import { debtReader } from '../deliveries.ts';
import { sessionReads } from '../sessions.ts';

const debts = endpointDebts(
  "STRING_AGG(DISTINCT kind, ',')",
  `LPAD(COALESCE(settled_at, due_at)::text, ${paddedDigits}, '0')`,
  'deliveries',
);

/** The long reads themselves, on whatever connection they are given. */
export function reportQueries(database: Database, days: Days): ReportStore {
  const { readEvents } = sessionReads(days);
  return reportPages({
    readEvents,
    debt: debtReader(days),
    find: async (filter) => {
      const { where, values } = conditionsOf(filter);
      const [count] = await database.run(`SELECT COUNT(*) AS total FROM sessions WHERE ${where}`, values);
      const place = values.length;
      const rows = await database.run(
        `SELECT id, version FROM sessions WHERE ${where}
         ORDER BY started_at DESC, id DESC LIMIT $${place + 1} OFFSET $${place + 2}`,
        [...values, filter.limit, filter.offset],
      );
      return { total: Number(count?.total), rows: rows.map(reportRow) };
    },
    endpoints: async (limit) => (await database.run(debts, [limit])).map(endpointDebtOf),
  });
}

function conditionsOf(filter: SessionFilter): { where: string; values: readonly unknown[] } {
  const { from, to, virtualAgentId } = filter;
  const where = ['started_at >= $1 AND started_at < $2', ...plainConditions(filter)].join(' AND ');
  const values = [from ?? 0, to ?? Number.MAX_SAFE_INTEGER];
  if (virtualAgentId === undefined) return { where, values };
  return { where: `${where} AND agent_id = $3`, values: [...values, virtualAgentId] };
}
