import { errorStatus } from '../../contract/errors.ts';
import type { Audit } from '../../engine/audit.ts';
import type { SignedIn } from '../../engine/people/entrance.ts';
import type { Person } from '../../store/people.ts';
import { WithCookies } from '../answers.ts';
import { actorOf } from '../doors/caller.ts';
import { peopleCookie } from '../doors/people-cookie.ts';
import type { HttpError } from '../http-error.ts';
import { personOnWire } from './on-wire.ts';

/** Somebody who is about to come in. */
export type Entering = Readonly<{
  address: string;
  operation: string;
  /** Who it is, as far as their way in has proved it; null for a stranger, who is refused. */
  who: Pick<Person, 'email'> | null;
  /** Null for who was late: the link was used, the password changed. */
  enter: () => Promise<SignedIn | null>;
  /** What a stranger is told, and who was late. */
  refusal: HttpError;
}>;

/**
 * Lets somebody in with the audit log knowing: before they are in, and how it ended. Of a stranger it knows the address, and
 * never what they wrote.
 */
export async function letIn(audit: Audit, { address, operation, who, enter, refusal }: Entering): Promise<SignedIn> {
  const call = { address, operation, target: '' };
  const refused = { status: errorStatus[refusal.code], code: refusal.code };
  if (who === null) {
    await audit.refused({ ...call, actor: null }, refused);
    throw refusal;
  }
  const settle = await audit.begin({ ...call, actor: actorOf(who) });
  try {
    const signedIn = await enter();
    if (signedIn === null) throw refusal;
    await settle({ status: 200, code: null, target: signedIn.person.id });
    return signedIn;
  } catch (error) {
    await settle(error === refusal ? refused : { status: errorStatus.internal, code: 'internal' });
    throw error;
  }
}

/** @param url the server's public base URL. */
export const welcome = (url: string, { person, token }: SignedIn): WithCookies =>
  new WithCookies({ person: personOnWire(person) }, peopleCookie(url).write(token));
