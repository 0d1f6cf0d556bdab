import type { InvitationAnswer, Person as WirePerson } from '../../contract/people/people.ts';
import { signInLink } from '../../contract/people/sign-in-page.ts';
import { instant } from '../../contract/text.ts';
import type { Invited } from '../../engine/people/people.ts';
import { canSignIn, type Person } from '../../store/people.ts';

export function personOnWire(person: Person): WirePerson {
  const { id, name, email, role, passwordHash, subject, createdAt, lastSeenAt } = person;
  return {
    ...{ id, name, email, role },
    state: lastSeenAt === null && !canSignIn(person) ? 'invited' : 'active',
    created_at: instant(createdAt),
    last_seen_at: lastSeenAt === null ? null : instant(lastSeenAt),
    signs_in_with: [
      ...(passwordHash === null ? [] : (['password'] as const)),
      ...(subject === null ? [] : (['openid-connect'] as const)),
    ],
  };
}

/** @param url the server's public base URL. */
export const invitationOnWire = (url: string, { person, token, expiresAt }: Invited): InvitationAnswer => ({
  person: personOnWire(person),
  invitation: { url: signInLink(url, 'invitation', token), expires_at: instant(expiresAt) },
});
