/** What came of one attempt: an answer, or none (refused, broken, timed out, or not allowed to be made). */
export type AttemptResult =
  | Readonly<{ kind: 'answered'; status: number; retryAfterMs: number | null }>
  | Readonly<{ kind: 'unreached'; cause: string }>
  /** The endpoint may not be called at all, for instance because it lies in a private network. */
  | Readonly<{ kind: 'forbidden'; cause: string }>;

export type Verdict = 'delivered' | 'passing' | 'final';

const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);

/** Contract 3.8: any 2xx is delivery; no answer, 408, 425, 429 and 5xx pass; everything else is final. */
export function judge(result: AttemptResult): Verdict {
  if (result.kind === 'unreached') return 'passing';
  if (result.kind === 'forbidden') return 'final';
  if (result.status >= 200 && result.status < 300) return 'delivered';
  return passingStatuses.has(result.status) || result.status >= 500 ? 'passing' : 'final';
}

/** How long a call is tried after it became owed; a start call only until its handoff must be connected. */
export const deliveryWindowMs = 24 * 3_600_000;

const waitsMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const longestRetryAfterMs = 120_000;
const jitter = 0.2;

/**
 * When a call is looked at again after a passing failure (contract 3.8): never after `tryUntil`, and at `tryUntil` it is
 * exhausted instead of tried.
 * @param attempts made so far, 1 or more. @param at now. @param tryUntil when trying ends.
 * @param chance 0 to 1, spreads the wait by ±20 %. A `Retry-After` is honoured up to 120 s, and never shortens a wait.
 */
export function nextAttemptAt(
  attempts: number,
  at: number,
  tryUntil: number,
  chance: number,
  retryAfterMs: number | null,
): number {
  const wait = waitsMs[Math.min(attempts, waitsMs.length) - 1] ?? 30_000;
  const spread = Math.round(wait * (1 - jitter + 2 * jitter * chance));
  const asked = Math.min(retryAfterMs ?? 0, longestRetryAfterMs);
  return Math.min(at + Math.max(spread, asked), tryUntil);
}

/**
 * When a call that was stored is due: no later than the schedule would have it from now on. A later instant comes from a
 * clock that has been set back since, over a restart.
 * @param dueAt as it was stored. @param attempts made so far. @param at now, ms.
 */
export function storedDueAt(dueAt: number, attempts: number, at: number): number {
  return Math.min(dueAt, attempts === 0 ? at : at + longestRetryAfterMs);
}
