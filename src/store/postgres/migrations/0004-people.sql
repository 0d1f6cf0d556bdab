-- Who may sign in. A person without a password and without a subject has not been here, or came by a link.
CREATE TABLE people (
  id text COLLATE "C" NOT NULL PRIMARY KEY,
  email text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  role text COLLATE "C" NOT NULL,
  password_hash text COLLATE "C",
  -- What an OpenID Connect provider calls them.
  issuer text COLLATE "C",
  subject text COLLATE "C",
  created_at bigint NOT NULL,
  last_seen_at bigint
);
CREATE UNIQUE INDEX people_by_email ON people (email);
CREATE UNIQUE INDEX people_by_subject ON people (issuer, subject);

CREATE TABLE sign_ins (
  token_hash text COLLATE "C" NOT NULL PRIMARY KEY,
  person_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  refreshed_at bigint NOT NULL,
  expires_at bigint NOT NULL
);
CREATE INDEX sign_ins_of_person ON sign_ins (person_id, refreshed_at);
CREATE INDEX sign_ins_by_end ON sign_ins (expires_at);

-- What is good once: the set-up of the first owner, a sign-in, an invitation.
CREATE TABLE sign_in_links (
  token_hash text COLLATE "C" NOT NULL PRIMARY KEY,
  kind text COLLATE "C" NOT NULL,
  person_id text COLLATE "C",
  expires_at bigint NOT NULL
);
CREATE INDEX sign_in_links_of_person ON sign_in_links (person_id);
CREATE INDEX sign_in_links_by_end ON sign_in_links (expires_at);
