import type { Session } from '../core/session.ts';
import type { SessionStore } from '../store/store.ts';

/** Sessions that were in use lately. A stale one is harmless: the version check finds it out. */
export type SessionCache = Readonly<{
  read: (id: string) => Promise<Session | null>;
  keep: (session: Session) => void;
  forget: (id: string) => void;
  size: () => number;
}>;

const mostSessions = 10_000;

export function sessionCache(sessions: SessionStore): SessionCache {
  const known = new Map<string, Session>();
  const keep = (session: Session): void => {
    known.delete(session.id);
    const oldest = known.size >= mostSessions ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(session.id, session);
  };
  return {
    read: async (id) => {
      const cached = known.get(id);
      if (cached !== undefined) return cached;
      const session = await sessions.load(id);
      // A commit may have put a newer one there meanwhile.
      const raced = known.get(id);
      if (raced !== undefined) return raced;
      if (session !== null && session.phase.kind !== 'ended') keep(session);
      return session;
    },
    keep: (session) => (session.phase.kind === 'ended' ? known.delete(session.id) : keep(session)),
    forget: (id) => known.delete(id),
    size: () => known.size,
  };
}
