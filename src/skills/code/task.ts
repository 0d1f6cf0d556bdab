import type { ParameterValues } from '../../core/flow/parameters.ts';
import type { SkillAnswer } from '../../core/skills.ts';

/** What a thread is asked: to run code, or only to parse it. A check that finds no fault is answered with nothing. */
export type Task =
  | Readonly<{ kind: 'run'; code: string; given: ParameterValues; timeoutMs: number }>
  | Readonly<{ kind: 'check'; code: string; timeoutMs: number }>;

/** What a thread says; each task is answered once, before the next is given. */
export type Reply =
  | Readonly<{ kind: 'ready' }>
  | Readonly<{ kind: 'done'; answer: SkillAnswer }>
  | Readonly<{ kind: 'idle' }>;

/** Handed to a thread. `givenUp` holds 1 when nobody waits for the answer any more. */
export type ThreadData = Readonly<{ givenUp: Int32Array; idleMs: number }>;

export const failed = (cause: string): SkillAnswer => ({ kind: 'failed', cause });

export const inTime = (timeoutMs: number): string => `The code did not end within ${timeoutMs / 1000} s.`;
