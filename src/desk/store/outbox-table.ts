import type { DeskPerson } from '../../contract/desk-api.ts';
import type { Database, Row } from './database.ts';

/** A call that the desk owes the router. Those of one conversation are made in order of their number. */
export type OwedCall = Readonly<{ number: number; conversationId: string; by: DeskPerson }> &
  (Readonly<{ kind: 'assign' | 'disconnect' }> | Readonly<{ kind: 'outbound'; entryId: string }>);

export type NewCall = Readonly<{ conversationId: string; by: DeskPerson }> &
  (Readonly<{ kind: 'assign' | 'disconnect' }> | Readonly<{ kind: 'outbound'; entryId: string }>);

export type OutboxTable = Readonly<{
  add: (call: NewCall) => void;
  /** The next one of a conversation; null when nothing is owed. */
  head: (conversationId: string) => OwedCall | null;
  remove: (number: number) => void;
  /** The conversations in which something is owed. */
  conversations: () => readonly string[];
}>;

export function outboxTable(database: Database): OutboxTable {
  const insert = database.prepare(
    'INSERT INTO outbox (conversation_id, kind, entry_id, by_id, by_name) VALUES (?, ?, ?, ?, ?)',
  );
  const head = database.prepare('SELECT * FROM outbox WHERE conversation_id = ? ORDER BY number LIMIT 1');
  const remove = database.prepare('DELETE FROM outbox WHERE number = ?');
  const conversations = database.prepare('SELECT DISTINCT conversation_id FROM outbox');
  return {
    add: (call) => {
      const entryId = call.kind === 'outbound' ? call.entryId : null;
      insert.run(call.conversationId, call.kind, entryId, call.by.id, call.by.name);
    },
    head: (conversationId) => {
      const row = head.get(conversationId);
      return row === undefined ? null : owedCallOf(row);
    },
    remove: (number) => void remove.run(number),
    conversations: () => conversations.all().map((row) => String(row.conversation_id)),
  };
}

function owedCallOf(row: Row): OwedCall {
  const base = {
    number: Number(row.number),
    conversationId: String(row.conversation_id),
    by: { id: String(row.by_id), name: String(row.by_name) },
  };
  if (row.kind === 'outbound') return { ...base, kind: 'outbound', entryId: String(row.entry_id) };
  return { ...base, kind: row.kind === 'assign' ? 'assign' : 'disconnect' };
}
