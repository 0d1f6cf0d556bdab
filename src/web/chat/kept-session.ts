import type { Line } from './conversation.ts';

/** A session that this browser has opened with one virtual agent. */
export type KeptSession = Readonly<{ sessionId: string; token: string; expiresAt: string }>;

/** What this browser remembers of one virtual agent's chat; every tab sees the same. */
export type Kept = Readonly<{
  session: () => KeptSession | null;
  keepSession: (session: KeptSession | null) => void;
  lines: () => readonly Line[];
  /** Adds a line that is on its way. */
  addLine: (line: Line) => void;
  /** Forgets lines: the server has them, or never will. */
  dropLines: (ids: readonly string[]) => void;
  /** Calls when another tab changes the session. @returns how to stop. */
  watch: (changed: () => void) => () => void;
}>;

/** Storage may be switched off or full; the page then only forgets with its tab. */
export function keptIn(agentId: string): Kept {
  const sessionKey = `baton.chat.${agentId}`;
  const linesKey = `${sessionKey}.unsent`;
  const lines = (): readonly Line[] => linesIn(read(linesKey));
  return {
    session: () => sessionIn(read(sessionKey)),
    keepSession: (session) => write(sessionKey, session),
    lines,
    addLine: (line) => write(linesKey, [...lines().filter(({ id }) => id !== line.id), line]),
    dropLines: (ids) => {
      const left = lines().filter(({ id }) => !ids.includes(id));
      if (left.length < lines().length) write(linesKey, left.length > 0 ? left : null);
    },
    watch: (changed) => {
      const listen = ({ key }: StorageEvent): void => {
        if (key === sessionKey || key === null) changed();
      };
      window.addEventListener('storage', listen);
      return () => window.removeEventListener('storage', listen);
    },
  };
}

/** What a WebSocket takes as a subprotocol; any other token makes it throw. */
const goodToken = /^[\w!#$%&'*+.^`|~-]+$/;

/** Storage may hold anything: older versions and visitors write there too. */
function sessionIn(kept: unknown): KeptSession | null {
  const { sessionId, token, expiresAt } = (kept ?? {}) as Record<string, unknown>;
  if (typeof sessionId !== 'string' || typeof token !== 'string' || typeof expiresAt !== 'string') return null;
  return goodToken.test(token) && /^[\w.-]+$/.test(sessionId) ? { sessionId, token, expiresAt } : null;
}

function linesIn(kept: unknown): readonly Line[] {
  if (!Array.isArray(kept)) return [];
  return (kept as (Partial<Line> | null)[]).flatMap((one) => {
    if (typeof one?.id !== 'string' || typeof one.text !== 'string' || typeof one.at !== 'string') return [];
    return Number.isNaN(Date.parse(one.at)) ? [] : [{ id: one.id, text: one.text, at: one.at, failure: null }];
  });
}

function read(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) ?? 'null');
  } catch {
    return null;
  }
}

function write(key: string, value: object | null): void {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // What cannot be kept is lost with the tab, no more.
  }
}
