import type { Clock } from '../../platform/clock.ts';
import { DeskError } from '../desk-error.ts';

/** Tries in the window under one name. */
const most = 10;
/** Under an e-mail from anywhere: so many that a stranger's guesses do not lock its owner out at once. */
const mostAnywhere = 100;
const windowMs = 10 * 60_000;
const mostKept = 10_000;

/** Counts tries, so that nobody can guess at leisure. */
export type Attempts = Readonly<{
  /**
   * Notes a try from an address, under an e-mail if there is one. @throws DeskError `rate-limited` when there were too
   * many in the last 10 minutes; such a try is not counted.
   */
  note: (address: string, email?: string) => void;
  /** Forgets the tries of this address: it succeeded. */
  forgive: (address: string, email?: string) => void;
}>;

export function createAttempts(clock: Clock): Attempts {
  const tries = new Map<string, number[]>();
  const recent = (name: string): number[] => (tries.get(name) ?? []).filter((at) => at > clock.now() - windowMs);
  const forgetOld = (): void => {
    for (const name of tries.keys()) if (recent(name).length === 0) tries.delete(name);
  };
  const limitsOf = (address: string, email: string | undefined): readonly (readonly [name: string, most: number])[] => [
    [`address ${address}`, most],
    ...(email === undefined ? [] : [[`e-mail ${email.toLowerCase()}`, mostAnywhere] as const]),
  ];
  return {
    note: (address, email) => {
      const limits = limitsOf(address, email);
      const full = limits.flatMap(([name, limit]) => {
        const freeAt = (recent(name).at(-limit) ?? Number.NEGATIVE_INFINITY) + windowMs;
        return freeAt > clock.now() ? [freeAt] : [];
      });
      if (full.length > 0) {
        const seconds = Math.max(1, Math.ceil((Math.max(...full) - clock.now()) / 1000));
        throw new DeskError('rate-limited', `Too many tries to sign in; try again in ${seconds} s.`, {}, seconds);
      }
      if (tries.size > mostKept) forgetOld();
      for (const [name] of limits) tries.set(name, [...recent(name), clock.now()]);
    },
    forgive: (address, email) => {
      for (const [name] of limitsOf(address, email)) tries.delete(name);
    },
  };
}
