import type { KeptSession } from '../../chat/kept-session.ts';
import { ask, type Failure } from '../api/ask.ts';
import { type Definition, readDefinition } from '../draft/definition.ts';

/** How a trial begins, as the person chose. */
export type Setup = Readonly<{
  /** Who answers when a human is needed: whoever tries the draft, or the desk that the draft names. */
  liveAgent: 'tester' | 'desk';
  userId: string;
  parameters: readonly Readonly<{ name: string; value: string }>[];
}>;

export const firstSetup: Setup = { liveAgent: 'tester', userId: '', parameters: [] };

/** A session that runs a draft as it was saved. */
export type Opened = Readonly<{
  session: KeptSession;
  revision: number;
  /** What it runs. */
  definition: Definition;
  liveAgent: Setup['liveAgent'];
}>;

export type Opening =
  | Readonly<{ kind: 'opened'; opened: Opened }>
  /** The editor says why. */
  | Readonly<{ kind: 'not-saved' }>
  | Readonly<{ kind: 'failed'; failure: Failure }>;

/** Saves the draft and opens a session that runs it. */
export async function openTrial(agentId: string, setup: Setup, save: () => Promise<number | null>): Promise<Opening> {
  const revision = await save();
  if (revision === null) return { kind: 'not-saved' };
  const draft = await ask('getDraft', { path: { agent_id: agentId } });
  if (draft.kind !== 'ok') return { kind: 'failed', failure: draft };
  const definition = readDefinition(draft.body.definition);
  const answer = await ask('openTrial', {
    path: { agent_id: agentId },
    body: { revision, ...given(setup, definition) },
  });
  if (answer.kind !== 'ok') return { kind: 'failed', failure: answer };
  const { session_id: sessionId, session_token: token, session_expiration_time: expiresAt } = answer.body;
  const session = { sessionId, token, expiresAt };
  return { kind: 'opened', opened: { session, revision, definition, liveAgent: setup.liveAgent } };
}

/** What of the setup goes along. A parameter with several values gets one for each line. */
export function given({ liveAgent, userId, parameters }: Setup, definition: Definition): object {
  const isMulti = (name: string): boolean =>
    definition.parameters?.some((declared) => declared.name === name && declared.multi === true) === true;
  const named = parameters.filter(({ name }) => name.trim() !== '');
  const assigned = named.map(({ name, value }) => ({
    name: name.trim(),
    value: isMulti(name.trim()) ? value.split('\n').filter((line) => line !== '') : value,
  }));
  return {
    live_agent: liveAgent,
    ...(userId.trim() !== '' && { user: { id: userId.trim() } }),
    ...(assigned.length > 0 && { parameters: assigned }),
  };
}
