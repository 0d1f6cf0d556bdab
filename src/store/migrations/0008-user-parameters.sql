-- Parameters of users that init names: the value that one of their sessions set last.
CREATE TABLE user_parameters (
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (user_id, name)
) WITHOUT ROWID;
