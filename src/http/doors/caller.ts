import type { Actor } from '../../engine/audit.ts';
import type { Person } from '../../store/people.ts';

/** Who calls, by a key that is valid now. */
export type KeyCaller = Actor &
  Readonly<{
    kind: 'key';
    scopes: readonly string[];
    requestsPerSecond: number | null;
    expiresAt: number | null;
  }>;

/** Who calls, by the cookie of a sign-in. The name is the e-mail, by which the audit log knows people. */
export type PersonCaller = Actor & Readonly<{ kind: 'person'; person: Person; tokenHash: string }>;

export type Caller = KeyCaller | PersonCaller;

/** Somebody as the audit log tells of them. */
export const actorOf = ({ email }: Pick<Person, 'email'>): Actor => ({ name: email, keyId: null });
