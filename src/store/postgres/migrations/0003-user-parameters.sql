-- Parameters of users that init names: the value that one of their sessions set last. They belong to no day.
CREATE TABLE user_parameters (
  user_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL,
  PRIMARY KEY (user_id, name)
);
