import type { Chance } from '../random.ts';
import type { CallKind } from './desk-calls.ts';

/** How a desk treats one call. */
export type Manner =
  | Readonly<{ kind: 'content' }>
  /** Breaks the connection without having read the call. */
  | Readonly<{ kind: 'reset' }>
  /** Does what is asked, then breaks the connection: the answer is lost. */
  | Readonly<{ kind: 'answer lost' }>
  /** Does what is asked, and breaks off in the middle of the answer. */
  | Readonly<{ kind: 'torn' }>
  /** Does what is asked, and never answers. */
  | Readonly<{ kind: 'hang' }>
  /** Does what is asked, and answers so much later. */
  | Readonly<{ kind: 'late'; ms: number }>
  /** Does nothing, and says so. */
  | Readonly<{ kind: 'error'; status: number; retryAfter: number | null }>;

export type DeskName = 'steady' | 'rude' | 'late' | 'hanging' | 'refusing' | 'silent';

/** How many of a thousand calls are treated so; the rest is well treated. */
type Habits = Readonly<Partial<Record<keyof typeof manners, number>>>;

const manners = {
  reset: () => ({ kind: 'reset' }),
  lost: () => ({ kind: 'answer lost' }),
  torn: () => ({ kind: 'torn' }),
  hang: () => ({ kind: 'hang' }),
  late: (chance) => ({ kind: 'late', ms: chance.between(1_000, 9_000) }),
  tooLate: (chance) => ({ kind: 'late', ms: chance.between(10_050, 12_000) }),
  error: (chance) => ({ kind: 'error', status: chance.happens(0.5) ? 500 : 503, retryAfter: null }),
  busy: (chance) => ({ kind: 'error', status: 429, retryAfter: chance.between(1, 2) }),
  refusal: (chance) => ({ kind: 'error', status: chance.happens(0.5) ? 404 : 410, retryAfter: null }),
} as const satisfies Record<string, (chance: Chance) => Manner>;

const habits: Readonly<Record<DeskName, Habits>> = {
  steady: { reset: 1, lost: 2, torn: 1, error: 1 },
  rude: { reset: 60, lost: 60, torn: 30, error: 60, busy: 30 },
  late: { late: 200, tooLate: 30 },
  hanging: { hang: 80, lost: 20 },
  refusing: { refusal: 40, lost: 20 },
  silent: { lost: 20, reset: 10 },
};

export const deskNames = Object.keys(habits) as DeskName[];

const content: Manner = { kind: 'content' };

/** @param kind statuses are many and nobody waits for them, so they are treated well more often. */
export function mannerOf(desk: DeskName, kind: CallKind, chance: Chance): Manner {
  let point = chance.next() * (kind === 'status' ? 3_000 : 1_000);
  for (const [name, share] of Object.entries(habits[desk])) {
    point -= share;
    if (point < 0) return manners[name as keyof typeof manners](chance);
  }
  return content;
}
