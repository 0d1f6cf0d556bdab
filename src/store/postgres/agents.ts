import type { Flow } from '../../core/flow/flow.ts';
import { decodeBody, encodeBody } from '../codec.ts';
import { agentOf, publishedAgents, signingSecrets } from '../rows/agent-row.ts';
import type { AgentStore, StoredSecret } from '../store.ts';
import type { Database, Run } from './database.ts';

const one = { name: 'agent', text: `${publishedAgents} AND a.id = $1` };
const current = { name: 'agent_version', text: 'SELECT version FROM agents WHERE id = $1 AND deleted = 0' };
const flow = { name: 'flow', text: 'SELECT definition FROM flows WHERE agent_id = $1 AND version = $2' };
const secrets = {
  name: 'secrets',
  text: `SELECT sealed, created_at FROM secrets WHERE agent_id = $1 ORDER BY number DESC LIMIT ${signingSecrets}`,
};

export function postgresAgents(database: Database): AgentStore {
  return {
    publish: async (id, definition, secret, at) => {
      const version = await database.transact((run) => publish(run, id, definition, secret, at));
      return { id, version, publishedAt: at, flow: definition };
    },
    find: async (id) => {
      const [row] = await database.run(one, [id]);
      return row === undefined ? null : agentOf(row);
    },
    findVersion: async (id) => {
      const [row] = await database.run(current, [id]);
      return row === undefined ? null : Number(row.version);
    },
    list: async () => (await database.run(`${publishedAgents} ORDER BY a.id`)).map(agentOf),
    remove: async (id) => {
      const removed = await database.transact((run) =>
        run('UPDATE agents SET deleted = 1 WHERE id = $1 AND deleted = 0 RETURNING id', [id]),
      );
      return removed.length === 1;
    },
    findFlow: async (id, version) => {
      const [row] = await database.run(flow, [id, version]);
      return row === undefined ? null : decodeBody<Flow>(String(row.definition));
    },
    secrets: async (id) =>
      (await database.run(secrets, [id])).map((row) => ({
        sealed: String(row.sealed),
        createdAt: Number(row.created_at),
      })),
    addSecret: (id, secret) =>
      database.transact(async (run) => {
        // Who else gives this agent a secret waits, so that both get a number.
        await run('SELECT 1 FROM agents WHERE id = $1 FOR UPDATE', [id]);
        await addSecret(run, id, secret);
      }),
  };
}

async function publish(run: Run, id: string, definition: Flow, secret: StoredSecret, at: number): Promise<number> {
  const [row] = await run(
    `INSERT INTO agents (id, version) VALUES ($1, 1)
     ON CONFLICT (id) DO UPDATE SET version = agents.version + 1, deleted = 0 RETURNING version`,
    [id],
  );
  const version = Number(row?.version);
  await run('INSERT INTO flows (agent_id, version, published_at, definition) VALUES ($1, $2, $3, $4)', [
    ...[id, version, at, encodeBody(definition)],
  ]);
  const signed = await run('SELECT 1 FROM secrets WHERE agent_id = $1 LIMIT 1', [id]);
  if (signed.length === 0) await addSecret(run, id, secret);
  return version;
}

async function addSecret(run: Run, id: string, { sealed, createdAt }: StoredSecret): Promise<void> {
  const [row] = await run(
    `INSERT INTO secrets (agent_id, number, created_at, sealed)
     SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3 FROM secrets WHERE agent_id = $1 RETURNING number`,
    [id, createdAt, sealed],
  );
  await run('DELETE FROM secrets WHERE agent_id = $1 AND number <= $2', [id, Number(row?.number) - signingSecrets]);
}
