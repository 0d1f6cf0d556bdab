import { isMessage, type SessionEvent } from '../core/events.ts';
import type { Session } from '../core/session.ts';
import type { SharedStore } from '../store/shared.ts';
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
  /** It was committed elsewhere, and has this version now. */
  moved: (id: string, version: number) => void;
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

/** @param shared where others commit too; then `read` gives what is current when it is asked. */
export function sessionCache(sessions: SessionStore, shared: Pick<SharedStore, 'versions'> | null): SessionCache {
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
    read: reader(sessions, shared, known, put),
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
    moved: (id, version) => {
      if ((known.get(id)?.session.version ?? version) < version) known.delete(id);
    },
    seqOf: async (id, clientId) => {
      const kept = known.get(id);
      const said = kept?.said ?? (await readClientIds(sessions, id));
      if (kept !== undefined) kept.said = said;
      return said.get(clientId) ?? null;
    },
    // An answer that another instance has recorded need not have moved the session on.
    mayHaveAnswer: (id, key) => shared !== null || (known.get(id)?.answered?.has(key) ?? true),
    size: () => known.size,
  };
}

function reader(
  sessions: SessionStore,
  shared: Pick<SharedStore, 'versions'> | null,
  known: ReadonlyMap<string, Kept>,
  put: (kept: Kept) => void,
): SessionCache['read'] {
  return async (id) => {
    const cached = known.get(id);
    if (cached !== undefined && (await isCurrent(shared, cached.session))) return cached.session;
    const session = await sessions.load(id);
    // Whoever asks may tell of it.
    await sessions.flushed();
    // A commit may have put a newer one there meanwhile.
    const raced = known.get(id);
    if (raced !== undefined && raced.session.version >= (session?.version ?? 0)) return raced.session;
    if (session !== null && session.phase.kind !== 'ended')
      put({ session, wakeAt: undefined, said: null, answered: null });
    return session;
  };
}

async function isCurrent(shared: Pick<SharedStore, 'versions'> | null, { id, version }: Session): Promise<boolean> {
  return shared === null || (await shared.versions([id])).get(id) === version;
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
