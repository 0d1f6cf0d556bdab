import type { MessageFrame, ServerFrame, SessionFrame } from '../../contract/frames.ts';

/*
 * What the page knows of one conversation.
 * 1. What the stream tells is kept by its seq: told twice it is one entry, and entries are in order of seq.
 * 2. A line that is not accepted stands after all entries. It becomes an entry under its seq once, whichever comes
 *    first: the answer, the message itself, or either again on another connection.
 * 3. The cursor to resume from counts what the stream told, never answers: an answer may overtake what stands before it.
 * 4. Once the session has ended nothing waits to be sent any more.
 */

/** One thing that the server told, known by its seq. */
export type Entry = MessageFrame | SessionFrame;

/** What this visitor wrote and the server has not taken yet. */
export type Line = Readonly<{
  /** The client's id; the same on every attempt. */
  id: string;
  text: string;
  at: string;
  /** Why it was not taken; null while it is on its way. */
  failure: Readonly<{ code: string; message: string }> | null;
}>;

/**
 * How the page stands with the server. Idle: there is no session yet. Lost: it tries again by itself. Busy: the server
 * takes no new visitor for a moment. Gone: the session's token is good no more.
 */
export type Link = 'idle' | 'starting' | 'connecting' | 'open' | 'lost' | 'busy' | 'ended' | 'gone';

export type Conversation = Readonly<{
  entries: readonly Entry[];
  lines: readonly Line[];
  /** The last seq that the stream told. */
  cursor: number;
  link: Link;
  /** When the live agent was last seen typing, in milliseconds; null when they are not. */
  typingSince: number | null;
  /** A sentence of the server that belongs to no line. */
  notice: string | null;
}>;

export type Happening =
  | Readonly<{ kind: 'wrote'; id: string; text: string; at: string }>
  | Readonly<{ kind: 'tried-again'; id: string; newId: string }>
  | Readonly<{ kind: 'told'; frame: ServerFrame; at: number }>
  | Readonly<{ kind: 'linked'; link: Link }>
  | Readonly<{ kind: 'restored'; lines: readonly Line[] }>
  | Readonly<{ kind: 'not-sent'; code: string; message: string }>
  | Readonly<{ kind: 'typing-faded' }>
  | Readonly<{ kind: 'started-anew' }>;

export const emptyConversation: Conversation = {
  entries: [],
  lines: [],
  cursor: 0,
  link: 'idle',
  typingSince: null,
  notice: null,
};

export function reduceConversation(conversation: Conversation, happening: Happening): Conversation {
  switch (happening.kind) {
    case 'wrote': {
      const { id, text, at } = happening;
      return { ...conversation, notice: null, lines: [...conversation.lines, { id, text, at, failure: null }] };
    }
    case 'tried-again':
      return changeLine(conversation, happening.id, (line) => ({
        ...line,
        id: line.failure?.code === 'key-reused' ? happening.newId : line.id,
        failure: null,
      }));
    case 'told':
      return told(conversation, happening.frame, happening.at);
    case 'linked':
      return linked(conversation, happening.link);
    case 'restored': {
      const known = new Set([...conversation.lines, ...conversation.entries].map(idOf));
      const lines = happening.lines.filter(({ id }) => !known.has(id));
      return { ...conversation, lines: [...conversation.lines, ...lines] };
    }
    case 'not-sent': {
      const { code, message } = happening;
      return failAll(conversation, { code, message });
    }
    case 'typing-faded':
      return { ...conversation, typingSince: null };
    case 'started-anew':
      return emptyConversation;
  }
}

const idOf = (one: Entry | Line): string | undefined => ('id' in one ? one.id : undefined);

function told(conversation: Conversation, frame: ServerFrame, at: number): Conversation {
  switch (frame.type) {
    case 'message':
      return heard(conversation, frame);
    case 'session': {
      const next = keep(conversation, frame);
      return frame.status === 'ENDED' ? endLines({ ...next, typingSince: null }) : next;
    }
    case 'accepted':
      return accepted(conversation, frame.id, frame.seq);
    case 'typing':
      return { ...conversation, typingSince: at };
    case 'error':
      return refused(conversation, frame);
    case 'pong':
      return conversation;
  }
}

function heard(conversation: Conversation, frame: MessageFrame): Conversation {
  const next = keep(conversation, frame);
  const lines = frame.id === undefined ? next.lines : next.lines.filter(({ id }) => id !== frame.id);
  return { ...next, lines, typingSince: frame.from === 'live_agent' ? null : next.typingSince };
}

/** The line is on disk; its own message follows on the stream and takes its place under the same seq. */
function accepted(conversation: Conversation, id: string, seq: number): Conversation {
  const line = conversation.lines.find((one) => one.id === id);
  if (line === undefined) return conversation;
  const lines = conversation.lines.filter((one) => one.id !== id);
  const message: MessageFrame = { type: 'message', seq, from: 'user', id, text: line.text, at: line.at };
  return { ...conversation, lines, entries: insert(conversation.entries, message) };
}

/** A refusal that waiting helps is no failure: whoever holds the connection sends the line again. */
function refused(conversation: Conversation, frame: ServerFrame & { type: 'error' }): Conversation {
  const { code, message, id } = frame;
  if (helpsToWait(frame)) return conversation;
  if (id === undefined) return { ...conversation, notice: message };
  return changeLine(conversation, id, (line) => ({ ...line, failure: { code, message } }));
}

export const helpsToWait = ({ code, retryAfter }: ServerFrame & { type: 'error' }): boolean =>
  retryAfter !== undefined || code === 'stopping' || code === 'unavailable';

function linked(conversation: Conversation, link: Link): Conversation {
  const next = { ...conversation, link };
  if (link === 'ended' || link === 'gone') return endLines({ ...next, typingSince: null });
  return link === 'lost' ? { ...next, typingSince: null } : next;
}

const endLines = (conversation: Conversation): Conversation => failAll(conversation, { code: 'ended', message: '' });

function failAll(conversation: Conversation, failure: NonNullable<Line['failure']>): Conversation {
  return { ...conversation, lines: conversation.lines.map((line) => (line.failure ? line : { ...line, failure })) };
}

function changeLine(conversation: Conversation, id: string, change: (line: Line) => Line): Conversation {
  return { ...conversation, lines: conversation.lines.map((line) => (line.id === id ? change(line) : line)) };
}

function keep(conversation: Conversation, frame: Entry): Conversation {
  return {
    ...conversation,
    entries: insert(conversation.entries, frame),
    cursor: Math.max(conversation.cursor, frame.seq),
  };
}

function insert(entries: readonly Entry[], entry: Entry): readonly Entry[] {
  const after = entries.findLastIndex(({ seq }) => seq <= entry.seq);
  const replaces = entries[after]?.seq === entry.seq ? 1 : 0;
  return entries.toSpliced(after + 1 - replaces, replaces, entry);
}

/** Whether the session is over, as the stream or the connection said. */
export function isOver({ entries, link }: Conversation): boolean {
  return link === 'ended' || link === 'gone' || lastSession(entries)?.status === 'ENDED';
}

/** The last word on who owns the conversation; that a desk is late says nothing of it. */
export function lastSession(entries: readonly Entry[]): SessionFrame | undefined {
  return entries.findLast(
    (entry): entry is SessionFrame => entry.type === 'session' && entry.handoff?.delayedSince === undefined,
  );
}

/** The newest message that somebody else wrote: what receipts speak of. 0 when there is none. */
export function lastHeard({ entries }: Conversation): number {
  return entries.findLast((entry) => entry.type === 'message' && entry.from !== 'user')?.seq ?? 0;
}
