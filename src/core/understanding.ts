import type { Flow } from './flow/flow.ts';

/** What people's words may be read as. Entities of a flow's own have names without `@sys.`. */
export const systemEntities = [
  '@sys.any',
  '@sys.number',
  '@sys.date',
  '@sys.time',
  '@sys.confirmation',
  '@sys.name',
  '@sys.email',
  '@sys.phone',
] as const;

/** Intents that every virtual agent may use without giving examples. */
export const systemIntents = ['@sys.yes', '@sys.no', '@sys.human', '@sys.help', '@sys.cancel', '@sys.goodbye'] as const;

export type Recognised = Readonly<{
  intent: string;
  /** 0 to 1. */
  score: number;
}>;

/**
 * Reads people's words for the core. Each function is pure and total, takes no longer than a few milliseconds whatever
 * it is given, and is given to `decide` because it stands on packages, which the core does not.
 */
export type Understanding = Readonly<{
  /**
   * The value that a text holds for an entity, in the form in which a parameter keeps it (`2026-05-03`, `14:30`, `yes`),
   * or null when it holds none. @param at now, ms since 1970, for words such as *tomorrow*.
   */
  valueOf: (flow: Flow, entity: string, text: string, at: number) => string | null;
  /** Which of these intents the text has, by score, the best first; none that has nothing in common with it. */
  intentsOf: (flow: Flow, intents: readonly string[], text: string) => readonly Recognised[];
  /** Whether some part of the text matches a pattern (RE2); false for one that is none. */
  matches: (pattern: string, text: string) => boolean;
}>;

/** What an intent must score to count where a node does not say otherwise. */
export const defaultMinScore = 0.5;
