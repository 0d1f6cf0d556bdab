import { mostSetupLinks, type NewPerson, type PeopleStore, type Person, type SignInLink } from '../people.ts';
import { isLastOwner, linkOf, personColumns, personOf } from './person-row.ts';
import type { Steps } from './steps.ts';

type Outcome<Call extends keyof PeopleStore> = Awaited<ReturnType<PeopleStore[Call]>>;

export function* list(): Steps<readonly Person[]> {
  const rows = yield [`SELECT ${personColumns} FROM people ORDER BY created_at, id`];
  return rows.map(personOf);
}

/** @param condition on $1, $2, … */
export function* findPerson(condition: string, ...values: readonly string[]): Steps<Person | null> {
  const [row] = yield [`SELECT ${personColumns} FROM people WHERE ${condition}`, ...values];
  return row === undefined ? null : personOf(row);
}

export function* hasOwner(): Steps<boolean> {
  const rows = yield [
    "SELECT 1 FROM people WHERE role = 'owner' AND (password_hash IS NOT NULL OR subject IS NOT NULL) LIMIT 1",
  ];
  return rows.length > 0;
}

export function* insertPerson(person: NewPerson): Steps<void> {
  const { id, email, name, role, passwordHash, subject, createdAt } = person;
  yield [
    `INSERT INTO people (${personColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL)`,
    ...[id, email, name, role, passwordHash, subject?.issuer ?? null, subject?.subject ?? null, createdAt],
  ];
}

export function* add(person: NewPerson, link: SignInLink | null): Steps<Outcome<'add'>> {
  if ((yield* findPerson('email = $1', person.email)) !== null) return 'email-taken';
  yield* insertPerson(person);
  if (link !== null) yield* insertLink(link);
  return 'added';
}

export function* change(id: string, { role, name }: Parameters<PeopleStore['change']>[1]): Steps<Outcome<'change'>> {
  const known = yield* list();
  const person = known.find((one) => one.id === id);
  if (person === undefined) return 'not-found';
  const changed = { ...person, role: role ?? person.role, name: name ?? person.name };
  if (changed.role !== person.role && isLastOwner(known, person)) return 'last-owner';
  yield ['UPDATE people SET role = $2, name = $3 WHERE id = $1', id, changed.role, changed.name];
  return changed;
}

export function* remove(id: string): Steps<Outcome<'remove'>> {
  const known = yield* list();
  const person = known.find((one) => one.id === id);
  if (person === undefined) return 'not-found';
  if (isLastOwner(known, person)) return 'last-owner';
  yield ['DELETE FROM people WHERE id = $1', id];
  yield* endAll(id);
  return 'removed';
}

/** Ends a person's sign-ins, and makes their links good for nothing. @param keep the hash of a sign-in that goes on. */
export function* endAll(id: string, keep = ''): Steps<void> {
  yield ['DELETE FROM sign_ins WHERE person_id = $1 AND token_hash <> $2', id, keep];
  yield ['DELETE FROM sign_in_links WHERE person_id = $1', id];
}

export function* changePassword(
  id: string,
  { from, to, keep }: Parameters<PeopleStore['changePassword']>[1],
): Steps<boolean> {
  const changed = yield [
    'UPDATE people SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING id',
    ...[id, from, to],
  ];
  if (changed.length === 0) return false;
  yield* endAll(id, keep);
  return true;
}

function* insertLink({ tokenHash, kind, personId, expiresAt }: SignInLink): Steps<void> {
  yield [
    'INSERT INTO sign_in_links (token_hash, kind, person_id, expires_at) VALUES ($1, $2, $3, $4)',
    ...[tokenHash, kind, personId, expiresAt],
  ];
}

export function* addLink(link: SignInLink): Steps<boolean> {
  if (link.kind === 'setup') {
    if (yield* hasOwner()) {
      yield ["DELETE FROM sign_in_links WHERE kind = 'setup'"];
      return false;
    }
    yield* insertLink(link);
    yield [
      `DELETE FROM sign_in_links WHERE kind = 'setup' AND token_hash NOT IN (
         SELECT token_hash FROM sign_in_links WHERE kind = 'setup' ORDER BY expires_at DESC, token_hash LIMIT $1)`,
      mostSetupLinks,
    ];
    return true;
  }
  if ((yield* findPerson('id = $1', link.personId)) === null) return false;
  if (link.kind === 'invitation') {
    yield ["DELETE FROM sign_in_links WHERE person_id = $1 AND kind = 'invitation'", link.personId];
  }
  yield* insertLink(link);
  return true;
}

export function* findLink(tokenHash: string): Steps<SignInLink | null> {
  const [row] = yield [
    'SELECT token_hash, kind, person_id, expires_at FROM sign_in_links WHERE token_hash = $1',
    tokenHash,
  ];
  return row === undefined ? null : linkOf(row);
}

export function* forgetExpired(at: number): Steps<void> {
  yield ['DELETE FROM sign_ins WHERE expires_at <= $1', at];
  yield ['DELETE FROM sign_in_links WHERE expires_at <= $1', at];
}
