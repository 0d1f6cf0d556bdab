import type { Clock } from './clock.ts';

export type HandClock = Clock &
  Readonly<{
    /** Moves the hands by `ms` and runs what became due, in order of time. */
    advance: (ms: number) => void;
  }>;

/** A clock that stands still until it is pushed. `soon` runs in the real event loop. @param start ms since 1970. */
export function handClock(start: number): HandClock {
  let now = start;
  let waits: { at: number; action: () => void }[] = [];
  return {
    now: () => now,
    wall: () => now,
    after: (ms, action) => {
      const wait = { at: now + Math.max(0, ms), action };
      waits.push(wait);
      return () => {
        waits = waits.filter((other) => other !== wait);
      };
    },
    soon: (action) => {
      setImmediate(action);
    },
    advance: (ms) => {
      const until = now + ms;
      for (;;) {
        const next = waits.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        waits = waits.filter((other) => other !== next);
        now = Math.max(now, next.at);
        next.action();
      }
      now = until;
    },
  };
}
