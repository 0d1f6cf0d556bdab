import { sessionReport } from '../../../contract/insights.ts';
import { replay } from '../../../core/evolve.ts';
import type { ReportStore, SessionFilter } from '../../store.ts';
import type { Database } from '../database.ts';
import type { Days } from '../days.ts';
import { debtReader } from '../deliveries.ts';
import { sessionReads } from '../sessions.ts';

/** The long reads themselves, on whatever connection they are given. */
export function reportQueries(database: Database, days: Days): ReportStore {
  const { readEvents } = sessionReads(days);
  const debt = debtReader(days);
  const written = async (id: string): Promise<string | null> => {
    const events = await readEvents(id, 0, -1);
    const session = replay(events);
    return session === null ? null : JSON.stringify(sessionReport(session, events, await debt(session.id)));
  };
  return {
    sessions: async (filter) => {
      const { where, values } = conditionsOf(filter);
      const [count] = await database.run(`SELECT COUNT(*) AS total FROM sessions WHERE ${where}`, values);
      const place = values.length;
      const rows = await database.run(
        `SELECT id, version FROM sessions WHERE ${where}
         ORDER BY started_at DESC, id DESC LIMIT $${place + 1} OFFSET $${place + 2}`,
        [...values, filter.limit, filter.offset],
      );
      const events = rows.reduce((sum, { version }) => sum + Number(version), 0);
      const found = { total: Number(count?.total), events };
      if (rows.length > 1 && events > filter.mostEvents) return { ...found, reports: null };
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

function conditionsOf({ from, to, virtualAgentId }: SessionFilter): { where: string; values: readonly unknown[] } {
  const where = 'started_at >= $1 AND started_at < $2';
  const values = [from ?? 0, to ?? Number.MAX_SAFE_INTEGER];
  if (virtualAgentId === undefined) return { where, values };
  return { where: `${where} AND agent_id = $3`, values: [...values, virtualAgentId] };
}
