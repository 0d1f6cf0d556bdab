import type { Clock } from '../platform/clock.ts';
import { networkOf } from '../platform/edge/networks.ts';

/**
 * Counts wrong keys and tokens per address, so that nobody can guess at leisure. What is right is never held up by it: a
 * neighbour behind the same address may be wrong as often as they like.
 */
export type WrongTries = Readonly<{
  /** Notes a wrong one. @returns 0, or the ms that this address has to wait, for it was wrong too often. */
  note: (address: string) => number;
  /** The ms that an address has to wait; 0 for none. */
  waitMs: (address: string) => number;
}>;

const windowMs = 60_000;
/** Addresses that are counted at once. Whoever has more of them than this is not held up by counting. */
const mostNetworks = 50_000;

/** @param mostPerMinute wrong ones that an address may send in a minute; the next one has to wait until it is over. */
export function createWrongTries(clock: Clock, mostPerMinute: number): WrongTries {
  const windows = new Map<string, { readonly since: number; count: number }>();
  const current = (network: string) => {
    const window = windows.get(network);
    return window !== undefined && clock.now() < window.since + windowMs ? window : null;
  };
  const waitOf = (window: Readonly<{ since: number; count: number }> | null): number =>
    window === null || window.count <= mostPerMinute ? 0 : window.since + windowMs - clock.now();
  return {
    waitMs: (address) => waitOf(current(networkOf(address))),
    note: (address) => {
      const network = networkOf(address);
      const known = current(network);
      const window = known ?? { since: clock.now(), count: 0 };
      window.count += 1;
      if (known === null) {
        // Put last, so that the first one is always the oldest.
        windows.delete(network);
        const oldest = windows.size >= mostNetworks ? windows.keys().next().value : undefined;
        if (oldest !== undefined) windows.delete(oldest);
        windows.set(network, window);
      }
      return waitOf(window);
    },
  };
}
