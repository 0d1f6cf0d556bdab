import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { eventVersion, messageKinds, type SessionEvent } from '../../core/events.ts';
import { evolve, replay } from '../../core/evolve.ts';
import type { Session } from '../../core/session.ts';
import {
  decodeEvent,
  decodeSession,
  type EventRow,
  encodeEvent,
  encodeSession,
  eventColumns,
  isSnapshotDue,
  snapshotVersion,
} from '../codec.ts';
import type { Flushes } from '../flushes.ts';
import type { CommitResult, SessionCommit, SessionStore } from '../store.ts';
import { inTransaction } from '../transaction.ts';
import { callWriter } from './sqlite-deliveries.ts';
import { userWriter } from './sqlite-users.ts';

const messages = messageKinds.map((kind) => `'${kind}'`).join(', ');

export function sqliteSessions(database: DatabaseSync, { flush, flushed }: Flushes): SessionStore {
  const commit = committer(database);
  return {
    commitBatch: async (commits, at) => {
      const results = inTransaction(database, () => commits.map((one) => commit(one, at)));
      await flush();
      return results;
    },
    flushed,
    ...sessionReads(database),
    ...answerReads(database),
    ...wakeReads(database),
  };
}

/** Writes one commit inside the open transaction. The version check is what settles every race. */
function committer(database: DatabaseSync): (commit: SessionCommit, at: number) => CommitResult {
  const insertSession = database.prepare(
    `INSERT INTO sessions (id, agent_id, flow_version, version, started_at, ended, wake_at)
     VALUES ($id, $agent, $flow, $version, $started, $ended, $wake) ON CONFLICT (id) DO NOTHING`,
  );
  const updateSession = database.prepare(
    'UPDATE sessions SET version = ?, ended = ?, wake_at = ? WHERE id = ? AND version = ?',
  );
  // Without the column its index is left alone, which is what most commits want.
  const updateVersion = database.prepare('UPDATE sessions SET version = ? WHERE id = ? AND version = ?');
  const insertEvent = database.prepare(
    'INSERT INTO events (session_id, seq, at, kind, v, body) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const insertAnswer = database.prepare(
    `INSERT INTO answers (session_id, key, fingerprint, body, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (session_id, key) DO UPDATE SET fingerprint = excluded.fingerprint, body = excluded.body, at = excluded.at`,
  );
  const writeCalls = callWriter(database);
  const keepForUser = userWriter(database);
  const snapshot = snapshotWriter(database);
  const writeRow = ({ session, before, wakeAt }: SessionCommit): number | bigint => {
    const { id, version, virtualAgentId: agent, flowVersion: flow, startedAt: started } = session;
    const ended = session.phase.kind === 'ended' ? 1 : 0;
    if (before === 0)
      return insertSession.run({ id, agent, flow, version, started, ended, wake: wakeAt ?? null }).changes;
    if (wakeAt === undefined && ended === 0) return updateVersion.run(version, id, before).changes;
    return updateSession.run(version, ended, wakeAt ?? null, id, before).changes;
  };
  return (commit, at) => {
    const { session, before } = commit;
    if (writeRow(commit) !== 1) return 'conflict';
    for (const event of commit.events) {
      insertEvent.run(session.id, event.seq, event.at, event.kind, eventVersion, encodeEvent(event));
    }
    for (const { key, fingerprint, body } of commit.answers) insertAnswer.run(session.id, key, fingerprint, body, at);
    writeCalls(session.id, commit.calls, commit.changes, at);
    if (commit.userParameters) keepForUser(commit.userParameters, at);
    snapshot(before, session);
    return 'committed';
  };
}

function snapshotWriter(database: DatabaseSync): (before: number, session: Session) => void {
  const write = database.prepare(
    `INSERT INTO snapshots (session_id, version, v, body) VALUES (?, ?, ?, ?)
     ON CONFLICT (session_id) DO UPDATE SET version = excluded.version, v = excluded.v, body = excluded.body`,
  );
  return (before, session) => {
    if (!isSnapshotDue(before, session.version)) return;
    write.run(session.id, session.version, snapshotVersion, encodeSession(session));
  };
}

type Reads = Pick<SessionStore, 'load' | 'readEvents' | 'readMessages' | 'readEvent'>;

export function sessionReads(database: DatabaseSync): Reads {
  const latest = database.prepare('SELECT version, v, body FROM snapshots WHERE session_id = ?');
  const events = eventStatement(database, 'seq > ? ORDER BY seq LIMIT ?');
  const utterances = eventStatement(database, `seq > ? AND seq <= ? AND kind IN (${messages}) ORDER BY seq LIMIT ?`);
  const single = eventStatement(database, 'seq = ?');
  const decodeAll = (rows: readonly unknown[]): readonly SessionEvent[] =>
    rows.map((row) => decodeEvent(row as EventRow));
  return {
    load: async (id) => {
      const row = latest.get(id);
      if (row !== undefined && row.v === snapshotVersion) {
        const known = decodeSession(String(row.body));
        return decodeAll(events.all(id, known.version, -1)).reduce(evolve, known);
      }
      return replay(decodeAll(events.all(id, 0, -1)));
    },
    readEvents: async (id, after, limit) => decodeAll(events.all(id, after, limit)),
    readMessages: async (id, after, to, limit) => decodeAll(utterances.all(id, after, to, limit)),
    readEvent: async (id, seq) => {
      const row = single.get(id, seq);
      return row === undefined ? null : decodeEvent(row as unknown as EventRow);
    },
  };
}

/** Rows come as arrays: an object a row costs twice as much as reading it. */
function eventStatement(database: DatabaseSync, condition: string): StatementSync {
  const statement = database.prepare(`SELECT ${eventColumns} FROM events WHERE session_id = ? AND ${condition}`);
  statement.setReturnArrays(true);
  return statement;
}

function answerReads(database: DatabaseSync): Pick<SessionStore, 'findAnswer'> {
  const find = database.prepare('SELECT fingerprint, body FROM answers WHERE session_id = ? AND key = ? AND at >= ?');
  return {
    findAnswer: async (id, key, since) => {
      const row = find.get(id, key, since);
      return row === undefined ? null : { key, fingerprint: String(row.fingerprint), body: String(row.body) };
    },
  };
}

function wakeReads(database: DatabaseSync): Pick<SessionStore, 'claimDue' | 'nextWakeAt'> {
  const due = database.prepare('SELECT id FROM sessions WHERE wake_at <= ? ORDER BY wake_at LIMIT ?');
  const next = database.prepare('SELECT MIN(wake_at) AS at FROM sessions WHERE wake_at > ?');
  return {
    claimDue: async (at, limit) => due.all(at, limit).map(({ id }) => String(id)),
    nextWakeAt: async (after) => {
      const at = next.get(after)?.at;
      return typeof at === 'number' ? at : null;
    },
  };
}
