/** When a key ends, as it is chosen. */
export type End = 'never' | 'month' | 'quarter' | 'year' | 'day';

const dayMs = 24 * 3_600_000;
const days = { month: 30, quarter: 90, year: 365 } as const;

/**
 * @param day the last one on which the key opens something, as a date field has it; by the clock of whoever chooses.
 * @param now ms. @returns the instant from which it opens nothing; null for no end; undefined where no day that is to come is
 * chosen.
 */
export function endOf(end: End, day: string, now: number): string | null | undefined {
  if (end === 'never') return null;
  if (end !== 'day') return new Date(now + days[end] * dayMs).toISOString();
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const at = new Date(year, month - 1, date + 1);
  return at.getTime() > now ? at.toISOString() : undefined;
}
