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

/** How long the end user may wait without being told that the desk has not received what they wrote. */
export const patienceMs = 5_000;

/** One attempt as the schedule sees it. */
export type Attempt = Readonly<{
  /** How many were made, this one included; 1 or more. */
  number: number;
  /** When its outcome was known, ms. */
  at: number;
  /** When trying ends; a start call's is the moment by which its handoff must be connected. */
  tryUntil: number;
  /** 0 to 1; spreads the wait by ±20 %. */
  chance: number;
}>;

/** What follows from an attempt. */
export type Settlement =
  | Readonly<{ kind: 'delivered' }>
  /** Refused for good. */
  | Readonly<{ kind: 'dead'; cause: string }>
  /** It is looked at again at `dueAt`. */
  | Readonly<{ kind: 'again'; dueAt: number; cause: string }>;

/** The whole of contract 3.8 about one attempt. */
export function settle(result: AttemptResult, attempt: Attempt): Settlement {
  const verdict = judge(result);
  if (verdict === 'delivered') return { kind: 'delivered' };
  const cause = result.kind === 'answered' ? `The desk answered ${result.status}.` : result.cause;
  if (verdict === 'final') return { kind: 'dead', cause };
  const { number, at, tryUntil, chance } = attempt;
  const asked = result.kind === 'answered' ? result.retryAfterMs : null;
  return { kind: 'again', dueAt: nextAttemptAt(number, at, tryUntil, chance, asked), cause };
}

/** Whether a call is given up instead of tried. A first attempt is made however late it comes. */
export const isExhausted = (made: number, at: number, tryUntil: number): boolean => made > 0 && at >= tryUntil;

/**
 * Whether a call that failed keeps somebody waiting so long that they are told: it is certain once the next attempt
 * comes more than 5 s after the call became owed, after the third quick failure as a rule.
 */
export const isDelayed = (owedAt: number, dueAt: number): boolean => dueAt - owedAt > patienceMs;

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
