import { useEffect, useState } from 'preact/hooks';

/** The time by a clock, renewed every `everyMs`. */
export function useNow(everyMs: number, clock: () => number): number {
  const [now, setNow] = useState(clock);
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, clock]);
  return now;
}
