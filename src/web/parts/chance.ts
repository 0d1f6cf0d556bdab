const shortestMs = 500;
const longestMs = 10_000;

/** How long to wait before attempt `attempt` (from 0): doubling, and spread so that many do not come at once. */
export function backoffMs(attempt: number, random = Math.random()): number {
  const most = Math.min(longestMs, shortestMs * 2 ** Math.min(attempt, 10));
  return Math.round(most * (0.5 + random / 2));
}

/** An id that nobody else has. `crypto.randomUUID` is missing where a page comes by plain HTTP from another machine. */
export function newId(): string {
  if ('randomUUID' in crypto) return crypto.randomUUID();
  const bytes = (crypto as Crypto).getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
