import type { Trouble } from '../record.ts';

/* What of the database that several nodes share would be wrong, whoever sees it. */

export type Row = Readonly<Record<string, unknown>>;

/** Whether it may never be so, or not when everybody is well and nobody says anything any more. */
export type When = 'ever' | 'in the end';

type Rule = Readonly<{ when: When; what: string; sql: string }>;

const rules: readonly Rule[] = [
  {
    when: 'ever',
    what: 'A call is owed in a session that nobody holds',
    sql: `SELECT d.session_id, d.lane, d.seq, d.part FROM deliveries d JOIN sessions s ON s.id = d.session_id
      WHERE d.state IN ('owed', 'dead') AND d.state = 'owed' AND s.caller IS NULL LIMIT 3`,
  },
  {
    when: 'in the end',
    what: 'A call is still owed',
    sql: `SELECT d.session_id, d.lane, d.seq, d.part, d.attempts, d.last_failure, s.caller, s.owed_seq
      FROM deliveries d JOIN sessions s ON s.id = d.session_id WHERE d.state = 'owed' LIMIT 3`,
  },
  {
    when: 'in the end',
    what: 'The log of a session has holes, or another end than its version',
    sql: `SELECT s.id AS session_id, s.version, count(e.seq) AS events, min(e.seq), max(e.seq)
      FROM sessions s LEFT JOIN events e ON e.session_id = s.id GROUP BY s.id, s.version
      HAVING count(e.seq) <> s.version OR max(e.seq) <> s.version OR min(e.seq) <> 1 LIMIT 3`,
  },
  {
    when: 'in the end',
    what: 'A wake-up has not come for half a minute',
    sql: `SELECT id AS session_id, wake_at FROM sessions
      WHERE wake_at < extract(epoch FROM clock_timestamp()) * 1000 - 30000 LIMIT 3`,
  },
];

/** @param ask asks the database. @param when in the end all rules count. @returns what is wrong. */
export async function brokenIn(ask: (sql: string) => Promise<readonly Row[]>, when: When): Promise<readonly Trouble[]> {
  const troubles: Trouble[] = [];
  for (const { what, sql } of rules.filter((rule) => rule.when === 'ever' || when === 'in the end')) {
    for (const row of await ask(sql)) {
      troubles.push({
        kind: 'lost',
        session: String(row.session_id),
        seq: null,
        what: `${what}: ${JSON.stringify(row)}`,
      });
    }
  }
  return troubles;
}
