import type { PersonAnswer } from '../../../contract/people/people.ts';
import type { Sent } from '../../parts/gate/use-gate-form.ts';
import { signInTexts } from '../../texts/studio/access/sign-in.ts';
import { texts } from '../../texts/texts.ts';
import type { Answer, Failure } from '../api/ask.ts';
import type { Me } from '../who.tsx';

/** What comes of a form that signs somebody in: they are in, or a sentence stands above it or at its fields. */
export function enteredWith<Name extends string>(
  answer: Answer<PersonAnswer>,
  fields: readonly Name[],
  onEnter: (me: Me) => void,
): Sent<Name> {
  if (answer.kind === 'ok') {
    onEnter(answer.body.person);
    return { kind: 'done' };
  }
  const faults = faultsAt(answer, fields);
  const isAtFields = Object.keys(faults).length > 0;
  return { kind: 'failed', failure: isAtFields ? null : whyNotIn(answer), faults };
}

/** What the server finds wrong with fields, at each the first sentence. */
export function faultsAt<Name extends string>(
  failure: Failure,
  fields: readonly Name[],
): Partial<Record<Name, string>> {
  const found = failure.kind === 'refused' ? failure.faults : [];
  const all = fields.flatMap((name) => {
    const message = found.find(({ path }) => path === name)?.message;
    return message === undefined ? [] : [[name, message] as const];
  });
  return Object.fromEntries(all) as Partial<Record<Name, string>>;
}

/** Whether a link is good for nothing: used, replaced, run out, or no link at all. */
export const isLinkOver = (failure: Answer<unknown>): boolean =>
  failure.kind === 'refused' && (failure.code === 'link-used' || failure.faults.some(({ path }) => path === 'token'));

/** Why somebody was not let in, as a sentence. */
export function whyNotIn(failure: Failure): string {
  if (failure.kind === 'unreachable') return texts.general.unreachable;
  if (failure.kind === 'signed-out') return texts.signIn.wrong;
  if (isLinkOver(failure)) return texts.signIn.wrongLink;
  switch (failure.code) {
    case 'sign-in-failed':
      return texts.signIn.wrong;
    case 'rate-limited':
      return signInTexts.slowDown(failure.retryAfterSeconds);
    default:
      return failure.message || signInTexts.refused;
  }
}
