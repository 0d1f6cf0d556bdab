import type { DeskEntry, DeskLiveAgentMessage, DeskUserMessage } from '../../contract/desk-api.ts';
import { instant } from '../../contract/text.ts';
import type { Changed } from './conversation-table.ts';
import type { Database, Row } from './database.ts';

export type Delivering = Readonly<{
  status: DeskLiveAgentMessage['status'];
  why: string | null;
  /** What the router calls the message, once it has taken it. */
  messageUuid: string | null;
}>;

type LiveAgentRef = Readonly<{ conversationId: string; id: string }>;

export type EntryTable = Readonly<{
  /** @param respondBy ms. @returns false when it is there already, which changes nothing. */
  addUserMessage: (entry: DeskUserMessage, respondBy: number) => boolean;
  addLiveAgentMessage: (entry: DeskLiveAgentMessage) => void;
  find: (conversationId: string, id: string) => DeskLiveAgentMessage | null;
  findByUuid: (messageUuid: string) => DeskLiveAgentMessage | null;
  saveDelivering: (entry: LiveAgentRef, delivering: Delivering) => void;
  /** All of a conversation, in order of place. */
  of: (conversationId: string) => readonly DeskEntry[];
  /** The one at the last place. */
  last: (conversationId: string) => DeskEntry | null;
  /** Seq of the newest user message; null when there is none. */
  newestSeq: (conversationId: string) => number | null;
  /** By when the first user message after both must be answered, ms; null when there is none. */
  firstOwed: (conversationId: string, afterSeq: number, afterAt: number) => number | null;
  /** In order of change. @param limit -1 for all. */
  changedAfter: (after: number, limit: number) => readonly Changed<DeskEntry>[];
}>;

const columns =
  'conversation_id, kind, id, seq, nth, text, at, previous_seq, respond_by, by_id, by_name, status, why, change';
const marks = columns.replaceAll(/\w+/g, '?');

/** @param nextChange numbers the change that is being written. */
export function entryTable(database: Database, nextChange: () => number): EntryTable {
  const select = `SELECT ${columns} FROM entries`;
  const insert = database.prepare(`INSERT INTO entries (${columns}) VALUES (${marks}) ON CONFLICT DO NOTHING`);
  const update = database.prepare(
    `UPDATE entries SET status = ?, why = ?, message_uuid = coalesce(?, message_uuid), change = ?
     WHERE conversation_id = ? AND kind = 'live-agent-message' AND id = ?`,
  );
  const byId = database.prepare(`${select} WHERE conversation_id = ? AND kind = 'live-agent-message' AND id = ?`);
  const byUuid = database.prepare(`${select} WHERE message_uuid = ?`);
  const all = database.prepare(`${select} WHERE conversation_id = ? ORDER BY seq, nth`);
  const last = database.prepare(`${select} WHERE conversation_id = ? ORDER BY seq DESC, nth DESC LIMIT 1`);
  const newest = database.prepare(
    "SELECT max(seq) AS seq FROM entries WHERE conversation_id = ? AND kind = 'user-message'",
  );
  const owed = database.prepare(
    `SELECT respond_by FROM entries WHERE conversation_id = ? AND kind = 'user-message' AND seq > ? AND at > ?
     ORDER BY seq LIMIT 1`,
  );
  const changed = database.prepare(`${select} WHERE change > ? ORDER BY change LIMIT ?`);
  const liveAgents = (row: Row | undefined): DeskLiveAgentMessage | null =>
    row === undefined ? null : liveAgentMessageOf(row);
  return {
    addUserMessage: ({ conversationId, kind, messageId, place, text, at, previousSeq }, respondBy) => {
      const placed = [conversationId, kind, messageId, place[0] ?? 0, place[1] ?? 0, text, Date.parse(at)];
      return insert.run(...placed, previousSeq, respondBy, null, null, null, null, nextChange()).changes === 1;
    },
    addLiveAgentMessage: ({ conversationId, kind, id, place, text, at, by, status, why }) => {
      const placed = [conversationId, kind, id, place[0] ?? 0, place[1] ?? 0, text, Date.parse(at)];
      insert.run(...placed, null, null, by.id, by.name, status, why, nextChange());
    },
    find: (conversationId, id) => liveAgents(byId.get(conversationId, id)),
    findByUuid: (messageUuid) => liveAgents(byUuid.get(messageUuid)),
    saveDelivering: ({ conversationId, id }, { status, why, messageUuid }) =>
      void update.run(status, why, messageUuid, nextChange(), conversationId, id),
    of: (conversationId) => all.all(conversationId).map(entryOf),
    last: (conversationId) => {
      const row = last.get(conversationId);
      return row === undefined ? null : entryOf(row);
    },
    newestSeq: (conversationId) => numberOrNull(newest.get(conversationId)?.seq),
    firstOwed: (...search) => numberOrNull(owed.get(...search)?.respond_by),
    changedAfter: (after, limit) =>
      changed.all(after, limit).map((row) => ({ change: Number(row.change), value: entryOf(row) })),
  };
}

const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);

const placeOf = (row: Row): number[] => [Number(row.seq), Number(row.nth)];

function entryOf(row: Row): DeskEntry {
  if (row.kind === 'live-agent-message') return liveAgentMessageOf(row);
  return {
    kind: 'user-message',
    conversationId: String(row.conversation_id),
    place: placeOf(row),
    messageId: String(row.id),
    seq: Number(row.seq),
    previousSeq: Number(row.previous_seq),
    text: String(row.text),
    at: instant(Number(row.at)),
  };
}

function liveAgentMessageOf(row: Row): DeskLiveAgentMessage {
  return {
    kind: 'live-agent-message',
    conversationId: String(row.conversation_id),
    place: placeOf(row),
    id: String(row.id),
    text: String(row.text),
    at: instant(Number(row.at)),
    by: { id: String(row.by_id), name: String(row.by_name) },
    status: String(row.status) as DeskLiveAgentMessage['status'],
    why: row.why === null ? null : String(row.why),
  };
}
