/** Ends a wait; a second call does nothing. */
export type Cancel = () => void;

/** The only source of time. Everything that waits, waits here, so that tests can push the hands. */
export type Clock = Readonly<{
  /** Now, in ms since 1970; never runs backwards while the process lives. */
  now: () => number;
  /** Wall time in ms since 1970, for those who compare it with their own clock; it may leap. */
  wall: () => number;
  /** Runs `action` once, not before `ms` have passed. */
  after: (ms: number, action: () => void) => Cancel;
  /** Runs `action` when the work at hand is done: after I/O that is already waiting has been taken in. */
  soon: (action: () => void) => void;
}>;

const longestTimeoutMs = 2 ** 31 - 1;

/**
 * The machine's clock: wall time at start, carried on by the monotonic clock, so that neither a leap nor an operator
 * setting the time shortens or lengthens a wait while the process runs.
 */
export function systemClock(): Clock {
  const anchor = Date.now() - performance.now();
  return {
    now: () => Math.floor(anchor + performance.now()),
    wall: () => Date.now(),
    after: (ms, action) => {
      const timer = setTimeout(action, Math.min(Math.max(0, Math.ceil(ms)), longestTimeoutMs));
      return () => clearTimeout(timer);
    },
    soon: (action) => {
      setImmediate(action);
    },
  };
}

/** A clock that is held to another one, which may be asked now and then. */
export type SteeredClock = Clock &
  Readonly<{
    /** @param aheadMs by how much the other clock is ahead of this one's `now`. */
    steer: (aheadMs: number) => void;
  }>;

/**
 * What the two clocks are apart by is made up for by a tenth of the time that passes, so no wait is far off. Only where the
 * other one is far ahead, as it is when this machine has slept, what has passed has passed.
 */
const slewing = 0.1;
const farMs = 1_000;

/** The first steering takes hold at once, so it belongs before anybody reads the clock. */
export function steeredClock(base: Clock): SteeredClock {
  let ahead = 0;
  let wanted = 0;
  let last = Number.NEGATIVE_INFINITY;
  let lastBase = base.now();
  let isSteered = false;
  const now = (): number => {
    const at = base.now();
    const step = (at - lastBase) * slewing;
    ahead += Math.max(-step, Math.min(step, wanted - ahead));
    lastBase = at;
    last = Math.max(last, Math.floor(at + ahead));
    return last;
  };
  return {
    ...base,
    now,
    steer: (aheadMs) => {
      now();
      wanted = ahead + aheadMs;
      if (!isSteered) last = Number.NEGATIVE_INFINITY;
      if (!isSteered || wanted - ahead > farMs) ahead = wanted;
      isSteered = true;
    },
  };
}

/** Waits `ms`; with a signal it ends early, without an error, when that aborts. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const wake = (): void => {
      cancel();
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const cancel = clock.after(ms, wake);
    signal?.addEventListener('abort', wake);
  });
}
