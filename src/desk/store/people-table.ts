import type { Database, Row } from './database.ts';

export type Person = Readonly<{
  id: string;
  role: 'owner';
  name: string;
  /** In lower case; null for an account that was made without one. */
  email: string | null;
  passwordHash: string | null;
}>;

export type SignIn = Readonly<{ tokenHash: string; personId: string; refreshedAt: number; expiresAt: number }>;

export type Link = Readonly<{
  tokenHash: string;
  kind: 'setup' | 'sign-in';
  personId: string | null;
  /** Ms; null for one that does not run out by time. */
  expiresAt: number | null;
}>;

export type PeopleTable = Readonly<{
  owner: () => Person | null;
  find: (id: string) => Person | null;
  findByEmail: (email: string) => Person | null;
  /** Adds a person, or writes what is new of one. @param at ms. */
  save: (person: Person, at: number) => void;
  signIn: (signIn: SignIn, at: number) => void;
  findSignIn: (tokenHash: string) => SignIn | null;
  refresh: (tokenHash: string, at: number, expiresAt: number) => void;
  signOut: (tokenHash: string) => void;
  /** Ends every sign-in of a person. */
  signOutAll: (personId: string) => void;
  addLink: (link: Link) => void;
  findLink: (tokenHash: string) => Link | null;
  removeLink: (tokenHash: string) => void;
  removeLinks: (kind: Link['kind']) => void;
  /** Forgets sign-ins and links that have run out. @param at ms. */
  forgetExpired: (at: number) => void;
}>;

export function peopleTable(database: Database): PeopleTable {
  const owner = database.prepare("SELECT * FROM people WHERE role = 'owner' LIMIT 1");
  const byId = database.prepare('SELECT * FROM people WHERE id = ?');
  const byEmail = database.prepare('SELECT * FROM people WHERE email = ?');
  const save = database.prepare(
    `INSERT INTO people (id, role, name, email, password_hash, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, email = excluded.email, password_hash = excluded.password_hash`,
  );
  const person = (row: Row | undefined): Person | null => (row === undefined ? null : personOf(row));
  return {
    owner: () => person(owner.get()),
    find: (id) => person(byId.get(id)),
    findByEmail: (email) => person(byEmail.get(email)),
    save: ({ id, role, name, email, passwordHash }, at) => void save.run(id, role, name, email, passwordHash, at),
    ...signInTable(database),
    ...linkTable(database),
    forgetExpired: (at) => {
      database.prepare('DELETE FROM sign_ins WHERE expires_at <= ?').run(at);
      database.prepare('DELETE FROM links WHERE expires_at <= ?').run(at);
    },
  };
}

type SignInTable = Pick<PeopleTable, 'signIn' | 'findSignIn' | 'refresh' | 'signOut' | 'signOutAll'>;

function signInTable(database: Database): SignInTable {
  const insert = database.prepare(
    'INSERT INTO sign_ins (token_hash, person_id, created_at, refreshed_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const find = database.prepare('SELECT * FROM sign_ins WHERE token_hash = ?');
  const refresh = database.prepare('UPDATE sign_ins SET refreshed_at = ?, expires_at = ? WHERE token_hash = ?');
  const remove = database.prepare('DELETE FROM sign_ins WHERE token_hash = ?');
  const removeAll = database.prepare('DELETE FROM sign_ins WHERE person_id = ?');
  return {
    signIn: ({ tokenHash, personId, refreshedAt, expiresAt }, at) =>
      void insert.run(tokenHash, personId, at, refreshedAt, expiresAt),
    findSignIn: (tokenHash) => {
      const row = find.get(tokenHash);
      if (row === undefined) return null;
      const [refreshedAt, expiresAt] = [Number(row.refreshed_at), Number(row.expires_at)];
      return { tokenHash, personId: String(row.person_id), refreshedAt, expiresAt };
    },
    refresh: (tokenHash, at, expiresAt) => void refresh.run(at, expiresAt, tokenHash),
    signOut: (tokenHash) => void remove.run(tokenHash),
    signOutAll: (personId) => void removeAll.run(personId),
  };
}

type LinkTable = Pick<PeopleTable, 'addLink' | 'findLink' | 'removeLink' | 'removeLinks'>;

function linkTable(database: Database): LinkTable {
  const insert = database.prepare('INSERT INTO links (token_hash, kind, person_id, expires_at) VALUES (?, ?, ?, ?)');
  const find = database.prepare('SELECT * FROM links WHERE token_hash = ?');
  const remove = database.prepare('DELETE FROM links WHERE token_hash = ?');
  const removeAll = database.prepare('DELETE FROM links WHERE kind = ?');
  return {
    addLink: ({ tokenHash, kind, personId, expiresAt }) => void insert.run(tokenHash, kind, personId, expiresAt),
    findLink: (tokenHash) => {
      const row = find.get(tokenHash);
      if (row === undefined) return null;
      return {
        tokenHash,
        kind: row.kind === 'setup' ? 'setup' : 'sign-in',
        personId: row.person_id === null ? null : String(row.person_id),
        expiresAt: row.expires_at === null ? null : Number(row.expires_at),
      };
    },
    removeLink: (tokenHash) => void remove.run(tokenHash),
    removeLinks: (kind) => void removeAll.run(kind),
  };
}

function personOf(row: Row): Person {
  return {
    id: String(row.id),
    role: 'owner',
    name: String(row.name),
    email: row.email === null ? null : String(row.email),
    passwordHash: row.password_hash === null ? null : String(row.password_hash),
  };
}
