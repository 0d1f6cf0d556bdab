-- Rows of the log and of deliveries lie in the order in which they came, found by a narrow index: clustered by session,
-- each row that a batch writes is on a page of its own, and pages are what the write-ahead log is made of.
ALTER TABLE events RENAME TO events_before;

CREATE TABLE events (
  session_id TEXT NOT NULL,
  seq BIGINT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  v INTEGER NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (session_id, seq)
);

INSERT INTO events (session_id, seq, at, kind, v, body)
SELECT session_id, seq, at, kind, v, body FROM events_before ORDER BY session_id, seq;

DROP TABLE events_before;

DROP INDEX deliveries_open;

ALTER TABLE deliveries RENAME TO deliveries_before;

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

INSERT INTO deliveries (session_id, lane, seq, part, kind, url, detail, state, attempts, owed_at, due_at, try_until,
  settled_at, last_failure, replayed)
SELECT session_id, lane, seq, part, kind, url, detail, state, attempts, owed_at, due_at, try_until, settled_at,
  last_failure, replayed FROM deliveries_before ORDER BY session_id, lane, seq, part;

DROP TABLE deliveries_before;

CREATE INDEX deliveries_open ON deliveries (session_id, lane, seq, part) WHERE state IN ('owed', 'dead');
