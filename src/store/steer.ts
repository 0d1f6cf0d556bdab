import type { SteeredClock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { SharedStore } from './shared.ts';

const steerEveryMs = 10_000;
/** A measurement that took longer says little, and is left out unless others are as slow. */
const slowMs = 50;
const mostSlow = 6;
const noticedMs = 1_000;

/** Holds a clock to that of the database, which is the one that all instances see. @returns what ends it. */
export async function steer(clock: SteeredClock, shared: Pick<SharedStore, 'now'>, log: Log): Promise<() => void> {
  const measure = async (): Promise<Readonly<{ aheadMs: number; tookMs: number }>> => {
    const askedAt = clock.now();
    const at = await shared.now();
    const tookMs = clock.now() - askedAt;
    return { aheadMs: at - (askedAt + tookMs / 2), tookMs };
  };
  const first = [await measure(), await measure(), await measure()].sort((a, b) => a.tookMs - b.tookMs)[0];
  const aheadMs = Math.round(first?.aheadMs ?? 0);
  if (Math.abs(aheadMs) > noticedMs) log.info({ aheadMs }, 'The clock of the database is another one, and counts.');
  clock.steer(aheadMs);
  let slow = 0;
  let stopped = false;
  let cancel = (): void => {};
  const again = (): void => {
    if (stopped) return;
    cancel = clock.after(steerEveryMs, () => {
      measure().then(
        (measured) => {
          slow = measured.tookMs > slowMs ? slow + 1 : 0;
          if (slow === 0 || slow > mostSlow) clock.steer(measured.aheadMs);
          again();
        },
        // While the database is away, the clock goes on as it is.
        () => again(),
      );
    });
  };
  again();
  return () => {
    stopped = true;
    cancel();
  };
}
