import type { Flow } from '../../core/flow/flow.ts';
import type { AgentVersion, PublishedAgent } from '../agents.ts';
import { decodeBody } from '../codec.ts';

/** Secrets that an agent keeps: the one that signs, and the one before it. */
export const signingSecrets = 2;

/** What `agentOf` wants, of those that are published. */
export const publishedAgents = `SELECT a.id, a.version, f.published_at, f.definition FROM agents a
    JOIN flows f ON f.agent_id = a.id AND f.version = a.version WHERE a.deleted = 0`;

/**
 * Counts the version on, or gives no row when another one than $2 is the published one. With $3 = 1 whichever may be. The
 * condition is tried on the row that is locked, so of two who name the same version one finds it gone.
 */
export const nextVersion = `INSERT INTO agents (id, version)
    SELECT $1, 1 WHERE $3 = 1 OR CAST($2 AS integer) IS NULL OR EXISTS (SELECT 1 FROM agents WHERE id = $1)
    ON CONFLICT (id) DO UPDATE SET version = agents.version + 1, deleted = 0
    WHERE $3 = 1 OR CASE WHEN agents.deleted = 0 THEN agents.version END IS NOT DISTINCT FROM CAST($2 AS integer)
    RETURNING version`;

export const newFlow = `INSERT INTO flows (agent_id, version, published_at, published_by, restored_from, name, definition)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`;

/** Of one that is kept already the definition is the same, for numbers of trials never come again. */
export const keptTrial = `${newFlow} ON CONFLICT (agent_id, version) DO UPDATE SET published_at = excluded.published_at`;

export const forgottenTrials = 'DELETE FROM flows WHERE agent_id = $1 AND version < 0 AND published_at < $2';

/** Of two who give the first secret at once one does, and the other changes nothing. */
export const firstSecret = `INSERT INTO secrets (agent_id, number, created_at, sealed)
    SELECT $1, 1, $2, $3 WHERE NOT EXISTS (SELECT 1 FROM secrets WHERE agent_id = $1) ON CONFLICT DO NOTHING`;

export const publishedVersion = 'SELECT version FROM agents WHERE id = $1 AND deleted = 0';

const versionColumns = `f.version, f.published_at, f.published_by, f.restored_from, f.name,
    CASE WHEN f.version = a.version AND a.deleted = 0 THEN 1 ELSE 0 END AS is_current`;

/** A page of what `versionOf` wants: of an agent, before a version, so many. */
export const versionsBefore = `SELECT ${versionColumns}, CASE WHEN f.name IS NULL THEN f.definition END AS definition
    FROM flows f JOIN agents a ON a.id = f.agent_id
    WHERE f.agent_id = $1 AND f.version > 0 AND f.version < $2 ORDER BY f.version DESC LIMIT $3`;

export const oneVersion = `SELECT ${versionColumns}, f.definition FROM flows f JOIN agents a ON a.id = f.agent_id
    WHERE f.agent_id = $1 AND f.version = $2 AND f.version > 0`;

/** No version comes after it. */
export const lastVersion = 2_147_483_647;

export function agentOf(row: Record<string, unknown>): PublishedAgent {
  return {
    id: String(row.id),
    version: Number(row.version),
    publishedAt: Number(row.published_at),
    flow: decodeBody<Flow>(String(row.definition)),
  };
}

export function versionOf(row: Record<string, unknown>): AgentVersion {
  const { name, definition } = row;
  return {
    version: Number(row.version),
    publishedAt: Number(row.published_at),
    publishedBy: row.published_by === null ? null : String(row.published_by),
    restoredFrom: row.restored_from === null ? null : Number(row.restored_from),
    name: name === null ? decodeBody<Flow>(String(definition)).name : decodeBody<string>(String(name)),
    isCurrent: Number(row.is_current) === 1,
  };
}

export const wholeVersionOf = (row: Record<string, unknown>): AgentVersion & Readonly<{ flow: Flow }> => ({
  ...versionOf(row),
  flow: decodeBody<Flow>(String(row.definition)),
});
