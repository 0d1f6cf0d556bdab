import { type Answer, ask } from '../api/ask.ts';
import { type Asking, useAsked } from '../api/use-asked.ts';
import { type Definition, readDefinition } from '../draft/definition.ts';
import type { Side } from './sides.ts';

/** Versions never change, so each is read once. */
const kept = new Map<string, Definition>();
const mostKept = 20;

export async function readVersion(agentId: string, version: number): Promise<Answer<Definition>> {
  const key = `${agentId} ${version}`;
  const known = kept.get(key);
  if (known !== undefined) return { kind: 'ok', body: known };
  const answer = await ask('getVersion', { path: { agent_id: agentId, version } });
  if (answer.kind !== 'ok') return answer;
  const definition = readDefinition(answer.body.definition);
  const [oldest] = kept.keys();
  if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest);
  kept.set(key, definition);
  return { kind: 'ok', body: definition };
}

/** What is compared; null where there is nothing. */
export type Pair = Readonly<{ before: Definition | null; after: Definition | null }>;

/** The definitions of two sides. @param draft as it is now, which may be newer than what is saved. */
export function useDefinitions(
  agentId: string,
  sides: Readonly<{ before: Side | null; after: Side | null }>,
  draft: Definition | null,
): Readonly<{ asking: Asking<Pair>; again: () => Promise<void> }> {
  const read = async (side: Side | null): Promise<Answer<Definition | null>> =>
    side === null || side === 'draft' ? { kind: 'ok', body: null } : readVersion(agentId, side);
  const { asking, again } = useAsked(`${agentId} ${sides.before} ${sides.after}`, async (): Promise<Answer<Pair>> => {
    const [before, after] = await Promise.all([read(sides.before), read(sides.after)]);
    if (before.kind !== 'ok') return before;
    return after.kind === 'ok' ? { kind: 'ok', body: { before: before.body, after: after.body } } : after;
  });
  if (asking.kind !== 'ready') return { asking, again };
  const { before, after } = asking.body;
  const body = {
    before: sides.before === 'draft' ? draft : before,
    after: sides.after === 'draft' ? draft : after,
  };
  return { asking: { ...asking, body }, again };
}
