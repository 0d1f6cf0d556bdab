import type {
  DeskConversation,
  DeskEntry,
  DeskLiveAgentMessage,
  DeskPerson,
  DeskStory,
  DeskSync,
} from '../../contract/desk-api.ts';

/*
 * What the page knows of the desk.
 * 1. A conversation is replaced by a newer one only: an answer and the stream may cross.
 * 2. An entry is known by its id; told again it replaces itself, and its status never goes backwards.
 * 3. What this page sends is shown at once and gives way to the entry of the same id.
 */

export type Link = 'loading' | 'live' | 'lost' | 'signed-out';

/** What was there before the handoff; it does not change. */
export type Before = Pick<DeskStory, 'transcript' | 'parameters'>;

type ById<Value> = Readonly<Record<string, Value>>;

export type Desk = Readonly<{
  conversations: ById<DeskConversation>;
  before: ById<Before>;
  /** By conversation, in order of place. */
  entries: ById<readonly DeskEntry[]>;
  /** What this page has sent and the desk has not shown yet, by conversation. */
  outgoing: ById<readonly DeskLiveAgentMessage[]>;
  cursor: number;
  link: Link;
  /** Whether the desk has said at least once what there is. */
  isKnown: boolean;
  /** The conversation that is being looked at. */
  looking: string | null;
  /** When each conversation was last looked at: its `changedAt` of then. */
  seen: ById<string>;
  /** Conversations in which something new has not been looked at. */
  unseen: readonly string[];
}>;

export type Happening =
  | Readonly<{ kind: 'synced'; sync: DeskSync; isFirst: boolean }>
  | Readonly<{ kind: 'conversation-told'; conversation: DeskConversation }>
  | Readonly<{ kind: 'story-told'; story: DeskStory }>
  | Readonly<{ kind: 'entry-told'; entry: DeskEntry }>
  | Readonly<{ kind: 'wrote'; conversationId: string; id: string; text: string; at: string; by: DeskPerson }>
  | Readonly<{ kind: 'refused'; conversationId: string; id: string; why: string }>
  | Readonly<{ kind: 'tried-again'; conversationId: string; id: string }>
  | Readonly<{ kind: 'looking'; conversationId: string | null }>
  | Readonly<{ kind: 'linked'; link: Link }>;

export const emptyDesk = (seen: ById<string> = {}, outgoing: readonly DeskLiveAgentMessage[] = []): Desk => ({
  ...{
    conversations: {},
    before: {},
    entries: {},
    outgoing: Object.fromEntries(Map.groupBy(outgoing, ({ conversationId }) => conversationId)),
    cursor: 0,
    link: 'loading',
    isKnown: false,
    looking: null,
  },
  ...{ seen, unseen: [] },
});

export function reduceDesk(desk: Desk, happening: Happening): Desk {
  switch (happening.kind) {
    case 'synced':
      return look(synced(desk, happening.sync, happening.isFirst));
    case 'conversation-told':
      return look(withConversations(desk, [happening.conversation]));
    case 'story-told': {
      const { conversation, transcript, parameters, entries } = happening.story;
      const next = withEntries(withConversations(desk, [conversation]), entries);
      return look({ ...next, before: { ...next.before, [conversation.id]: { transcript, parameters } } });
    }
    case 'entry-told':
      return withEntries(desk, [happening.entry]);
    case 'wrote':
      return wrote(desk, happening);
    case 'refused':
      return changeOutgoing(desk, happening, { status: 'refused', why: happening.why });
    case 'tried-again':
      return changeOutgoing(desk, happening, { status: 'sending', why: null });
    case 'looking':
      return look({ ...desk, looking: happening.conversationId });
    case 'linked':
      return { ...desk, link: happening.link };
  }
}

function synced(desk: Desk, sync: DeskSync, isFirst: boolean): Desk {
  const next = withEntries(withConversations(desk, sync.conversations), sync.entries);
  const fresh = isFirst
    ? sync.conversations.filter((one) => isNewsSince(one, desk.seen[one.id])).map(({ id }) => id)
    : [
        ...sync.conversations
          .filter((one) => one.state === 'waiting' && !(one.id in desk.conversations))
          .map(({ id }) => id),
        ...sync.entries.flatMap((entry) => (entry.kind === 'user-message' ? [entry.conversationId] : [])),
      ];
  const unseen = new Set([...desk.unseen, ...fresh]);
  const isAsked = (id: string): boolean => next.conversations[id]?.state !== 'ended';
  return { ...next, isKnown: true, cursor: Math.max(desk.cursor, sync.cursor), unseen: [...unseen].filter(isAsked) };
}

function isNewsSince({ preview, state, changedAt }: DeskConversation, seen: string | undefined): boolean {
  if (seen === undefined) return state === 'waiting' || preview?.from === 'user';
  return preview?.from === 'user' && Date.parse(changedAt) > Date.parse(seen);
}

/** What is being looked at has been seen. */
function look(desk: Desk): Desk {
  const { looking, conversations, seen, unseen } = desk;
  const conversation = looking === null ? undefined : conversations[looking];
  if (conversation === undefined) return desk;
  const { id, changedAt } = conversation;
  if (seen[id] === changedAt && !unseen.includes(id)) return desk;
  return { ...desk, seen: { ...seen, [id]: changedAt }, unseen: unseen.filter((one) => one !== id) };
}

function withConversations(desk: Desk, told: readonly DeskConversation[]): Desk {
  const newer = told.filter(({ id, changedAt }) => {
    const known = desk.conversations[id];
    return known === undefined || Date.parse(changedAt) >= Date.parse(known.changedAt);
  });
  if (newer.length === 0) return desk;
  const conversations = { ...desk.conversations };
  for (const one of newer) conversations[one.id] = one;
  return { ...desk, conversations };
}

function withEntries(desk: Desk, told: readonly DeskEntry[]): Desk {
  if (told.length === 0) return desk;
  const entries = { ...desk.entries };
  const outgoing = { ...desk.outgoing };
  for (const [id, fresh] of Map.groupBy(told, ({ conversationId }) => conversationId)) {
    entries[id] = mergeEntries(entries[id] ?? [], fresh);
    const known = new Set(entries[id].map(keyOf));
    outgoing[id] = (outgoing[id] ?? []).filter((message) => !known.has(keyOf(message)));
  }
  return { ...desk, entries, outgoing };
}

export const keyOf = (entry: DeskEntry): string =>
  entry.kind === 'user-message' ? `user-${entry.messageId}` : `live-${entry.id}`;

function mergeEntries(known: readonly DeskEntry[], told: readonly DeskEntry[]): readonly DeskEntry[] {
  const merged = new Map(known.map((entry) => [keyOf(entry), entry]));
  for (const entry of told) {
    const before = merged.get(keyOf(entry));
    if (before === undefined || rankOf(entry) >= rankOf(before)) merged.set(keyOf(entry), entry);
  }
  return [...merged.values()].sort(comparePlaces);
}

const ranks = { sending: 0, submitted: 1, delivered: 2, read: 3, undeliverable: 4, refused: 4 } as const;

const rankOf = (entry: DeskEntry): number => (entry.kind === 'user-message' ? 0 : ranks[entry.status]);

/** Places are compared number by number. */
function comparePlaces({ place: one }: DeskEntry, { place: other }: DeskEntry): number {
  const at = one.findIndex((number, index) => number !== other[index]);
  return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}

function wrote(desk: Desk, { conversationId, id, text, at, by }: Happening & { kind: 'wrote' }): Desk {
  const message: DeskLiveAgentMessage = {
    ...{ kind: 'live-agent-message', conversationId, place: [], id, text, at, by, status: 'sending', why: null },
  };
  const before = desk.outgoing[conversationId] ?? [];
  return { ...desk, outgoing: { ...desk.outgoing, [conversationId]: [...before, message] } };
}

function changeOutgoing(
  desk: Desk,
  { conversationId, id }: Readonly<{ conversationId: string; id: string }>,
  change: Pick<DeskLiveAgentMessage, 'status' | 'why'>,
): Desk {
  const messages = desk.outgoing[conversationId] ?? [];
  const changed = messages.map((message) => (message.id === id ? { ...message, ...change } : message));
  return { ...desk, outgoing: { ...desk.outgoing, [conversationId]: changed } };
}
