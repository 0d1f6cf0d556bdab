import type { Session } from '../core/session.ts';
import type { RecordedAnswer, SessionCommit, SessionStore } from '../store/store.ts';

/** Sessions that were in use lately. A stale one is harmless: the version check finds it out. */
export type SessionCache = Readonly<{
  read: (id: string) => Promise<Session | null>;
  /** Takes in what was committed. */
  keep: (commit: Pick<SessionCommit, 'before' | 'session' | 'answers'>) => void;
  forget: (id: string) => void;
  /**
   * Whether an answer may be on record. False only for sessions that were known from their first event on, so that the
   * usual case, a message that was not sent before, needs no look into the store.
   */
  mayHaveAnswer: (id: string, scope: RecordedAnswer['scope'], key: string) => boolean;
  size: () => number;
}>;

/** `answered` names every answer of the session, or is null when some may be unknown. */
type Kept = Readonly<{ session: Session; answered: Set<string> | null }>;

const mostSessions = 10_000;

const nameOf = (scope: RecordedAnswer['scope'], key: string): string => `${scope} ${key}`;

export function sessionCache(sessions: SessionStore): SessionCache {
  const known = new Map<string, Kept>();
  const put = (kept: Kept): void => {
    const { id } = kept.session;
    known.delete(id);
    const oldest = known.size >= mostSessions ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(id, kept);
  };
  return {
    read: async (id) => {
      const cached = known.get(id);
      if (cached !== undefined) return cached.session;
      const session = await sessions.load(id);
      // A commit may have put a newer one there meanwhile.
      const raced = known.get(id);
      if (raced !== undefined) return raced.session;
      if (session !== null && session.phase.kind !== 'ended') put({ session, answered: null });
      return session;
    },
    keep: ({ before, session, answers }) => {
      if (session.phase.kind === 'ended') {
        known.delete(session.id);
        return;
      }
      const answered = before === 0 ? new Set<string>() : (known.get(session.id)?.answered ?? null);
      for (const { scope, key } of answers) answered?.add(nameOf(scope, key));
      put({ session, answered });
    },
    forget: (id) => known.delete(id),
    mayHaveAnswer: (id, scope, key) => known.get(id)?.answered?.has(nameOf(scope, key)) ?? true,
    size: () => known.size,
  };
}
