import { type Answer, type AnswerTo, ask } from '../api/ask.ts';

export type Version = AnswerTo<'listVersions'>['versions'][number];

/** Versions, the newest first, and where they go on; null at the end. */
export type Listed = Readonly<{ versions: readonly Version[]; next: number | null }>;

export const pageSize = 50;
const mostAtOnce = 1000;

/** The newest versions, up to so many. One that was never published has none. */
export async function listUpTo(agentId: string, most: number): Promise<Answer<Listed>> {
  const versions: Version[] = [];
  for (let next: number | null = null; ; ) {
    const limit = Math.min(most - versions.length, mostAtOnce);
    const query: Record<string, number> = { limit, ...(next !== null && { after: next }) };
    const answer = await ask('listVersions', { path: { agent_id: agentId }, query });
    if (answer.kind === 'refused' && answer.code === 'agent-not-found') {
      return { kind: 'ok', body: { versions: [], next: null } };
    }
    if (answer.kind !== 'ok') return answer;
    versions.push(...answer.body.versions);
    next = answer.body.next_after;
    if (next === null || versions.length >= most) return { kind: 'ok', body: { versions, next } };
  }
}
