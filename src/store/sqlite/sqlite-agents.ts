import type { DatabaseSync } from 'node:sqlite';
import type { Flow } from '../../core/flow/flow.ts';
import type { AgentStore, DraftOvertaken, StoredSecret, Terms, Trial, VersionOvertaken } from '../agents.ts';
import { decodeBody, encodeBody } from '../codec.ts';
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
} from '../rows/agent-row.ts';
import { clearDraft, revisionOf } from '../rows/draft-row.ts';
import { inTransaction } from '../transaction.ts';
import { numbered, readDraft, sqliteDrafts } from './sqlite-drafts.ts';

export function sqliteAgents(database: DatabaseSync, flush: () => Promise<void>): AgentStore {
  const one = database.prepare(`${publishedAgents} AND a.id = ?`);
  const current = database.prepare(publishedVersion);
  const all = database.prepare(`${publishedAgents} ORDER BY a.id`);
  const flow = database.prepare('SELECT definition FROM flows WHERE agent_id = ? AND version = ?');
  const remove = database.prepare('UPDATE agents SET deleted = 1 WHERE id = ? AND deleted = 0');
  return {
    ...sqliteDrafts(database, flush),
    ...versions(database),
    ...secrets(database, flush),
    publish: async (id, definition, secret, at, terms = {}) => {
      const version = publish(database, { id, flow: definition, secret, at, terms });
      await flush();
      return typeof version === 'number' ? { id, version, publishedAt: at, flow: definition } : version;
    },
    find: async (id) => {
      const row = one.get(id);
      return row === undefined ? null : agentOf(row);
    },
    findVersion: async (id) => {
      const row = current.get(numbered(id));
      return row === undefined ? null : Number(row.version);
    },
    list: async () => all.all().map(agentOf),
    remove: async (id) => {
      const removed = remove.run(id).changes === 1;
      await flush();
      return removed;
    },
    keepTrial: async (id, trial) => {
      keepTrial(database, id, trial);
      await flush();
    },
    findFlow: async (id, version) => {
      const row = flow.get(id, version);
      return row === undefined ? null : decodeBody<Flow>(String(row.definition));
    },
  };
}

function keepTrial(database: DatabaseSync, id: string, { version, flow, secret, at, forgetBefore }: Trial): void {
  inTransaction(database, () => {
    database.prepare(forgottenTrials).run(numbered(id, forgetBefore));
    database.prepare(keptTrial).run(numbered(id, version, at, null, null, encodeBody(flow.name), encodeBody(flow)));
    database.prepare(firstSecret).run(numbered(id, secret.createdAt, secret.sealed));
  });
}

const versions = (database: DatabaseSync): Pick<AgentStore, 'listVersions' | 'readVersion'> => ({
  listVersions: async (id, before, limit) =>
    database
      .prepare(versionsBefore)
      .all(numbered(id, before ?? lastVersion, limit))
      .map(versionOf),
  readVersion: async (id, version) => {
    const row = database.prepare(oneVersion).get(numbered(id, version));
    return row === undefined ? null : wholeVersionOf(row);
  },
});

type Secrets = Pick<AgentStore, 'secrets' | 'addSecret' | 'giveSecret'>;

const secrets = (database: DatabaseSync, flush: () => Promise<void>): Secrets => ({
  secrets: async (id) =>
    database
      .prepare('SELECT sealed, created_at FROM secrets WHERE agent_id = ? ORDER BY number DESC LIMIT ?')
      .all(id, signingSecrets)
      .map((row) => ({ sealed: String(row.sealed), createdAt: Number(row.created_at) })),
  addSecret: async (id, secret) => {
    addSecret(database, id, secret.sealed, secret.createdAt);
    await flush();
  },
  giveSecret: async (id, { sealed, createdAt }) => {
    database.prepare(firstSecret).run(numbered(id, createdAt, sealed));
    await flush();
  },
});

type Publication = Readonly<{ id: string; flow: Flow; secret: StoredSecret; at: number; terms: Terms }>;

function publish(
  database: DatabaseSync,
  { id, flow, secret, at, terms }: Publication,
): number | VersionOvertaken | DraftOvertaken {
  const { base, draft, by = null, restoredFrom = null } = terms;
  return inTransaction(database, () => {
    const found = draft === undefined ? undefined : revisionOf(readDraft(database, id));
    if (found !== draft) return { overtaken: 'draft', revision: found ?? null };
    const row = database.prepare(nextVersion).get(numbered(id, base ?? null, base === undefined ? 1 : 0));
    if (row === undefined) {
      const current = database.prepare(publishedVersion).get(numbered(id));
      return { overtaken: 'version', version: current === undefined ? null : Number(current.version) };
    }
    const version = Number(row.version);
    database.prepare(newFlow).run(numbered(id, version, at, by, restoredFrom, encodeBody(flow.name), encodeBody(flow)));
    database.prepare(firstSecret).run(numbered(id, secret.createdAt, secret.sealed));
    if (draft !== undefined) database.prepare(clearDraft).run(numbered(id));
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
