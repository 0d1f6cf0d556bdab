import type { Clock } from '../../platform/clock.ts';
import { DeskError } from '../desk-error.ts';

const most = 10;
const windowMs = 10 * 60_000;
const mostKept = 10_000;

/** Counts tries, so that nobody can guess at leisure. */
export type Attempts = Readonly<{
  /**
   * Notes a try under each name. @throws DeskError `rate-limited` when one of them was tried 10 times in the last 10
   * minutes; such a try is not counted.
   */
  note: (names: readonly string[]) => void;
  /** Forgets the tries under these names: they succeeded. */
  forgive: (names: readonly string[]) => void;
}>;

export function createAttempts(clock: Clock): Attempts {
  const tries = new Map<string, number[]>();
  const recent = (name: string): number[] => (tries.get(name) ?? []).filter((at) => at > clock.now() - windowMs);
  const forgetOld = (): void => {
    for (const name of tries.keys()) if (recent(name).length === 0) tries.delete(name);
  };
  return {
    note: (names) => {
      const full = names.map(recent).filter((times) => times.length >= most);
      if (full.length > 0) {
        const free = Math.max(...full.map((times) => (times.at(-most) ?? 0) + windowMs));
        const seconds = Math.max(1, Math.ceil((free - clock.now()) / 1000));
        throw new DeskError('rate-limited', `Too many tries to sign in; try again in ${seconds} s.`, {}, seconds);
      }
      if (tries.size > mostKept) forgetOld();
      for (const name of names) tries.set(name, [...recent(name), clock.now()]);
    },
    forgive: (names) => {
      for (const name of names) tries.delete(name);
    },
  };
}
