import type { Side } from './sides.ts';

/** What is being done with a version, or with the draft, in a dialog. */
export type Doing =
  | Readonly<{ kind: 'publish' }>
  | Readonly<{ kind: 'restore'; version: number }>
  | Readonly<{ kind: 'as-draft'; version: number }>
  | Readonly<{ kind: 'json'; side: Side }>
  | Readonly<{ kind: 'discard' }>;
