import type { FailedAttempt } from '../store.ts';

/** Of a delivery that fails for a day the first attempts tell how it began, and the last ones how it is. */
export const keptFirst = 5;
export const keptLast = 20;

/** The columns that `attemptOf` wants. */
export const attemptColumns = 'number, at, status, cause, excerpt';

export const attemptOf = ({ number, at, status, cause, excerpt }: Record<string, unknown>): FailedAttempt => ({
  number: Number(number),
  at: Number(at),
  status: status === null ? null : Number(status),
  cause: String(cause),
  excerpt: excerpt === null ? null : String(excerpt),
});
