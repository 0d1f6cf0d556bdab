import { isDeepStrictEqual } from 'node:util';
import { evolve, replay } from '../../core/evolve.ts';
import type { Session } from '../../core/session.ts';
import { decodeEvent, decodeSession, type EventRow, encodeSession } from '../codec.ts';
import type { SessionStore } from '../store.ts';
import type { Chunk } from './source.ts';
import { MoveError } from './tables.ts';

export type LogCheck = Readonly<{
  /** Takes rows of events in order of session and seq. */
  look: (rows: Chunk['rows']) => Promise<void>;
  /** @returns how many logs were folded. */
  end: () => Promise<number>;
}>;

/**
 * Folds every log from its beginning and compares what comes out with what `load` gives, which begins with the snapshot.
 * @param every how many sessions stand for one that is loaded: 1 for all. @throws MoveError that names the session.
 */
export function checkLogs(load: SessionStore['load'], every: number): LogCheck {
  let id: string | null = null;
  let session: Session | null = null;
  let logs = 0;
  const finish = async (): Promise<void> => {
    if (id === null) return;
    if (session === null)
      throw new MoveError(`The log of session ${id} has no beginning, in the folder as in the copy.`);
    if (logs % every === 0 && !isSame(session, await load(id))) {
      throw new MoveError(
        `Session ${id} is not what its log says, in the folder as in the copy; remove its row from "snapshots" in baton.sqlite, which only saves time, and move again.`,
      );
    }
    logs += 1;
  };
  return {
    look: async (rows) => {
      for (const [owner, ...row] of rows) {
        if (owner !== id) {
          await finish();
          [id, session] = [String(owner), null];
        }
        session = fold(String(owner), session, row as unknown as EventRow);
      }
    },
    end: async () => {
      await finish();
      return logs;
    },
  };
}

function fold(id: string, session: Session | null, row: EventRow): Session | null {
  try {
    const event = decodeEvent(row);
    return session === null ? replay([event]) : evolve(session, event);
  } catch (error) {
    throw new MoveError(`The log of session ${id} cannot be read at seq ${row[0]}. ${(error as Error).message}`);
  }
}

const isSame = (folded: Session, loaded: Session | null): boolean =>
  loaded !== null && isDeepStrictEqual(decodeSession(encodeSession(folded)), decodeSession(encodeSession(loaded)));
