import { mostSignIns, type NewPerson, type PeopleStore, type Person, type SignIn, type SignInLink } from '../people.ts';
import { endAll, findPerson, hasOwner, insertPerson } from './people-steps.ts';
import { linkOf, personColumns, personOf, signInOf } from './person-row.ts';
import type { Steps } from './steps.ts';

type Entering = Parameters<PeopleStore['enterByLink']>[0];

/** Uses a link up, good or not. @returns null when it was not good. */
function* takeLink<Kind extends SignInLink['kind']>(
  kind: Kind,
  { tokenHash, signIn }: Entering,
): Steps<(SignInLink & Readonly<{ kind: Kind }>) | null> {
  const [row] = yield [
    'DELETE FROM sign_in_links WHERE token_hash = $1 AND kind = $2 RETURNING token_hash, kind, person_id, expires_at',
    ...[tokenHash, kind],
  ];
  if (row === undefined) return null;
  const link = linkOf(row);
  return link.expiresAt > signIn.refreshedAt ? (link as SignInLink & Readonly<{ kind: Kind }>) : null;
}

/** Signs a person in who meets a condition on $3, $4, … @returns null when they do not. */
function* enter(signIn: SignIn, id: string, condition = '', ...values: readonly string[]): Steps<Person | null> {
  const { tokenHash, refreshedAt, expiresAt } = signIn;
  const [row] = yield [
    `UPDATE people SET last_seen_at = $2 WHERE id = $1 ${condition} RETURNING ${personColumns}`,
    ...[id, refreshedAt, ...values],
  ];
  if (row === undefined) return null;
  yield [
    'INSERT INTO sign_ins (token_hash, person_id, created_at, refreshed_at, expires_at) VALUES ($1, $2, $3, $3, $4)',
    ...[tokenHash, id, refreshedAt, expiresAt],
  ];
  yield [
    `DELETE FROM sign_ins WHERE person_id = $1 AND token_hash NOT IN (
       SELECT token_hash FROM sign_ins WHERE person_id = $1 ORDER BY refreshed_at DESC, token_hash LIMIT $2)`,
    ...[id, mostSignIns],
  ];
  return personOf(row);
}

export function* claimOwner(owner: NewPerson, entering: Entering): Steps<Person | null> {
  const { signIn } = entering;
  if ((yield* takeLink('setup', entering)) === null || (yield* hasOwner())) return null;
  const known = (yield* findPerson('email = $1', owner.email)) ?? (yield* abandonedOwner(signIn.refreshedAt));
  // No owner could sign in until now: whoever sat there as one was not the one who claims it.
  yield ["DELETE FROM sign_ins WHERE person_id IN (SELECT id FROM people WHERE role = 'owner')"];
  yield [
    `DELETE FROM sign_in_links
     WHERE kind = 'setup' OR (kind = 'sign-in' AND person_id IN (SELECT id FROM people WHERE role = 'owner'))`,
  ];
  if (known === null) {
    yield* insertPerson(owner);
    return yield* enter(signIn, owner.id);
  }
  yield* endAll(known.id);
  yield [
    "UPDATE people SET email = $2, name = $3, role = 'owner', password_hash = $4 WHERE id = $1",
    ...[known.id, owner.email, owner.name, owner.passwordHash],
  ];
  return yield* enter(signIn, known.id);
}

/** An owner who waits for no invitation; called while no owner can sign in. */
function* abandonedOwner(at: number): Steps<Person | null> {
  const [row] = yield [
    `SELECT ${personColumns} FROM people WHERE role = 'owner' AND NOT EXISTS (
       SELECT 1 FROM sign_in_links l WHERE l.person_id = people.id AND l.kind = 'invitation' AND l.expires_at > $1)
     ORDER BY created_at, id LIMIT 1`,
    at,
  ];
  return row === undefined ? null : personOf(row);
}

export function* acceptInvitation(
  { name, passwordHash }: Parameters<PeopleStore['acceptInvitation']>[0],
  entering: Entering,
): Steps<Person | null> {
  const link = yield* takeLink('invitation', entering);
  if (link === null) return null;
  yield ['UPDATE people SET name = $2, password_hash = $3 WHERE id = $1', link.personId, name, passwordHash];
  yield* endAll(link.personId);
  return yield* enter(entering.signIn, link.personId);
}

export function* enterByLink(entering: Entering): Steps<Person | null> {
  const link = yield* takeLink('sign-in', entering);
  return link === null ? null : yield* enter(entering.signIn, link.personId);
}

export const enterByPassword = (id: string, passwordHash: string, signIn: SignIn): Steps<Person | null> =>
  enter(signIn, id, 'AND password_hash = $3', passwordHash);

export function* enterBySubject(
  { subject, email, newcomer }: Parameters<PeopleStore['enterBySubject']>[0],
  signIn: SignIn,
): Steps<Person | null> {
  const known = yield* findPerson('issuer = $1 AND subject = $2', subject.issuer, subject.subject);
  if (known !== null) return yield* enter(signIn, known.id);
  const named = email === null ? null : yield* findPerson('email = $1', email);
  if (named === null) {
    if (newcomer === null) return null;
    yield* insertPerson(newcomer);
    return yield* enter(signIn, newcomer.id);
  }
  // The same address under another name at the same provider is somebody else, who has got it since.
  if (named.subject?.issuer === subject.issuer) return null;
  yield ['UPDATE people SET issuer = $2, subject = $3 WHERE id = $1', named.id, subject.issuer, subject.subject];
  yield ["DELETE FROM sign_in_links WHERE person_id = $1 AND kind = 'invitation'", named.id];
  return yield* enter(signIn, named.id);
}

export function* findSignIn(tokenHash: string): Steps<Readonly<{ signIn: SignIn; person: Person }> | null> {
  const [row] = yield [
    `SELECT ${personColumns.replaceAll(/\w+/g, 'p.$&')}, s.token_hash, s.refreshed_at, s.expires_at
     FROM sign_ins s JOIN people p ON p.id = s.person_id WHERE s.token_hash = $1`,
    tokenHash,
  ];
  return row === undefined ? null : { signIn: signInOf(row), person: personOf(row) };
}

export function* refresh({ tokenHash, refreshedAt, expiresAt }: SignIn): Steps<void> {
  const [row] = yield [
    'UPDATE sign_ins SET refreshed_at = $2, expires_at = $3 WHERE token_hash = $1 RETURNING person_id',
    ...[tokenHash, refreshedAt, expiresAt],
  ];
  if (row === undefined) return;
  yield [
    'UPDATE people SET last_seen_at = $2 WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at < $2)',
    ...[String(row.person_id), refreshedAt],
  ];
}

export function* signOut(tokenHash: string): Steps<void> {
  yield ['DELETE FROM sign_ins WHERE token_hash = $1', tokenHash];
}
