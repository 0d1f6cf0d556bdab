import type { CallKind } from '../../core/events.ts';
import type { EndpointDebt } from '../store.ts';

/**
 * What `endpointDebtOf` wants of calls that are owed or dead, worst first. Of several failures the newest is told, as far
 * as the next try or the end of its call says. Code of nodes has no endpoint.
 * @param kinds each once, joined by commas. @param padded an instant as text that sorts as it does.
 */
export const endpointDebts = (kinds: string, padded: string, from: string): string =>
  `SELECT url, ${kinds} AS kinds, SUM(CASE WHEN state = 'owed' THEN 1 ELSE 0 END) AS owed,
     SUM(CASE WHEN state = 'owed' AND attempts > 0 THEN 1 ELSE 0 END) AS stuck,
     SUM(CASE WHEN state = 'dead' THEN 1 ELSE 0 END) AS dead,
     SUM(CASE WHEN state = 'dead' OR attempts > 0 THEN 1 ELSE 0 END) AS bad,
     MIN(CASE WHEN state = 'owed' THEN owed_at END) AS oldest,
     MAX(CASE WHEN last_failure IS NOT NULL THEN ${padded} || last_failure END) AS failure
   FROM ${from} WHERE state IN ('owed', 'dead') AND url <> ''
   GROUP BY url ORDER BY bad DESC, owed DESC, url LIMIT $1`;

export const paddedDigits = 15;

export const endpointDebtOf = (row: Record<string, unknown>): EndpointDebt => ({
  url: String(row.url),
  kinds: String(row.kinds).split(',') as CallKind[],
  owed: Number(row.owed),
  stuck: Number(row.stuck),
  dead: Number(row.dead),
  oldestOwedAt: row.oldest === null ? null : Number(row.oldest),
  lastFailure: row.failure === null ? null : String(row.failure).slice(paddedDigits),
});
