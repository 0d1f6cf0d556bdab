import type { Flow } from '../../core/flow/flow.ts';
import { decodeBody } from '../codec.ts';
import type { PublishedAgent } from '../store.ts';

/** Secrets that an agent keeps: the one that signs, and the one before it. */
export const signingSecrets = 2;

/** What `agentOf` wants, of those that are published. */
export const publishedAgents = `SELECT a.id, a.version, f.published_at, f.definition FROM agents a
    JOIN flows f ON f.agent_id = a.id AND f.version = a.version WHERE a.deleted = 0`;

export function agentOf(row: Record<string, unknown>): PublishedAgent {
  return {
    id: String(row.id),
    version: Number(row.version),
    publishedAt: Number(row.published_at),
    flow: decodeBody<Flow>(String(row.definition)),
  };
}
