import { type ErrorCode, errorStatus } from '../../contract/errors.ts';
import type { Audit, Outcome } from '../../engine/audit.ts';
import type { SignedIn } from '../../engine/people/entrance.ts';
import type { Person } from '../../store/people.ts';
import { WithCookies } from '../answers.ts';
import { actorOf } from '../doors/caller.ts';
import { peopleCookie } from '../doors/people-cookie.ts';
import { personOnWire } from './on-wire.ts';

/** Somebody who is about to come in. */
export type Entering = Readonly<{
  address: string;
  operation: string;
  /** Who it is, as far as their way in has proved it; null for a stranger, who is refused. */
  who: Pick<Person, 'email'> | null;
  /** Null for who was late: the link was used, the password changed. */
  enter: () => Promise<SignedIn | null>;
  /** What becomes of a stranger, and of who was late. */
  refused: Outcome;
}>;

/**
 * Lets somebody in with the audit log knowing: before they are in, and how it ended. Of a stranger it knows the address, and
 * never what they wrote. @returns null for who is refused.
 */
export async function letIn(audit: Audit, entering: Entering): Promise<SignedIn | null> {
  const { address, operation, who, enter, refused } = entering;
  const call = { address, operation, target: '' };
  if (who === null) {
    await audit.refused({ ...call, actor: null }, refused);
    return null;
  }
  const settle = await audit.begin({ ...call, actor: actorOf(who) });
  try {
    const signedIn = await enter();
    await settle(signedIn === null ? refused : { status: 200, code: null, target: signedIn.person.id });
    return signedIn;
  } catch (error) {
    await settle({ status: errorStatus.internal, code: 'internal' });
    throw error;
  }
}

/** What the audit log tells of somebody who was refused. */
export const refusedWith = (code: ErrorCode): Outcome => ({ status: errorStatus[code], code });

/** @param url the server's public base URL. */
export const welcome = (url: string, { person, token }: SignedIn): WithCookies =>
  new WithCookies({ person: personOnWire(person) }, peopleCookie(url).write(token));
