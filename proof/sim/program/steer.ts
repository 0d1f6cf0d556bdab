import type { SteeredClock } from '../../../src/platform/clock.ts';
import type { SharedStore } from '../../../src/store/shared.ts';

const steerEveryMs = 10_000;
const slowMs = 50;
const mostSlow = 6;

type Measured = Readonly<{ aheadMs: number; tookMs: number }>;

/** Holds the clock of an instance to that of the database, as `storage.ts` does. @returns what ends it. */
export async function steer(clock: SteeredClock, shared: SharedStore): Promise<() => void> {
  const measure = async (): Promise<Measured> => {
    const askedAt = clock.now();
    const at = await shared.now();
    const tookMs = clock.now() - askedAt;
    return { aheadMs: at - (askedAt + tookMs / 2), tookMs };
  };
  const first = [await measure(), await measure(), await measure()].sort((a, b) => a.tookMs - b.tookMs)[0];
  clock.steer(Math.round(first?.aheadMs ?? 0));
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
