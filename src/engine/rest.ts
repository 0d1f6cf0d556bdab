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

export type RestLimits = Readonly<{
  withinMs: number;
  /** Asked each second: whether nobody wants to know any more. */
  isOver: () => boolean;
}>;

/**
 * Resolves when the flow of a session waits for no outside answer any more, or when nobody is to wait for it longer: at
 * once where many wait already.
 */
export type Rest = (session: Session, limits: RestLimits) => Promise<Session>;

/** How often it is looked whether a session has come to rest elsewhere. */
const lookEveryMs = 1_000;
/** Who waits for one session, and for all: each of them is a request that is under way. */
const mostOfSession = 4;
const mostAtOnce = 500;

const isResting = ({ phase }: Session): boolean => phase.kind !== 'asking';

/** Those who wait for one session are woken by what is committed, and all together once a second. */
class Watches {
  readonly #look: RestParts['look'];
  readonly #clock: Clock;
  readonly #bySession = new Map<string, Set<(version: number) => void>>();

  constructor({ look, clock }: Pick<RestParts, 'look' | 'clock'>) {
    this.#look = look;
    this.#clock = clock;
  }

  countOf(sessionId: string): number {
    return this.#bySession.get(sessionId)?.size ?? 0;
  }

  /** @param version how far the session has got; infinity for a tick, which wakes everybody. */
  tell(sessionId: string, version: number): void {
    for (const waiter of this.#bySession.get(sessionId) ?? []) waiter(version);
  }

  /** Resolves when something is newer than a version, or with the next tick. */
  moved(sessionId: string, version: number): Promise<void> {
    const waiters = this.#bySession.get(sessionId) ?? this.#begin(sessionId);
    return new Promise((resolve) => {
      const waiter = (told: number): void => {
        if (told <= version) return;
        waiters.delete(waiter);
        resolve();
      };
      waiters.add(waiter);
    });
  }

  #begin(sessionId: string): Set<(version: number) => void> {
    const waiters = new Set<(version: number) => void>();
    this.#bySession.set(sessionId, waiters);
    this.#tickLater(sessionId, waiters);
    return waiters;
  }

  #tickLater(sessionId: string, waiters: ReadonlySet<unknown>): void {
    this.#clock.after(lookEveryMs, () => {
      if (waiters.size === 0) {
        this.#bySession.delete(sessionId);
        return;
      }
      // What it finds comes as news; where it fails, the next one finds it.
      this.#look([sessionId]).catch(() => {});
      this.tell(sessionId, Number.POSITIVE_INFINITY);
      this.#tickLater(sessionId, waiters);
    });
  }
}

/** For answers to a step: whoever asks waits for what the virtual agent has to say. */
export function restOf({ read, changes, news, look, clock }: RestParts): Rest {
  const watches = new Watches({ look, clock });
  let waiting = 0;
  void (async () => {
    for await (const batch of changes) for (const { session } of batch) watches.tell(session.id, session.version);
  })();
  void (async () => {
    for await (const batch of news)
      for (const one of batch) if (one.kind === 'moved') watches.tell(one.sessionId, one.version);
  })();
  return async (session, { withinMs, isOver }) => {
    if (watches.countOf(session.id) >= mostOfSession || waiting >= mostAtOnce) return session;
    const end = clock.now() + withinMs;
    let now = session;
    waiting += 1;
    try {
      while (!isResting(now) && clock.now() < end && !isOver()) {
        await watches.moved(session.id, now.version);
        // A database that does not answer now is asked again with the next tick.
        now = (await read(session.id).catch(() => null)) ?? now;
      }
    } finally {
      waiting -= 1;
    }
    return now;
  };
}
