import type { PersonAnswer } from '../../../contract/people/people.ts';
import { signInTexts } from '../../texts/studio/access/sign-in.ts';
import { ask, askAt } from '../api/ask.ts';
import { calls } from '../api/calls.ts';
import { tell } from '../parts/toasts.tsx';
import type { Brought } from './address.ts';
import type { GateState } from './gate-state.ts';
import { whyNotIn } from './send.ts';

/** Who is there. Where nobody is signed in, only the answer says so. */
export const askMe = () => askAt<PersonAnswer>(calls.getMe);

/** Who has come: by what the address brought, by the cookie of an earlier sign-in, or nobody. */
export async function arrive(brought: Brought | null): Promise<GateState> {
  switch (brought?.kind) {
    case undefined:
      return whoIsThere(null);
    case 'setup':
      return { kind: 'owner', token: brought.token };
    case 'invitation':
      return { kind: 'invitation', token: brought.token };
    case 'error':
      return whoIsThere(signInTexts.errors[brought.code] ?? signInTexts.error);
    case 'link': {
      const answer = await ask('signInByLink', { body: { token: brought.token } });
      if (answer.kind === 'unreachable') return { kind: 'unreachable', brought };
      return answer.kind === 'ok' ? { kind: 'in', me: answer.body.person } : whoIsThere(whyNotIn(answer));
    }
  }
}

/** @param note why the way in that was tried came to nothing. */
export async function whoIsThere(note: string | null): Promise<GateState> {
  const answer = await askMe();
  if (answer.kind === 'ok') {
    if (note !== null) tell(note, 'bad');
    return { kind: 'in', me: answer.body.person };
  }
  if (answer.kind === 'unreachable') return { kind: 'unreachable', brought: null };
  const offer = await ask('signInOffer');
  return offer.kind === 'ok' ? { kind: 'out', offer: offer.body, note } : { kind: 'unreachable', brought: null };
}
