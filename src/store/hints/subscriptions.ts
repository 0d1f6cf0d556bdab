import type { Clock } from '../../platform/clock.ts';
import type { Link } from './link.ts';

/** A thousand keep the loop for some 10 ms. */
const mostAtOnce = 1_000;
const slowMs = 250;

export type Subscriptions = Readonly<{
  /** A channel is wanted now, or is no more. */
  changed: (channel: string) => void;
  /** Brings the link up to what is wanted. */
  start: () => Promise<void>;
}>;

/**
 * Keeps what a link is subscribed to as it is wanted; what changes in one turn of the loop, or while the server is
 * asked, goes to it at once.
 * @param slow is called when something was wanted for longer than `slowMs` before the server brought it.
 */
export function createSubscriptions(
  link: Link,
  wanted: ReadonlySet<string>,
  parts: Readonly<{ clock: Clock; slow: () => void; lose: (reason: unknown) => void }>,
): Subscriptions {
  const { clock, slow, lose } = parts;
  const active = new Set<string>();
  let changes = new Set(wanted);
  let since = clock.now();
  // Until it is started, changes are gathered only.
  let busy = true;
  const settle = async (): Promise<void> => {
    while (changes.size > 0) {
      const channels = [...changes];
      const asked = since;
      changes = new Set();
      const fresh = channels.filter((channel) => wanted.has(channel) && !active.has(channel));
      const stale = channels.filter((channel) => !wanted.has(channel) && active.delete(channel));
      for (const channel of fresh) active.add(channel);
      for (let at = 0; at < fresh.length; at += mostAtOnce) await link.subscribe(fresh.slice(at, at + mostAtOnce));
      if (stale.length > 0) await link.unsubscribe(stale);
      if (fresh.length > 0 && clock.now() - asked > slowMs) slow();
    }
    busy = false;
  };
  return {
    start: settle,
    changed: (channel) => {
      if (changes.size === 0) since = clock.now();
      changes.add(channel);
      if (busy) return;
      busy = true;
      clock.soon(() => settle().catch(lose));
    },
  };
}
