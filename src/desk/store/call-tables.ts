import type { StatusCall } from '../../contract/received-calls.ts';
import type { Database } from './database.ts';

export type EarlyStatus = Readonly<{ status: StatusCall['status']; at: number }>;

/** What the desk remembers of calls that it was made. */
export type CallTables = Readonly<{
  /** @returns false when the call was taken before. @param at ms. */
  see: (agentId: string, webhookId: string, at: number) => boolean;
  /** Keeps a status whose message is not known yet. @param at now, ms. */
  keepEarly: (call: StatusCall, at: number) => void;
  /** Takes out what was kept for a message. */
  takeEarly: (sessionId: string, messageUuid: string) => readonly EarlyStatus[];
  /** Forgets what is older. @param at ms. */
  forgetBefore: (at: number) => void;
}>;

export function callTables(database: Database): CallTables {
  const see = database.prepare('INSERT INTO seen_calls VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
  const keep = database.prepare(
    `INSERT INTO early_statuses (message_uuid, session_id, status, status_at, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const early = database.prepare(
    'SELECT status, status_at FROM early_statuses WHERE message_uuid = ? AND session_id = ?',
  );
  const take = database.prepare('DELETE FROM early_statuses WHERE message_uuid = ?');
  const oldCalls = database.prepare('DELETE FROM seen_calls WHERE at < ?');
  const oldStatuses = database.prepare('DELETE FROM early_statuses WHERE at < ?');
  return {
    see: (agentId, webhookId, at) => see.run(agentId, webhookId, at).changes === 1,
    keepEarly: ({ message_uuid, sessionId, status, timestamp }, at) =>
      void keep.run(message_uuid, sessionId, status, Date.parse(timestamp), at),
    takeEarly: (sessionId, messageUuid) => {
      const kept = early.all(messageUuid, sessionId);
      take.run(messageUuid);
      return kept.map((row) => ({ status: String(row.status) as EarlyStatus['status'], at: Number(row.status_at) }));
    },
    forgetBefore: (at) => {
      oldCalls.run(at);
      oldStatuses.run(at);
    },
  };
}
