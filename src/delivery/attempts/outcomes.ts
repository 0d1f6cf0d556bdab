import type { Command } from '../../core/commands.ts';
import { pause } from '../../platform/clock.ts';
import { NewerEventError } from '../../store/codec.ts';
import type { LaneCall, LaneState } from '../lane-parts.ts';
import type { DispatcherParts } from '../parts.ts';

type Parts = Pick<DispatcherParts, 'clock' | 'engine' | 'log'> &
  Readonly<{
    /** No more attempts are to begin. */
    stopping: AbortSignal;
  }>;

const retryMs = 1_000;

export type Settled = 'settled' | 'again';
/** @param isWanted whether it is still to be stored; asked before each try. */
export type Submit = (sessionId: string, command: Command, isWanted?: () => boolean) => Promise<Settled>;

/** A call that is being tried, and where. */
export type Owed = Readonly<{ id: string; owed: LaneCall; lane: LaneState }>;

/** Commits an outcome that is a command; until it is committed, nothing in the lane moves. */
export function outcomes({ clock, engine, log, stopping }: Parts): Submit {
  return async (sessionId, command, isWanted = () => true) => {
    // Tried once even while stopping: the engine stops after us, and an outcome that is stored spares a repeat.
    do {
      if (!isWanted()) return 'again';
      try {
        const submitted = await engine.submit(sessionId, command);
        if (submitted.kind === 'stopping') return 'again';
        // The lane is left to the program that can read the session.
        if (submitted.kind === 'newer') throw new NewerEventError('A newer program has written the session.');
        if (submitted.kind !== 'overloaded' && submitted.kind !== 'unavailable') return 'settled';
      } catch (error) {
        if (error instanceof NewerEventError) throw error;
        log.error({ session: sessionId, error: String(error) }, 'An outcome could not be stored; trying again.');
      }
      await pause(clock, retryMs, stopping);
    } while (!stopping.aborted);
    return 'again';
  };
}
