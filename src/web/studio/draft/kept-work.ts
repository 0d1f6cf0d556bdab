import { type Definition, readDefinition } from './definition.ts';

/** Work that could not be saved, kept by the browser until it is: the page may be closed while the server is away. */
export type KeptWork = Readonly<{ revision: number | null; definition: Definition }>;

const keyOf = (agentId: string): string => `baton.draft.${agentId}`;

export function keepWork(agentId: string, work: KeptWork): void {
  try {
    localStorage.setItem(keyOf(agentId), JSON.stringify(work));
  } catch {
    // Without storage it is kept as long as the page is open.
  }
}

export function forgetWork(agentId: string): void {
  try {
    localStorage.removeItem(keyOf(agentId));
  } catch {
    // There is none to forget.
  }
}

export function findWork(agentId: string): KeptWork | null {
  try {
    const { revision, definition } = JSON.parse(localStorage.getItem(keyOf(agentId)) ?? 'null') as KeptWork;
    return { revision, definition: readDefinition(definition) };
  } catch {
    return null;
  }
}
