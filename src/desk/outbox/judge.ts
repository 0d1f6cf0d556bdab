import type { Outcome } from '../conversations/outcomes.ts';
import type { RouterAnswer } from './router-calls.ts';

/** What an answer of the router means for a call that is owed. */
export type Judgement =
  | Outcome
  /** To be tried again. @param misconfigured whether somebody must set something right before it can succeed. */
  | Readonly<{ kind: 'passing'; why: string; retryAfterMs: number | null; misconfigured: boolean }>;

const passingStatuses: ReadonlySet<number> = new Set([408, 425, 429]);
/** The key or the address is wrong; no message is at fault. */
const misconfiguredStatuses: ReadonlySet<number> = new Set([401, 403, 405]);

/** @param epoch of the conversation that the call is for. */
export function judge(answer: RouterAnswer, epoch: number): Judgement {
  if (answer.kind === 'unreached') {
    return { kind: 'passing', why: answer.cause, retryAfterMs: null, misconfigured: false };
  }
  const { status, body, retryAfterMs } = answer;
  if (status >= 200 && status < 300) {
    const { message_uuid: uuid, respondBy } = body;
    const dueAt = typeof respondBy === 'string' ? Date.parse(respondBy) : Number.NaN;
    return {
      kind: 'taken',
      messageUuid: typeof uuid === 'string' ? uuid : null,
      respondBy: Number.isNaN(dueAt) ? null : dueAt,
    };
  }
  // Goes into the log, so it quotes nothing: whoever answers in the router's place may send back what was said.
  const told = `The router answered ${status}.`;
  const why = typeof body.message === 'string' ? body.message : told;
  // A 404 that is not about the session comes from somebody else at that address.
  const isElsewhere = (status >= 300 && status < 400) || (status === 404 && body.code !== 'session-not-found');
  if (isElsewhere || misconfiguredStatuses.has(status)) {
    return { kind: 'passing', why: told, retryAfterMs, misconfigured: true };
  }
  // While the router reads the start call's answer it refuses an assignment, yet the handoff is still this one.
  const isStillOurs = status === 409 && body.owner === 'live_agent' && body.epoch === epoch;
  if (isStillOurs || passingStatuses.has(status) || status >= 500) {
    return { kind: 'passing', why: told, retryAfterMs, misconfigured: false };
  }
  return { kind: 'refused', why, over: status === 409 || status === 404 };
}

const waitsMs = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const longestRetryAfterMs = 120_000;
const jitter = 0.2;

/**
 * How long to wait before the next try, ms.
 * @param attempts made so far, 1 or more. @param chance 0 to 1, spreads the wait by ±20 %. A `Retry-After` is honoured
 * up to 120 s, and never shortens a wait.
 */
export function waitBefore(attempts: number, retryAfterMs: number | null, chance: number): number {
  const wait = waitsMs[Math.min(attempts, waitsMs.length) - 1] ?? 30_000;
  const spread = Math.round(wait * (1 - jitter + 2 * jitter * chance));
  return Math.max(spread, Math.min(retryAfterMs ?? 0, longestRetryAfterMs));
}
