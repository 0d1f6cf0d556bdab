import type { Witness } from './witness.ts';

const kinds = [
  ...(['booted', 'gone', 'stalled', 'diskRefuses', 'forgot', 'happened', 'published', 'flushed', 'handedOut'] as const),
  ...(['socketOpened', 'frameSaid', 'frameSent', 'socketClosed', 'socketGone'] as const),
  ...(['asked', 'answered', 'called', 'arrived', 'heard', 'managed', 'stepped', 'finished'] as const),
] satisfies readonly (keyof Witness)[];

/** One witness that tells several, each what it wants to know. */
export function tellAll(witnesses: readonly Partial<Witness>[]): Witness {
  const told = kinds.map((kind) => {
    const listeners = witnesses.flatMap((one) => one[kind] ?? []) as ((...about: unknown[]) => void)[];
    const [only] = listeners;
    const tell =
      listeners.length === 1 && only !== undefined
        ? only
        : (...about: unknown[]): void => {
            for (const listener of listeners) listener(...about);
          };
    return [kind, tell] as const;
  });
  return Object.fromEntries(told) as unknown as Witness;
}
