import type { Clock } from '../clock.ts';
import { networkOf } from './networks.ts';

/** Tries in the window under one name. */
const most = 10;
/** Under an e-mail from anywhere: so many that a stranger's guesses do not lock its owner out at once. */
const mostAnywhere = 100;
const windowMs = 10 * 60_000;
const mostKept = 10_000;

/** Counts tries to sign in, so that nobody can guess at leisure. An address stands for its network. */
export type Attempts = Readonly<{
  /**
   * Notes a try from an address, under an e-mail if there is one. @returns 0, or the ms to wait, for there were too many
   * in the last 10 minutes; such a try is not counted.
   */
  note: (address: string, email?: string) => number;
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
    [`address ${networkOf(address)}`, most],
    ...(email === undefined ? [] : [[`e-mail ${email.toLowerCase()}`, mostAnywhere] as const]),
  ];
  return {
    note: (address, email) => {
      const limits = limitsOf(address, email);
      const full = limits.flatMap(([name, limit]) => {
        const freeAt = (recent(name).at(-limit) ?? Number.NEGATIVE_INFINITY) + windowMs;
        return freeAt > clock.now() ? [freeAt] : [];
      });
      if (full.length > 0) return Math.max(...full) - clock.now();
      if (tries.size > mostKept) forgetOld();
      for (const [name] of limits) tries.set(name, [...recent(name), clock.now()]);
      return 0;
    },
    forgive: (address, email) => {
      for (const [name] of limitsOf(address, email)) tries.delete(name);
    },
  };
}
