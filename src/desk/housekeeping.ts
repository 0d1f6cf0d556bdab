import type { Cancel, Clock } from '../platform/clock.ts';
import type { DeskStore } from './store/desk-store.ts';

/** Longer than the router tries a call, and than most operators wait before they replay one. */
const callsKeptMs = 7 * 24 * 3_600_000;
const everyMs = 3_600_000;

/** Forgets, once an hour, what nobody asks for any more: ids of old calls, sign-ins and links that ran out. */
export function createHousekeeping(store: DeskStore, clock: Clock): Readonly<{ start: () => void; stop: () => void }> {
  let cancel: Cancel | null = null;
  const tidy = (): void => {
    const at = clock.now();
    store.commit(() => {
      store.calls.forgetBefore(at - callsKeptMs);
      store.people.forgetExpired(at);
    });
    cancel = clock.after(everyMs, tidy);
  };
  return {
    start: tidy,
    stop: () => cancel?.(),
  };
}
