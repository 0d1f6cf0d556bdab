-- Attempts that failed, a few of each delivery. A call that is taken at its first try has none.
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
