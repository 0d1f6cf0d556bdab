import { NewerEventError } from './codec.ts';

/**
 * The database is away, or full, or has no connection to spare: try again later. It is not known whether what was asked
 * has happened when the answer was lost; who asks again must be able to see that.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly code = 'ERR_STORE_UNAVAILABLE';
}

/**
 * Whether an error says that this program gets no answer now, whatever engine is under it; of a session that a newer program
 * has written it gets none either, while that program does.
 */
export const isStoreUnavailable = (error: unknown): boolean =>
  error instanceof StoreUnavailableError ||
  error instanceof NewerEventError ||
  (error instanceof Error && 'code' in error && error.code === 'ERR_SQLITE_ERROR');
