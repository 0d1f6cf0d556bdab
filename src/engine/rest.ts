import type { Session } from '../core/session.ts';
import type { Clock } from '../platform/clock.ts';
import type { Change, News } from './changes.ts';

type RestParts = Readonly<{
  read: (sessionId: string) => Promise<Session | null>;
  changes: AsyncIterable<readonly Change[]>;
  news: AsyncIterable<readonly News[]>;
  /** Looks how far sessions have got elsewhere, for when no hint tells. */
  look: (sessionIds: readonly string[]) => Promise<void>;
  clock: Clock;
}>;

/** How often it is looked whether a session has come to rest elsewhere. */
const lookEveryMs = 1_000;

export type RestLimits = Readonly<{
  withinMs: number;
  /** Asked each second. */
  isOver: () => boolean;
}>;

/** Resolves when the flow of a session waits for no outside answer any more, or when nobody is to wait for it longer. */
export type Rest = (session: Session, limits: RestLimits) => Promise<Session>;

const isResting = ({ phase }: Session): boolean => phase.kind !== 'asking';

/** For answers to a step: whoever asks waits for what the virtual agent has to say. */
export function restOf({ read, changes, news, look, clock }: RestParts): Rest {
  const waiting = new Map<string, Set<() => void>>();
  const wake = (sessionId: string): void => {
    for (const again of waiting.get(sessionId) ?? []) again();
  };
  void (async () => {
    for await (const batch of changes) for (const { session } of batch) wake(session.id);
  })();
  void (async () => {
    for await (const batch of news) for (const one of batch) if (one.kind === 'moved') wake(one.sessionId);
  })();
  return async (session, { withinMs, isOver }) => {
    const end = clock.now() + withinMs;
    let now = session;
    while (!isResting(now) && clock.now() < end && !isOver()) {
      await new Promise<void>((resolve) => {
        const others = waiting.get(session.id) ?? new Set();
        const cancel = clock.after(Math.min(lookEveryMs, end - clock.now()), () => done());
        const done = (): void => {
          cancel();
          others.delete(done);
          if (others.size === 0) waiting.delete(session.id);
          resolve();
        };
        waiting.set(session.id, others.add(done));
      });
      await look([session.id]);
      now = (await read(session.id)) ?? now;
    }
    return now;
  };
}
