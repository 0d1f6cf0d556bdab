CREATE TABLE agents (
  id TEXT NOT NULL PRIMARY KEY,
  version INTEGER NOT NULL,
  deleted INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE flows (
  agent_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  published_at BIGINT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (agent_id, version)
) WITHOUT ROWID;

-- Sealed, for calls must be signed with them.
CREATE TABLE secrets (
  agent_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  created_at BIGINT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (agent_id, number)
) WITHOUT ROWID;

CREATE TABLE keys (
  id TEXT NOT NULL PRIMARY KEY,
  hash TEXT NOT NULL,
  label TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT
) WITHOUT ROWID;

CREATE UNIQUE INDEX keys_hash ON keys (hash);
