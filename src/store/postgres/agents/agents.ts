import type { Flow } from '../../../core/flow/flow.ts';
import type { AgentStore, DraftOvertaken, StoredSecret, Terms, Trial, VersionOvertaken } from '../../agents.ts';
import { decodeBody, encodeBody } from '../../codec.ts';
import {
  agentOf,
  firstSecret,
  forgottenTrials,
  keptTrial,
  lastVersion,
  newFlow,
  nextVersion,
  oneVersion,
  publishedAgents,
  publishedVersion,
  signingSecrets,
  versionOf,
  versionsBefore,
  wholeVersionOf,
} from '../../rows/agent-row.ts';
import { clearDraft, revisionOf } from '../../rows/draft-row.ts';
import type { Database, Run } from '../database.ts';
import { lockDraft, postgresDrafts } from './drafts.ts';

const one = { name: 'agent', text: `${publishedAgents} AND a.id = $1` };
const current = { name: 'agent_version', text: publishedVersion };
const flow = { name: 'flow', text: 'SELECT definition FROM flows WHERE agent_id = $1 AND version = $2' };
const secrets = {
  name: 'secrets',
  text: `SELECT sealed, created_at FROM secrets WHERE agent_id = $1 ORDER BY number DESC LIMIT ${signingSecrets}`,
};

export function postgresAgents(database: Database): AgentStore {
  return {
    ...postgresDrafts(database),
    publish: async (id, definition, secret, at, terms = {}) => {
      const version = await database.transact((run) => publish(run, { id, flow: definition, secret, at, terms }));
      return typeof version === 'number' ? { id, version, publishedAt: at, flow: definition } : version;
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
    keepTrial: (id, trial) => database.transact((run) => keepTrial(run, id, trial)),
    findFlow: async (id, version) => {
      const [row] = await database.run(flow, [id, version]);
      return row === undefined ? null : decodeBody<Flow>(String(row.definition));
    },
    listVersions: async (id, before, limit) =>
      (await database.run(versionsBefore, [id, before ?? lastVersion, limit])).map(versionOf),
    readVersion: async (id, version) => {
      const [row] = await database.run(oneVersion, [id, version]);
      return row === undefined ? null : wholeVersionOf(row);
    },
    secrets: async (id) =>
      (await database.run(secrets, [id])).map((row) => ({
        sealed: String(row.sealed),
        createdAt: Number(row.created_at),
      })),
    addSecret: (id, secret) =>
      database.transact(async (run) => {
        // Who else gives this agent a secret waits, so that both get a number; one that is not published has its draft.
        await run('SELECT 1 FROM drafts WHERE agent_id = $1 FOR UPDATE', [id]);
        await run('SELECT 1 FROM agents WHERE id = $1 FOR UPDATE', [id]);
        await addSecret(run, id, secret);
      }),
    giveSecret: async (id, { sealed, createdAt }) => {
      await database.transact((run) => run(firstSecret, [id, createdAt, sealed]));
    },
  };
}

async function keepTrial(run: Run, id: string, { version, flow, secret, at, forgetBefore }: Trial): Promise<void> {
  await run(forgottenTrials, [id, forgetBefore]);
  await run(keptTrial, [id, version, at, null, null, encodeBody(flow.name), encodeBody(flow)]);
  await run(firstSecret, [id, secret.createdAt, secret.sealed]);
}

type Publication = Readonly<{ id: string; flow: Flow; secret: StoredSecret; at: number; terms: Terms }>;

async function publish(
  run: Run,
  { id, flow, secret, at, terms }: Publication,
): Promise<number | VersionOvertaken | DraftOvertaken> {
  const { base, draft, by = null, restoredFrom = null } = terms;
  const found = draft === undefined ? undefined : revisionOf(await lockDraft(run, id));
  if (found !== draft) return { overtaken: 'draft', revision: found ?? null };
  const [row] = await run(nextVersion, [id, base ?? null, base === undefined ? 1 : 0]);
  if (row === undefined) {
    const [current] = await run(publishedVersion, [id]);
    return { overtaken: 'version', version: current === undefined ? null : Number(current.version) };
  }
  const version = Number(row.version);
  await run(newFlow, [id, version, at, by, restoredFrom, encodeBody(flow.name), encodeBody(flow)]);
  await run(firstSecret, [id, secret.createdAt, secret.sealed]);
  if (draft !== undefined) await run(clearDraft, [id]);
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
