-- Who may sign in. A person without a password and without a subject has not been here, or came by a link.
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
CREATE UNIQUE INDEX people_by_email ON people (email);
CREATE UNIQUE INDEX people_by_subject ON people (issuer, subject);

CREATE TABLE sign_ins (
  token_hash TEXT NOT NULL PRIMARY KEY,
  person_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  refreshed_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_ins_of_person ON sign_ins (person_id, refreshed_at);
CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);

-- What is good once: the set-up of the first owner, a sign-in, an invitation.
CREATE TABLE sign_in_links (
  token_hash TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  person_id TEXT,
  expires_at BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX sign_in_links_of_person ON sign_in_links (person_id);
CREATE INDEX sign_in_links_by_end ON sign_in_links (expires_at);
