import type { Cancel, Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { SessionStore } from '../store/store.ts';

/**
 * Wakes sessions whose deadlines have come. The deadline is a column; the timer here is only a guess at the next one,
 * and it is made anew from the column whenever it rings.
 */
export type Waker = Readonly<{
  start: () => void;
  /** A session was committed that wants to be woken then. */
  schedule: (at: number) => void;
  stop: () => Promise<void>;
}>;

type Parts = Readonly<{
  sessions: SessionStore;
  clock: Clock;
  log: Log;
  wake: (sessionId: string) => Promise<unknown>;
}>;

const atOnce = 500;
/** The column is looked at this often in any case. */
const longestSleepMs = 60_000;
const retryMs = 1_000;

export function waker({ sessions, clock, log, wake }: Parts): Waker {
  let running = false;
  let round: Promise<void> | null = null;
  let ringsAt = Number.POSITIVE_INFINITY;
  let cancel: Cancel = () => {};

  const ringAt = (at: number): void => {
    if (!running || at >= ringsAt) return;
    cancel();
    ringsAt = at;
    cancel = clock.after(Math.max(0, at - clock.now()), ring);
  };

  const ring = (): void => {
    cancel();
    ringsAt = Number.POSITIVE_INFINITY;
    if (round !== null) return;
    round = wakeDue().then(
      (next) => finish(next),
      (error: unknown) => {
        log.error({ error: String(error) }, 'Waking sessions failed; trying again.');
        finish(clock.now() + retryMs);
      },
    );
  };

  const finish = (next: number): void => {
    round = null;
    ringAt(next);
  };

  const wakeDue = async (): Promise<number> => {
    for (;;) {
      const due = await sessions.due(clock.now(), atOnce);
      if (due.length === 0 || !running) break;
      const results = await Promise.allSettled(due.map(wake));
      const failed = results.filter(({ status }) => status === 'rejected').length;
      if (failed > 0) throw new Error(`${failed} of ${due.length} sessions could not be woken.`);
    }
    const next = await sessions.nextWakeAt();
    return Math.min(next ?? Number.POSITIVE_INFINITY, clock.now() + longestSleepMs);
  };

  return {
    start: () => {
      running = true;
      ring();
    },
    schedule: ringAt,
    stop: async () => {
      running = false;
      cancel();
      await round;
    },
  };
}
