-- Tables that are keyed by session are partitioned by the day (UTC) of the session's birth, which its id begins with.
-- There is no default partition: a row that lies in one would keep the partition of its day from being made.
-- Texts are compared byte by byte, as the pages of a list and their cursors want it.

-- One small row a session, written with every commit; what is large lies beside it.
CREATE TABLE sessions (
  id uuid NOT NULL PRIMARY KEY,
  agent_id text COLLATE "C" NOT NULL,
  flow_version integer NOT NULL,
  version bigint NOT NULL,
  started_at bigint NOT NULL,
  ended smallint NOT NULL,
  wake_at bigint,
  -- The instance that makes the calls owed in this session; none when nothing is owed and nothing was lately.
  caller integer,
  -- The version of the last commit that owed calls or changed some, and of the one before; that one is NULL where nobody
  -- held the session before. By these the caller sees what others have added.
  owed_seq bigint,
  owed_before bigint
) PARTITION BY RANGE (id);

CREATE INDEX sessions_due ON sessions (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sessions_held ON sessions (caller) WHERE caller IS NOT NULL;
CREATE INDEX sessions_started ON sessions (started_at, id);

-- The log: facts of sessions, numbered 1, 2, 3 without holes. Bodies are text, so that their bytes stay.
CREATE TABLE events (
  session_id uuid NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  v integer NOT NULL,
  body text COLLATE "C" NOT NULL,
  PRIMARY KEY (session_id, seq)
) PARTITION BY RANGE (session_id);

-- A session folded up to `version`; the events after it complete it.
CREATE TABLE snapshots (
  session_id uuid NOT NULL PRIMARY KEY,
  version bigint NOT NULL,
  v integer NOT NULL,
  body text COLLATE "C" NOT NULL
) PARTITION BY RANGE (session_id);

-- Answers to calls of desks that named an idempotency key.
CREATE TABLE answers (
  session_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  PRIMARY KEY (session_id, key)
) PARTITION BY RANGE (session_id);

-- Calls owed to desks. A row points at the event that owes it; the body of the call is a function of the log.
CREATE TABLE deliveries (
  session_id uuid NOT NULL,
  lane text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  part integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  url text COLLATE "C" NOT NULL,
  detail text COLLATE "C",
  state text COLLATE "C" NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  owed_at bigint NOT NULL,
  due_at bigint NOT NULL,
  try_until bigint NOT NULL,
  settled_at bigint,
  last_failure text COLLATE "C",
  replayed smallint NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, lane, seq, part)
) PARTITION BY RANGE (session_id);

CREATE INDEX deliveries_open ON deliveries (session_id, lane, seq, part) WHERE state IN ('owed', 'dead');

-- Attempts that failed, a few of each delivery. A call that is taken at its first try has none.
CREATE TABLE attempts (
  session_id uuid NOT NULL,
  lane text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  part integer NOT NULL,
  number integer NOT NULL,
  at bigint NOT NULL,
  status integer,
  cause text COLLATE "C" NOT NULL,
  excerpt text COLLATE "C",
  PRIMARY KEY (session_id, lane, seq, part, number)
) PARTITION BY RANGE (session_id);

CREATE TABLE agents (
  id text COLLATE "C" NOT NULL PRIMARY KEY,
  version integer NOT NULL,
  deleted smallint NOT NULL DEFAULT 0
);

CREATE TABLE flows (
  agent_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  published_at bigint NOT NULL,
  definition text COLLATE "C" NOT NULL,
  PRIMARY KEY (agent_id, version)
);

-- Sealed, for calls must be signed with them.
CREATE TABLE secrets (
  agent_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  created_at bigint NOT NULL,
  sealed text COLLATE "C" NOT NULL,
  PRIMARY KEY (agent_id, number)
);

CREATE TABLE keys (
  id text COLLATE "C" NOT NULL PRIMARY KEY,
  hash text COLLATE "C" NOT NULL,
  prefix text COLLATE "C",
  label text COLLATE "C" NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  requests_per_second integer,
  created_at bigint NOT NULL,
  expires_at bigint,
  revoked_at bigint,
  last_used_at bigint,
  -- The key that a rotation put in the place of this one.
  successor text COLLATE "C"
);

CREATE UNIQUE INDEX keys_hash ON keys (hash);

-- Counts changes of the keys. One row; who changes keys takes its lock first.
CREATE TABLE key_changes (
  count bigint NOT NULL
);

INSERT INTO key_changes VALUES (0);

-- Calls that manage. A row without a status was begun; its process did not live to write the outcome.
CREATE TABLE audit (
  id text COLLATE "C" NOT NULL PRIMARY KEY,
  at bigint NOT NULL,
  actor text COLLATE "C" NOT NULL,
  key_id text COLLATE "C",
  address text COLLATE "C",
  operation text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL,
  status integer,
  code text COLLATE "C"
);

-- Those of strangers are kept for a shorter time.
CREATE INDEX audit_unknown ON audit (id) WHERE actor = 'unknown' AND key_id IS NULL;

-- Runs of programs on this database. One that is gone never comes back: who was taken for gone begins a new one.
CREATE TABLE instances (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- By the clock of the database, ms since 1970.
  until bigint NOT NULL,
  gone boolean NOT NULL DEFAULT false
);

-- Nobody: sessions that wait for an instance are its.
INSERT INTO instances (id, until, gone) OVERRIDING SYSTEM VALUE VALUES (0, 0, true);

-- What all instances share.
CREATE TABLE settings (
  name text COLLATE "C" NOT NULL PRIMARY KEY,
  value text COLLATE "C" NOT NULL
);
