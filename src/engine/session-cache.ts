import { isMessage, type SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';
import type { SessionCommit, SessionStore } from '../store/store.ts';

/** Sessions that were in use lately. A stale one is harmless: the version check finds it out. */
export type SessionCache = Readonly<{
  read: (id: string) => Promise<Session | null>;
  /** The session when it is at hand. */
  peek: (id: string) => Session | undefined;
  /** Takes in what was committed. */
  keep: (commit: Pick<SessionCommit, 'before' | 'session' | 'events' | 'answers' | 'wakeAt'>) => void;
  /** The wake-up that is stored, null for none; undefined when it is not known. */
  storedWakeAt: (id: string) => number | null | undefined;
  forget: (id: string) => void;
  /** Whether the end user may have said something under this client id; false for certain. */
  mayHaveSaid: (id: string, clientId: string) => boolean;
  /** The seq of the end user's message with this client id, or null. The log remembers it as long as the session. */
  seqOf: (id: string, clientId: string) => Promise<number | null>;
  /**
   * Whether an answer to a desk may be on record. False only for sessions that were known from their first event on, so
   * that the usual case, a call that was not made before, needs no look into the store.
   */
  mayHaveAnswer: (id: string, key: string) => boolean;
  size: () => number;
}>;

/** `said` and `answered` are complete, or null when what was there before is not known. */
type Kept = {
  readonly session: Session;
  readonly wakeAt: number | null | undefined;
  said: Map<string, number> | null;
  readonly answered: Set<string> | null;
};

const mostSessions = 10_000;

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
    peek: (id) => known.get(id)?.session,
    mayHaveSaid: (id, clientId) => known.get(id)?.said?.has(clientId) ?? true,
    read: async (id) => {
      const cached = known.get(id);
      if (cached !== undefined) return cached.session;
      const session = await sessions.load(id);
      // Whoever asks may tell of it.
      await sessions.flushed();
      // A commit may have put a newer one there meanwhile.
      const raced = known.get(id);
      if (raced !== undefined) return raced.session;
      if (session !== null && session.phase.kind !== 'ended')
        put({ session, wakeAt: undefined, said: null, answered: null });
      return session;
    },
    keep: ({ before, session, events, answers, wakeAt }) => {
      if (session.phase.kind === 'ended') {
        known.delete(session.id);
        return;
      }
      const kept = known.get(session.id);
      const said = before === 0 ? new Map<string, number>() : (kept?.said ?? null);
      const answered = before === 0 ? new Set<string>() : (kept?.answered ?? null);
      if (said !== null) noteClientIds(said, events);
      for (const { key } of answers) answered?.add(key);
      put({ session, wakeAt: wakeAt === undefined ? kept?.wakeAt : wakeAt, said, answered });
    },
    storedWakeAt: (id) => known.get(id)?.wakeAt,
    forget: (id) => known.delete(id),
    seqOf: async (id, clientId) => {
      const kept = known.get(id);
      const said = kept?.said ?? (await readClientIds(sessions, id));
      if (kept !== undefined) kept.said = said;
      return said.get(clientId) ?? null;
    },
    mayHaveAnswer: (id, key) => known.get(id)?.answered?.has(key) ?? true,
    size: () => known.size,
  };
}

async function readClientIds(sessions: SessionStore, id: string): Promise<Map<string, number>> {
  const said = new Map<string, number>();
  noteClientIds(said, (await sessions.readMessages(id, 0, Number.MAX_SAFE_INTEGER, -1)).filter(isMessage));
  return said;
}

function noteClientIds(said: Map<string, number>, events: readonly SessionEvent[]): void {
  for (const event of events) {
    if (event.kind === 'user-message-received' && event.clientId !== undefined) said.set(event.clientId, event.seq);
  }
}
