CREATE TABLE agents (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE answers (
  session_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (session_id, key)
) WITHOUT ROWID;

CREATE TABLE attempts (
  session_id TEXT NOT NULL,
  lane TEXT NOT NULL,
  seq BIGINT NOT NULL,
  part INTEGER NOT NULL,
  number INTEGER NOT NULL,
  at BIGINT NOT NULL,
  status INTEGER,
  cause TEXT NOT NULL,
  excerpt TEXT,
  PRIMARY KEY (session_id, lane, seq, part, number)
) WITHOUT ROWID;

CREATE TABLE audit (
  id TEXT NOT NULL PRIMARY KEY,
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  key_id TEXT,
  address TEXT,
  operation TEXT NOT NULL,
  target TEXT NOT NULL,
  status INTEGER,
  code TEXT
) WITHOUT ROWID;

CREATE TABLE deliveries (
  session_id TEXT NOT NULL,
  lane TEXT NOT NULL,
  seq BIGINT NOT NULL,
  part INTEGER NOT NULL,
  kind TEXT NOT NULL,
  url TEXT NOT NULL,
  detail TEXT,
  state TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  owed_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL,
  try_until BIGINT NOT NULL,
  settled_at BIGINT,
  last_failure TEXT,
  replayed INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (session_id, lane, seq, part)
);

CREATE TABLE drafts (
  agent_id TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  base_version INTEGER,
  updated_at BIGINT NOT NULL,
  name TEXT,
  definition TEXT
) WITHOUT ROWID;

CREATE TABLE events (
  session_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  v INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (session_id, seq)
);

CREATE TABLE flows (
  agent_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  published_at BIGINT NOT NULL,
  definition TEXT NOT NULL, published_by TEXT, restored_from INTEGER, name TEXT,
  PRIMARY KEY (agent_id, version)
) WITHOUT ROWID;

CREATE TABLE keys (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,
  label TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
, prefix TEXT, requests_per_second INTEGER, expires_at BIGINT, last_used_at BIGINT, successor TEXT) WITHOUT ROWID;

CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL);

CREATE TABLE people (
  id TEXT NOT NULL PRIMARY KEY,
  email TEXT NOT NULL,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password_hash TEXT,
  -- What an OpenID Connect provider calls them.
  issuer TEXT,
  subject TEXT,
  created_at BIGINT NOT NULL,
  last_seen_at BIGINT
) WITHOUT ROWID;

CREATE TABLE secrets (
  agent_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (agent_id, number)
) WITHOUT ROWID;

CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  agent_id TEXT NOT NULL,
  flow_version INTEGER NOT NULL,
  version BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended INTEGER NOT NULL,
  wake_at BIGINT
) WITHOUT ROWID;

CREATE TABLE sign_in_links (
  token_hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  person_id TEXT,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE sign_ins (
  token_hash TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  refreshed_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;

CREATE TABLE snapshots (
  session_id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  v INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE user_parameters (
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, name)
) WITHOUT ROWID;

CREATE INDEX audit_unknown ON audit (id) WHERE actor = 'unknown' AND key_id IS NULL;

CREATE INDEX deliveries_open ON deliveries (session_id, lane, seq, part) WHERE state IN ('owed', 'dead');

CREATE UNIQUE INDEX keys_hash ON keys (hash);

CREATE UNIQUE INDEX people_by_email ON people (email);

CREATE UNIQUE INDEX people_by_subject ON people (issuer, subject);

CREATE INDEX sessions_due ON sessions (wake_at) WHERE wake_at IS NOT NULL;

CREATE INDEX sessions_started ON sessions (started_at, id);

CREATE INDEX sign_in_links_by_end ON sign_in_links (expires_at);

CREATE INDEX sign_in_links_of_person ON sign_in_links (person_id);

CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);

CREATE INDEX sign_ins_of_person ON sign_ins (person_id, refreshed_at);
