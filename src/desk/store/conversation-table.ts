import type { DeskConversation, DeskPerson, DeskStory } from '../../contract/desk-api.ts';
import { instant } from '../../contract/text.ts';
import type { Database, Row } from './database.ts';

/** A conversation as the desk keeps it; instants in ms. */
export type Conversation = Readonly<{
  id: string;
  sessionId: string;
  epoch: number;
  agentId: string;
  startedAt: number;
  /** By when the first answer is due: as the start call said, and once somebody took it, as the assignment's answer. */
  startRespondBy: number;
  lastSeq: number;
  customer: string | null;
  state: DeskConversation['state'];
  assignee: DeskPerson | null;
  ending: boolean;
  endReason: string | null;
  respondBy: number | null;
  /** User messages up to this seq were answered; -1 before the first answer. */
  answeredSeq: number;
  /** User messages up to this instant of the router were answered; 0 before the first answer. */
  answeredAt: number;
  preview: DeskConversation['preview'];
  /** How many messages the live agents have said. */
  said: number;
  changedAt: number;
}>;

/** What a start call brings and never changes. */
export type History = Pick<DeskStory, 'transcript' | 'parameters'>;

export type Changed<Value> = Readonly<{ change: number; value: Value }>;

export type ConversationTable = Readonly<{
  add: (conversation: Conversation, history: History) => void;
  /** Writes what may change. */
  save: (conversation: Conversation) => void;
  find: (id: string) => Conversation | null;
  /** The newest of a session. */
  ofSession: (sessionId: string) => Conversation | null;
  history: (id: string) => History;
  /** In order of change. @param limit -1 for all. */
  changedAfter: (after: number, limit: number) => readonly Changed<DeskConversation>[];
  /** Waiting and open ones, and the newest that ended. */
  overview: (mostEnded: number) => readonly DeskConversation[];
}>;

const fixed = 'id, session_id, epoch, agent_id, started_at, last_seq, customer';
const moving =
  'start_respond_by, state, assignee_id, assignee_name, ending, end_reason, respond_by, answered_seq, answered_at, preview_from, preview_text, said, changed_at, change';
const columns = `${fixed}, ${moving}`;
const marks = (list: string): string => list.replaceAll(/\w+/g, '?');

/** @param nextChange numbers the change that is being written. */
export function conversationTable(database: Database, nextChange: () => number): ConversationTable {
  const insert = database.prepare(
    `INSERT INTO conversations (${columns}, transcript, parameters) VALUES (${marks(columns)}, ?, ?)`,
  );
  const update = database.prepare(`UPDATE conversations SET (${moving}) = (${marks(moving)}) WHERE id = ?`);
  const byId = database.prepare(`SELECT ${columns} FROM conversations WHERE id = ?`);
  const bySession = database.prepare(
    `SELECT ${columns} FROM conversations WHERE session_id = ? ORDER BY epoch DESC LIMIT 1`,
  );
  const history = database.prepare('SELECT transcript, parameters FROM conversations WHERE id = ?');
  const changed = database.prepare(`SELECT ${columns} FROM conversations WHERE change > ? ORDER BY change LIMIT ?`);
  const living = database.prepare(
    `SELECT ${columns} FROM conversations WHERE state IN ('waiting', 'open') ORDER BY started_at, id`,
  );
  const ended = database.prepare(
    `SELECT ${columns} FROM conversations WHERE state = 'ended' ORDER BY changed_at DESC, id LIMIT ?`,
  );
  const first = (row: Row | undefined): Conversation | null => (row === undefined ? null : conversationOf(row));
  return {
    add: (one, { transcript, parameters }) => {
      const { id, sessionId, epoch, agentId, startedAt, lastSeq, customer } = one;
      const kept = [id, sessionId, epoch, agentId, startedAt, lastSeq, customer];
      insert.run(...kept, ...movingOf(one, nextChange()), JSON.stringify(transcript), JSON.stringify(parameters));
    },
    save: (one) => void update.run(...movingOf(one, nextChange()), one.id),
    find: (id) => first(byId.get(id)),
    ofSession: (sessionId) => first(bySession.get(sessionId)),
    history: (id) => {
      const row = history.get(id);
      return { transcript: JSON.parse(String(row?.transcript)), parameters: JSON.parse(String(row?.parameters)) };
    },
    changedAfter: (after, limit) =>
      changed.all(after, limit).map((row) => ({ change: Number(row.change), value: wire(conversationOf(row)) })),
    overview: (mostEnded) => [...living.all(), ...ended.all(mostEnded)].map((row) => wire(conversationOf(row))),
  };
}

function movingOf(one: Conversation, change: number): (string | number | null)[] {
  return [
    one.startRespondBy,
    ...[one.state, one.assignee?.id ?? null, one.assignee?.name ?? null, Number(one.ending), one.endReason],
    ...[one.respondBy, one.answeredSeq, one.answeredAt, one.preview?.from ?? null, one.preview?.text ?? null],
    ...[one.said, one.changedAt, change],
  ];
}

const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

function conversationOf(row: Row): Conversation {
  const from = textOrNull(row.preview_from) as NonNullable<Conversation['preview']>['from'] | null;
  return {
    id: String(row.id),
    sessionId: String(row.session_id),
    epoch: Number(row.epoch),
    agentId: String(row.agent_id),
    startedAt: Number(row.started_at),
    startRespondBy: Number(row.start_respond_by),
    lastSeq: Number(row.last_seq),
    customer: textOrNull(row.customer),
    state: String(row.state) as Conversation['state'],
    assignee: row.assignee_id === null ? null : { id: String(row.assignee_id), name: String(row.assignee_name) },
    ending: row.ending === 1,
    endReason: textOrNull(row.end_reason),
    respondBy: row.respond_by === null ? null : Number(row.respond_by),
    answeredSeq: Number(row.answered_seq),
    answeredAt: Number(row.answered_at),
    preview: from === null ? null : { from, text: String(row.preview_text) },
    said: Number(row.said),
    changedAt: Number(row.changed_at),
  };
}

/** A conversation as the pages see it. */
export function wire(one: Conversation): DeskConversation {
  const { id, sessionId, epoch, agentId, state, assignee, ending, endReason, lastSeq, customer, preview } = one;
  return {
    ...{ id, sessionId, epoch, agentId, state, assignee, ending, endReason, lastSeq, customer, preview },
    startedAt: instant(one.startedAt),
    respondBy: one.respondBy === null ? null : instant(one.respondBy),
    changedAt: instant(one.changedAt),
  };
}
