import type { Cancel, Clock } from '../platform/clock.ts';
import type { Log } from '../platform/log.ts';
import type { DeskStore } from './store/desk-store.ts';

/** Longer than the router tries a call, and than most operators wait before they replay one. */
const callsKeptMs = 7 * 24 * 3_600_000;
const everyMs = 3_600_000;

/** Forgets, once an hour, what nobody asks for any more: ids of old calls, sign-ins and links that ran out. */
export function createHousekeeping(
  store: DeskStore,
  clock: Clock,
  log: Log,
): Readonly<{ start: () => void; stop: () => void }> {
  let cancel: Cancel | null = null;
  const tidy = (): void => {
    const at = clock.now();
    try {
      store.commit(() => {
        store.calls.forgetBefore(at - callsKeptMs);
        store.people.forgetExpired(at);
      });
    } catch (error) {
      // A database that is busy or full is no reason to end: what is too old is not used, only kept an hour longer.
      log.error({ error: String(error) }, "The desk's database could not be tidied; it is tried again in an hour.");
    }
    cancel = clock.after(everyMs, tidy);
  };
  return {
    start: tidy,
    stop: () => cancel?.(),
  };
}
