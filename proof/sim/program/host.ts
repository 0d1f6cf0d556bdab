import type { Line } from '../world/line.ts';
import type { Owner } from '../world/scheduler.ts';
import type { Program } from './program.ts';

/** What requests and sockets land on. */
export type Host = Readonly<{
  /** 0 where there is one. */
  number: number;
  /** Null while none takes anything in. */
  program: Program | null;
  owner: Owner;
  /** Its connections that are open. */
  lines: Set<Line>;
}>;

/** As a trace names it. */
export const programName = (instance: number): string => (instance === 0 ? 'program' : `instance ${instance}`);
