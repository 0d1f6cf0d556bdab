import { isMessage, type SessionEvent } from '../core/events.ts';
import { evolve } from '../core/evolve.ts';
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
  /** Another has been faster: what is at hand is not what is stored. */
  overtaken: (id: string) => void;
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
  /** What the store has at least, as others have told. */
  storedVersion: number;
  readonly wakeAt: number | null | undefined;
  said: Map<string, number> | null;
  readonly answered: Set<string> | null;
};

const mostSessions = 10_000;

/** @param isShared whether others commit too; then `read` gives what is current when it is asked. */
export function sessionCache(sessions: SessionStore, isShared: boolean): SessionCache {
  const known = new Map<string, Kept>();
  const put = (kept: Kept): void => {
    const { id } = kept.session;
    known.delete(id);
    const oldest = known.size >= mostSessions ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    known.set(id, kept);
  };
  const moved = (id: string, version: number): void => {
    const kept = known.get(id);
    if (kept !== undefined) kept.storedVersion = Math.max(kept.storedVersion, version);
  };
  return {
    peek: (id) => {
      const kept = known.get(id);
      return kept !== undefined && kept.storedVersion <= kept.session.version ? kept.session : undefined;
    },
    mayHaveSaid: (id, clientId) => known.get(id)?.said?.has(clientId) ?? true,
    read: isShared ? sharedReader(sessions, known, put) : reader(sessions, known, put),
    keep: ({ before, session, events, answers, wakeAt }) => {
      const kept = known.get(session.id);
      if (session.phase.kind === 'ended') {
        known.delete(session.id);
        return;
      }
      const said = before === 0 ? new Map<string, number>() : (kept?.said ?? null);
      const answered = before === 0 ? new Set<string>() : (kept?.answered ?? null);
      if (said !== null) noteClientIds(said, events);
      for (const { key } of answers) answered?.add(key);
      const storedVersion = kept?.storedVersion ?? 0;
      put({ session, storedVersion, wakeAt: wakeAt === undefined ? kept?.wakeAt : wakeAt, said, answered });
    },
    storedWakeAt: (id) => known.get(id)?.wakeAt,
    overtaken: (id) => {
      if (isShared) moved(id, (known.get(id)?.session.version ?? 0) + 1);
      else known.delete(id);
    },
    moved,
    seqOf: async (id, clientId) => {
      const kept = known.get(id);
      const said = kept?.said ?? (await readClientIds(sessions, id));
      if (kept !== undefined) kept.said = said;
      return said.get(clientId) ?? null;
    },
    // An answer that another instance has recorded need not have moved the session on.
    mayHaveAnswer: (id, key) => isShared || (known.get(id)?.answered?.has(key) ?? true),
    size: () => known.size,
  };
}

function reader(sessions: SessionStore, known: ReadonlyMap<string, Kept>, put: (kept: Kept) => void): Read {
  return async (id) => {
    const cached = known.get(id);
    if (cached !== undefined) return cached.session;
    const session = await sessions.load(id);
    // Whoever asks may tell of it.
    await sessions.flushed();
    // A commit may have put a newer one there meanwhile.
    const raced = known.get(id);
    if (raced !== undefined && raced.session.version >= (session?.version ?? 0)) return raced.session;
    if (session !== null && session.phase.kind !== 'ended') put(fresh(session));
    return session;
  };
}

/** Of a session that is at hand only what others have added since is read. */
function sharedReader(sessions: SessionStore, known: Map<string, Kept>, put: (kept: Kept) => void): Read {
  const load = reader(sessions, known, put);
  return async (id) => {
    const cached = known.get(id);
    if (cached === undefined) return load(id);
    const events = await sessions.readEvents(id, cached.session.version, -1);
    const session = events.reduce(evolve, cached.session);
    const raced = known.get(id);
    if (raced !== undefined && raced.session.version > session.version) return raced.session;
    if (session.phase.kind === 'ended') {
      known.delete(id);
      return session;
    }
    const said = cached.said;
    if (said !== null) noteClientIds(said, events);
    put({ session, storedVersion: session.version, wakeAt: undefined, said, answered: null });
    return session;
  };
}

type Read = SessionCache['read'];

const fresh = (session: Session): Kept => ({
  ...{ session, storedVersion: session.version, wakeAt: undefined, said: null, answered: null },
});

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
