-- The log: facts of sessions, numbered 1, 2, 3 without holes.
CREATE TABLE events (
  session_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  v INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (session_id, seq)
) WITHOUT ROWID;

-- One small row a session, written with every commit; what is large lies beside it.
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  agent_id TEXT NOT NULL,
  flow_version INTEGER NOT NULL,
  version BIGINT NOT NULL,
  started_at BIGINT NOT NULL,
  ended INTEGER NOT NULL,
  wake_at BIGINT
) WITHOUT ROWID;

CREATE INDEX sessions_due ON sessions (wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX sessions_started ON sessions (started_at, id);

-- A session folded up to `version`; the events after it complete it.
CREATE TABLE snapshots (
  session_id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  v INTEGER NOT NULL,
  body TEXT NOT NULL
) WITHOUT ROWID;

-- Calls owed to desks. A row points at the event that owes it; the body of the call is a function of the log.
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
) WITHOUT ROWID;

CREATE INDEX deliveries_open ON deliveries (session_id, lane, seq, part) WHERE state IN ('owed', 'dead');

-- Answers to calls that named an idempotency key, and the ids that end users gave their messages.
CREATE TABLE answers (
  session_id TEXT NOT NULL,
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (session_id, scope, key)
) WITHOUT ROWID;
