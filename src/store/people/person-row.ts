import type { Role } from '../../contract/people/roles.ts';
import { canSignIn, type Person, type SignIn, type SignInLink } from '../people.ts';
import type { Row } from './steps.ts';

export const personColumns = 'id, email, name, role, password_hash, issuer, subject, created_at, last_seen_at';

export function personOf(row: Row): Person {
  const { issuer, subject } = row;
  return {
    id: String(row.id),
    email: String(row.email),
    name: String(row.name),
    role: String(row.role) as Role,
    passwordHash: row.password_hash === null ? null : String(row.password_hash),
    subject: issuer === null ? null : { issuer: String(issuer), subject: String(subject) },
    createdAt: Number(row.created_at),
    lastSeenAt: row.last_seen_at === null ? null : Number(row.last_seen_at),
  };
}

export function linkOf(row: Row): SignInLink {
  const base = { tokenHash: String(row.token_hash), expiresAt: Number(row.expires_at) };
  if (row.person_id === null) return { ...base, kind: 'setup', personId: null };
  return { ...base, kind: row.kind === 'invitation' ? 'invitation' : 'sign-in', personId: String(row.person_id) };
}

export const signInOf = (row: Row): SignIn => ({
  tokenHash: String(row.token_hash),
  refreshedAt: Number(row.refreshed_at),
  expiresAt: Number(row.expires_at),
});

/** Whether nobody would look after the others without them. @param known all people. */
export function isLastOwner(known: readonly Person[], person: Person): boolean {
  if (person.role !== 'owner') return false;
  const others = known.filter(({ id, role }) => id !== person.id && role === 'owner');
  return canSignIn(person) ? !others.some(canSignIn) : others.length === 0;
}
