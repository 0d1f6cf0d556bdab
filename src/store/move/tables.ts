/** The copy cannot be made, or is not the same; the message says why and what to do. */
export class MoveError extends Error {
  override readonly name = 'MoveError';
}

export type Value = string | number | null;

/** A table as both engines have it. */
export type MovedTable = Readonly<{
  name: string;
  columns: readonly string[];
  /** By name, as PostgreSQL calls them. */
  types: Readonly<Record<string, string>>;
  /** Both engines order by it in the same way: texts byte by byte. */
  key: readonly string[];
  /** Whether its rows lie in the partition of a session's day; the first column of the key is that session. */
  bySession: boolean;
  /** Texts that come from elsewhere as they came, with characters that PostgreSQL cannot store. */
  foreign: readonly string[];
  /** What the embedded database has to compute, by column. */
  computed: Readonly<Record<string, string>>;
}>;

type Extras = Partial<Pick<MovedTable, 'foreign' | 'computed'>>;

/** @param key how many of the columns, from the first one on. */
function table(name: string, key: number, definition: string, extras: Extras = {}): MovedTable {
  const pairs = definition.split(', ').map((column) => column.split(' ') as [string, string]);
  const columns = pairs.map(([column]) => column);
  return {
    ...{ name, columns, types: Object.fromEntries(pairs), key: columns.slice(0, key) },
    ...{ bySession: pairs[0]?.[1] === 'uuid', foreign: [], computed: {}, ...extras },
  };
}

const owes = `EXISTS (SELECT 1 FROM deliveries INDEXED BY deliveries_open
  WHERE session_id = sessions.id AND state IN ('owed', 'dead') AND state = 'owed')`;

/** Everything that is remembered, in the order in which it is copied. */
export const movedTables: readonly MovedTable[] = [
  table('agents', 1, 'id text, version integer, deleted smallint'),
  table(
    'flows',
    2,
    'agent_id text, version integer, published_at bigint, definition text, published_by text, restored_from integer, name text',
  ),
  table(
    'drafts',
    1,
    'agent_id text, revision integer, base_version integer, updated_at bigint, name text, definition text',
  ),
  table('secrets', 2, 'agent_id text, number integer, created_at bigint, sealed text'),
  table(
    'keys',
    1,
    'id text, hash text, prefix text, label text, scopes text, requests_per_second integer, created_at bigint, expires_at bigint, revoked_at bigint, last_used_at bigint, successor text',
  ),
  table(
    'audit',
    1,
    'id text, at bigint, actor text, key_id text, address text, operation text, target text, status integer, code text',
    { foreign: ['actor', 'target'] },
  ),
  table(
    'people',
    1,
    'id text, email text, name text, role text, password_hash text, issuer text, subject text, created_at bigint, last_seen_at bigint',
  ),
  table('sign_ins', 1, 'token_hash text, person_id text, created_at bigint, refreshed_at bigint, expires_at bigint'),
  table('sign_in_links', 1, 'token_hash text, kind text, person_id text, expires_at bigint'),
  table('user_parameters', 2, 'user_id text, name text, value text, updated_at bigint'),
  table('events', 2, 'session_id uuid, seq bigint, at bigint, kind text, v integer, body text'),
  table('snapshots', 1, 'session_id uuid, version bigint, v integer, body text'),
  table('answers', 2, 'session_id uuid, key text, fingerprint text, body text, at bigint'),
  table(
    'deliveries',
    4,
    'session_id uuid, lane text, seq bigint, part integer, kind text, url text, detail text, state text, attempts integer, owed_at bigint, due_at bigint, try_until bigint, settled_at bigint, last_failure text, replayed smallint',
    { foreign: ['last_failure'] },
  ),
  table(
    'attempts',
    5,
    'session_id uuid, lane text, seq bigint, part integer, number integer, at bigint, status integer, cause text, excerpt text',
    { foreign: ['cause', 'excerpt'] },
  ),
  // Where something is owed, nobody makes the calls yet: the first server takes them over.
  table(
    'sessions',
    1,
    'id uuid, agent_id text, flow_version integer, version bigint, started_at bigint, ended smallint, wake_at bigint, caller integer, owed_seq bigint',
    { computed: { caller: `CASE WHEN ${owes} THEN 0 END`, owed_seq: `CASE WHEN ${owes} THEN version END` } },
  ),
];

/** A row's key as a person at a database's prompt would look for it. */
export const namedRow = ({ key }: MovedTable, row: readonly Value[] = []): string =>
  key.map((column, index) => `${column} ${row[index]}`).join(', ');
