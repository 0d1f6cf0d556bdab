import type { Cancel, Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { AttemptRecord, DeliveryStore } from '../store/store.ts';

/**
 * Writes down attempts, many at once. What is not yet written when the process dies is tried again under the same
 * webhook-id: a repeat, never a loss.
 */
export type Recorder = Readonly<{
  add: (record: AttemptRecord) => void;
  /** Resolves when all that was added before is stored. */
  flush: () => Promise<void>;
}>;

const waitMs = 20;
const most = 500;
const retryMs = 1_000;

export function recorder(deliveries: DeliveryStore, clock: Clock, log: Log): Recorder {
  let kept: AttemptRecord[] = [];
  let timer: Cancel | null = null;
  let writing: Promise<void> = Promise.resolve();

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
      timer ??= clock.after(retryMs, () => void flush());
      log.error({ error: String(error), records: kept.length }, 'Attempts could not be stored; trying again.');
    }
  };
  const flush = (): Promise<void> => {
    writing = writing.then(write);
    return writing;
  };
  return {
    add: (record) => {
      kept.push(record);
      if (kept.length === most) void flush();
      else timer ??= clock.after(waitMs, () => void flush());
    },
    flush,
  };
}
