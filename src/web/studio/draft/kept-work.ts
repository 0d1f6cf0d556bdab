import { newId } from '../../parts/chance.ts';
import { type Definition, readDefinition } from './definition.ts';
import type { Stored } from './draft-state.ts';

/**
 * Work that could not be saved, kept by the browser until it is: the page may be closed while the server is away.
 * It is one person's, and says what of the server it follows.
 */
export type KeptWork = Readonly<{ stored: Stored; definition: Definition }>;

export type WhoseWork = Readonly<{ person: string; agentId: string }>;

/** Each tab has its own, so that none writes over another's. */
const tab = newId();

const placeOf = ({ person, agentId }: WhoseWork): string => `baton.draft.${person}.${agentId}.`;

export function keepWork(whose: WhoseWork, { stored, definition }: KeptWork): void {
  const { revision, base } = stored;
  try {
    localStorage.setItem(placeOf(whose) + tab, JSON.stringify({ at: Date.now(), revision, base, definition }));
  } catch {
    // Without storage it is kept as long as the page is open.
  }
}

/** Forgets what this tab kept. */
export function forgetWork(whose: WhoseWork): void {
  try {
    localStorage.removeItem(placeOf(whose) + tab);
  } catch {
    // There is none to forget.
  }
}

/** Takes over what some tab kept last: whoever takes it keeps it from then on. */
export function takeWork(whose: WhoseWork): KeptWork | null {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(placeOf(whose)));
    const [newest] = keys.map(read).sort((one, other) => Number(other.kept.at) - Number(one.kept.at));
    if (newest === undefined) return null;
    localStorage.removeItem(newest.key);
    const { revision, base, definition } = newest.kept;
    return {
      stored: { revision: numberOf(revision), base: numberOf(base) },
      definition: readDefinition(definition),
    };
  } catch {
    return null;
  }
}

const read = (key: string) => ({
  key,
  kept: JSON.parse(localStorage.getItem(key) ?? '{}') as Readonly<Record<string, unknown>>,
});

const numberOf = (value: unknown): number | null => (typeof value === 'number' ? value : null);
