import type { Assignment } from './flow/parameters.ts';

/** What came of a node's question. Values may be of any length and number; the core keeps what it can. */
export type SkillAnswer =
  | Readonly<{
      kind: 'answered';
      parameters: readonly Assignment[];
      /** Said to the end user, in this order. */
      messages: readonly string[];
      /** Where the node leads; `listen`, of an external bot, waits for the end user. */
      output: 'default' | 'human' | 'listen';
    }>
  /** `cause` is a sentence for whoever looks for what went wrong; it holds nothing that was said, and no key. */
  | Readonly<{ kind: 'failed'; cause: string }>;
