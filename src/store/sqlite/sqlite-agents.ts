import type { DatabaseSync } from 'node:sqlite';
import type { Flow } from '../../core/flow/flow.ts';
import { decodeBody, encodeBody } from '../codec.ts';
import { agentOf, publishedAgents, signingSecrets } from '../rows/agent-row.ts';
import type { AgentStore, StoredSecret } from '../store.ts';
import { inTransaction } from '../transaction.ts';

export function sqliteAgents(database: DatabaseSync, flush: () => Promise<void>): AgentStore {
  const one = database.prepare(`${publishedAgents} AND a.id = ?`);
  const current = database.prepare('SELECT version FROM agents WHERE id = ? AND deleted = 0');
  const all = database.prepare(`${publishedAgents} ORDER BY a.id`);
  const flow = database.prepare('SELECT definition FROM flows WHERE agent_id = ? AND version = ?');
  const remove = database.prepare('UPDATE agents SET deleted = 1 WHERE id = ? AND deleted = 0');
  return {
    publish: async (id, definition, secret, at) => {
      const version = publish(database, id, definition, secret, at);
      await flush();
      return { id, version, publishedAt: at, flow: definition };
    },
    find: async (id) => {
      const row = one.get(id);
      return row === undefined ? null : agentOf(row);
    },
    findVersion: async (id) => {
      const row = current.get(id);
      return row === undefined ? null : Number(row.version);
    },
    list: async () => all.all().map(agentOf),
    remove: async (id) => {
      const removed = remove.run(id).changes === 1;
      await flush();
      return removed;
    },
    findFlow: async (id, version) => {
      const row = flow.get(id, version);
      return row === undefined ? null : decodeBody<Flow>(String(row.definition));
    },
    secrets: async (id) =>
      database
        .prepare('SELECT sealed, created_at FROM secrets WHERE agent_id = ? ORDER BY number DESC LIMIT ?')
        .all(id, signingSecrets)
        .map((row) => ({ sealed: String(row.sealed), createdAt: Number(row.created_at) })),
    addSecret: async (id, secret) => {
      addSecret(database, id, secret.sealed, secret.createdAt);
      await flush();
    },
  };
}

function publish(database: DatabaseSync, id: string, definition: Flow, secret: StoredSecret, at: number): number {
  return inTransaction(database, () => {
    const row = database
      .prepare(
        `INSERT INTO agents (id, version) VALUES (?, 1)
         ON CONFLICT (id) DO UPDATE SET version = version + 1, deleted = 0 RETURNING version`,
      )
      .get(id);
    const version = Number(row?.version);
    database
      .prepare('INSERT INTO flows (agent_id, version, published_at, definition) VALUES (?, ?, ?, ?)')
      .run(id, version, at, encodeBody(definition));
    const signed = database.prepare('SELECT 1 FROM secrets WHERE agent_id = ?').get(id) !== undefined;
    if (!signed) addSecret(database, id, secret.sealed, secret.createdAt);
    return version;
  });
}

function addSecret(database: DatabaseSync, id: string, sealed: string, at: number): void {
  database
    .prepare(
      `INSERT INTO secrets (agent_id, number, created_at, sealed)
       SELECT $id, COALESCE(MAX(number), 0) + 1, $at, $sealed FROM secrets WHERE agent_id = $id`,
    )
    .run({ id, at, sealed });
  database
    .prepare(
      `DELETE FROM secrets WHERE agent_id = $id
       AND number <= (SELECT MAX(number) - ${signingSecrets} FROM secrets WHERE agent_id = $id)`,
    )
    .run({ id });
}
