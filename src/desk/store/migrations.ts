/**
 * The schema, step by step: a database at `user_version` n has run the first n. Steps are added at the end and never
 * changed. Instants are ms since 1970; `change` is the number of the change that last touched a row.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE changes (newest INTEGER NOT NULL) STRICT;
  INSERT INTO changes (newest) VALUES (0);

  CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    session_id TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    agent_id TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    start_respond_by INTEGER NOT NULL,
    last_seq INTEGER NOT NULL,
    customer TEXT,
    transcript TEXT NOT NULL,
    parameters TEXT NOT NULL,
    state TEXT NOT NULL,
    assignee_id TEXT,
    assignee_name TEXT,
    ending INTEGER NOT NULL,
    end_reason TEXT,
    respond_by INTEGER,
    answered_seq INTEGER NOT NULL,
    answered_at INTEGER NOT NULL,
    preview_from TEXT,
    preview_text TEXT,
    said INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    change INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX conversations_of_session ON conversations (session_id, epoch);
  CREATE INDEX conversations_by_change ON conversations (change);
  CREATE INDEX conversations_by_state ON conversations (state, changed_at);

  CREATE TABLE entries (
    conversation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    nth INTEGER NOT NULL,
    text TEXT NOT NULL,
    at INTEGER NOT NULL,
    previous_seq INTEGER,
    respond_by INTEGER,
    by_id TEXT,
    by_name TEXT,
    status TEXT,
    why TEXT,
    message_uuid TEXT,
    change INTEGER NOT NULL,
    PRIMARY KEY (conversation_id, kind, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX entries_by_place ON entries (conversation_id, seq, nth);
  CREATE INDEX entries_by_change ON entries (change);
  CREATE UNIQUE INDEX entries_by_uuid ON entries (message_uuid) WHERE message_uuid IS NOT NULL;

  CREATE TABLE seen_calls (
    agent_id TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (agent_id, webhook_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX seen_calls_by_age ON seen_calls (at);

  CREATE TABLE early_statuses (
    message_uuid TEXT NOT NULL,
    session_id TEXT NOT NULL,
    status TEXT NOT NULL,
    status_at INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (message_uuid, status)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX early_statuses_by_age ON early_statuses (at);

  CREATE TABLE outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    entry_id TEXT,
    by_id TEXT NOT NULL,
    by_name TEXT NOT NULL
  ) STRICT;
  CREATE INDEX outbox_of_conversation ON outbox (conversation_id, number);

  CREATE TABLE people (
    id TEXT PRIMARY KEY,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT UNIQUE,
    password_hash TEXT,
    created_at INTEGER NOT NULL
  ) STRICT;

  CREATE TABLE sign_ins (
    token_hash TEXT PRIMARY KEY,
    person_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    refreshed_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE links (
    token_hash TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    person_id TEXT,
    expires_at INTEGER
  ) STRICT, WITHOUT ROWID;
  `,
];
