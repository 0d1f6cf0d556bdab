import type { SignInOffer } from '../../../contract/people/people.ts';
import type { Answer } from '../api/ask.ts';
import type { Me } from '../who.tsx';
import type { Brought } from './address.ts';

/** What the gate knows of whoever is there. */
export type GateState =
  | Readonly<{ kind: 'asking' }>
  /** @param brought by the address, to be used when the server answers. */
  | Readonly<{ kind: 'unreachable'; brought: Brought | null }>
  /** @param note says why, above the form. */
  | Readonly<{ kind: 'out'; offer: SignInOffer; note: string | null }>
  | Readonly<{ kind: 'owner'; token: string }>
  | Readonly<{ kind: 'invitation'; token: string }>
  | Readonly<{ kind: 'in'; me: Me }>
  /** They were in. The page stays beneath; `other` is who signed in meanwhile, in another tab. */
  | Readonly<{ kind: 'over'; me: Me; other: Me | null }>;

/** @param answer of somebody who was in, or whose sign-in is over, to who they are now. */
export function lookedAgain(state: GateState, answer: Answer<Readonly<{ person: Me }>>): GateState {
  if (state.kind !== 'in' && state.kind !== 'over') return state;
  const { me } = state;
  if (answer.kind === 'signed-out') return isOver(state) && state.other === null ? state : over(me);
  if (answer.kind !== 'ok') return state;
  const { person } = answer.body;
  if (person.id !== me.id) return isOver(state) && state.other?.id === person.id ? state : over(me, person);
  return isOver(state) || !isSame(me, person) ? { kind: 'in', me: person } : state;
}

const isOver = (state: GateState): state is GateState & { kind: 'over' } => state.kind === 'over';

export const over = (me: Me, other: Me | null = null): GateState => ({ kind: 'over', me, other });

/** Whether it makes no difference to what is shown. */
function isSame(before: Me, now: Me): boolean {
  const shown = ({ name, email, role, signs_in_with: ways }: Me): string => JSON.stringify([name, email, role, ways]);
  return shown(before) === shown(now);
}
