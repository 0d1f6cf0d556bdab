ALTER TABLE keys ADD COLUMN prefix TEXT;
ALTER TABLE keys ADD COLUMN requests_per_second INTEGER;
ALTER TABLE keys ADD COLUMN expires_at BIGINT;
ALTER TABLE keys ADD COLUMN last_used_at BIGINT;
-- The key that a rotation put in the place of this one.
ALTER TABLE keys ADD COLUMN successor TEXT;

-- Calls that manage. A row without a status was begun; its process did not live to write the outcome.
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

-- Those of strangers are kept for a shorter time.
CREATE INDEX audit_unknown ON audit (id) WHERE actor = 'unknown' AND key_id IS NULL;
