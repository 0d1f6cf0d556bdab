-- Only calls of desks name an idempotency key; the id that an end user gave a message stands in the message's event.
ALTER TABLE answers RENAME TO answers_before;

CREATE TABLE answers (
  session_id TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (session_id, key)
) WITHOUT ROWID;

INSERT INTO answers (session_id, key, fingerprint, body, at)
SELECT session_id, key, fingerprint, body, at FROM answers_before WHERE scope = 'live-agent';

DROP TABLE answers_before;
