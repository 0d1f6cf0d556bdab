import type { Cancel, Clock } from '../../platform/clock.ts';
import type { Log } from '../../platform/log.ts';
import type { AttemptRecord, DeliveryStore } from '../../store/store.ts';

/**
 * Writes down attempts, many at once. What is not yet written when the process dies is tried again under the same
 * webhook-id: a repeat, never a loss.
 */
export type Recorder = Readonly<{
  add: (record: AttemptRecord) => void;
  /** Resolves when all that was added before is stored; rejects when the store does not take it, and it is kept. */
  flush: () => Promise<void>;
  /** The last flush: what is not taken now is tried again by the next process. */
  close: () => Promise<void>;
}>;

const waitMs = 100;
const most = 500;
const retryMs = 1_000;

export function recorder(deliveries: DeliveryStore, clock: Clock, log: Log): Recorder {
  let kept: AttemptRecord[] = [];
  let timer: Cancel | null = null;
  let writing: Promise<void> = Promise.resolve();
  let closed = false;

  const write = async (): Promise<void> => {
    timer?.();
    timer = null;
    if (kept.length === 0) return;
    const records = kept;
    kept = [];
    try {
      await deliveries.record(records);
    } catch (error) {
      kept = [...records, ...kept];
      if (!closed) timer ??= clock.after(retryMs, flushSoon);
      log.error({ error: String(error), records: kept.length }, 'Attempts could not be stored.');
      throw error;
    }
  };
  const flush = (): Promise<void> => {
    // One write after the other; whether the one before failed is not this one's concern.
    writing = writing.then(write, write);
    return writing;
  };
  // A failure was logged and set the timer again.
  const flushSoon = (): void => void flush().catch(() => {});
  return {
    add: (record) => {
      kept.push(record);
      if (kept.length === most) flushSoon();
      else timer ??= clock.after(waitMs, flushSoon);
    },
    flush,
    close: async () => {
      closed = true;
      await flush().catch(() => {});
    },
  };
}
