CREATE TABLE agents (
  id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  deleted smallint NOT NULL DEFAULT 0,
  CONSTRAINT agents_pkey PRIMARY KEY (id)
);

CREATE TABLE answers (
  session_id uuid NOT NULL,
  key text COLLATE "C" NOT NULL,
  fingerprint text COLLATE "C" NOT NULL,
  body text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  CONSTRAINT answers_pkey PRIMARY KEY (session_id, key)
) PARTITION BY RANGE (session_id);

CREATE TABLE attempts (
  session_id uuid NOT NULL,
  lane text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  part integer NOT NULL,
  number integer NOT NULL,
  at bigint NOT NULL,
  status integer,
  cause text COLLATE "C" NOT NULL,
  excerpt text COLLATE "C",
  CONSTRAINT attempts_pkey PRIMARY KEY (session_id, lane, seq, part, number)
) PARTITION BY RANGE (session_id);

CREATE TABLE audit (
  id text COLLATE "C" NOT NULL,
  at bigint NOT NULL,
  actor text COLLATE "C" NOT NULL,
  key_id text COLLATE "C",
  address text COLLATE "C",
  operation text COLLATE "C" NOT NULL,
  target text COLLATE "C" NOT NULL,
  status integer,
  code text COLLATE "C",
  CONSTRAINT audit_pkey PRIMARY KEY (id)
);

CREATE TABLE deliveries (
  session_id uuid NOT NULL,
  lane text COLLATE "C" NOT NULL,
  seq bigint NOT NULL,
  part integer NOT NULL,
  kind text COLLATE "C" NOT NULL,
  url text COLLATE "C" NOT NULL,
  detail text COLLATE "C",
  state text COLLATE "C" NOT NULL,
  attempts integer NOT NULL DEFAULT 0,
  owed_at bigint NOT NULL,
  due_at bigint NOT NULL,
  try_until bigint NOT NULL,
  settled_at bigint,
  last_failure text COLLATE "C",
  replayed smallint NOT NULL DEFAULT 0,
  CONSTRAINT deliveries_pkey PRIMARY KEY (session_id, lane, seq, part)
) PARTITION BY RANGE (session_id);

CREATE TABLE drafts (
  agent_id text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  base_version integer,
  updated_at bigint NOT NULL,
  name text COLLATE "C",
  definition text COLLATE "C",
  CONSTRAINT drafts_pkey PRIMARY KEY (agent_id)
);

CREATE TABLE events (
  session_id uuid NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  v integer NOT NULL,
  body text COLLATE "C" NOT NULL,
  CONSTRAINT events_pkey PRIMARY KEY (session_id, seq)
) PARTITION BY RANGE (session_id);

CREATE TABLE flows (
  agent_id text COLLATE "C" NOT NULL,
  version integer NOT NULL,
  published_at bigint NOT NULL,
  definition text COLLATE "C" NOT NULL,
  published_by text COLLATE "C",
  restored_from integer,
  name text COLLATE "C",
  CONSTRAINT flows_pkey PRIMARY KEY (agent_id, version)
);

CREATE TABLE instances (
  id integer NOT NULL,
  until bigint NOT NULL,
  gone boolean NOT NULL DEFAULT false,
  CONSTRAINT instances_pkey PRIMARY KEY (id)
);

CREATE TABLE key_changes (
  count bigint NOT NULL
);

CREATE TABLE keys (
  id text COLLATE "C" NOT NULL,
  hash text COLLATE "C" NOT NULL,
  prefix text COLLATE "C",
  label text COLLATE "C" NOT NULL,
  scopes text COLLATE "C" NOT NULL,
  requests_per_second integer,
  created_at bigint NOT NULL,
  expires_at bigint,
  revoked_at bigint,
  last_used_at bigint,
  successor text COLLATE "C",
  CONSTRAINT keys_pkey PRIMARY KEY (id)
);

CREATE TABLE migrations (
  number integer NOT NULL,
  name text NOT NULL,
  breaking boolean NOT NULL,
  at bigint NOT NULL,
  CONSTRAINT migrations_pkey PRIMARY KEY (number)
);

CREATE TABLE people (
  id text COLLATE "C" NOT NULL,
  email text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  role text COLLATE "C" NOT NULL,
  password_hash text COLLATE "C",
  issuer text COLLATE "C",
  subject text COLLATE "C",
  created_at bigint NOT NULL,
  last_seen_at bigint,
  CONSTRAINT people_pkey PRIMARY KEY (id)
);

CREATE TABLE secrets (
  agent_id text COLLATE "C" NOT NULL,
  number integer NOT NULL,
  created_at bigint NOT NULL,
  sealed text COLLATE "C" NOT NULL,
  CONSTRAINT secrets_pkey PRIMARY KEY (agent_id, number)
);

CREATE TABLE sessions (
  id uuid NOT NULL,
  agent_id text COLLATE "C" NOT NULL,
  flow_version integer NOT NULL,
  version bigint NOT NULL,
  started_at bigint NOT NULL,
  ended smallint NOT NULL,
  wake_at bigint,
  caller integer,
  owed_seq bigint,
  owed_before bigint,
  CONSTRAINT sessions_pkey PRIMARY KEY (id)
) PARTITION BY RANGE (id);

CREATE TABLE settings (
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  CONSTRAINT settings_pkey PRIMARY KEY (name)
);

CREATE TABLE sign_in_links (
  token_hash text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  person_id text COLLATE "C",
  expires_at bigint NOT NULL,
  CONSTRAINT sign_in_links_pkey PRIMARY KEY (token_hash)
);

CREATE TABLE sign_ins (
  token_hash text COLLATE "C" NOT NULL,
  person_id text COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  refreshed_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  CONSTRAINT sign_ins_pkey PRIMARY KEY (token_hash)
);

CREATE TABLE snapshots (
  session_id uuid NOT NULL,
  version bigint NOT NULL,
  v integer NOT NULL,
  body text COLLATE "C" NOT NULL,
  CONSTRAINT snapshots_pkey PRIMARY KEY (session_id)
) PARTITION BY RANGE (session_id);

CREATE TABLE user_parameters (
  user_id text COLLATE "C" NOT NULL,
  name text COLLATE "C" NOT NULL,
  value text COLLATE "C" NOT NULL,
  updated_at bigint NOT NULL,
  CONSTRAINT user_parameters_pkey PRIMARY KEY (user_id, name)
);

CREATE INDEX audit_unknown ON audit USING btree (id) WHERE ((actor = 'unknown'::text) AND (key_id IS NULL));

CREATE INDEX deliveries_open ON ONLY deliveries USING btree (session_id, lane, seq, part) WHERE (state = ANY (ARRAY['owed'::text, 'dead'::text]));

CREATE UNIQUE INDEX keys_hash ON keys USING btree (hash);

CREATE UNIQUE INDEX people_by_email ON people USING btree (email);

CREATE UNIQUE INDEX people_by_subject ON people USING btree (issuer, subject);

CREATE INDEX sessions_due ON ONLY sessions USING btree (wake_at) WHERE (wake_at IS NOT NULL);

CREATE INDEX sessions_held ON ONLY sessions USING btree (caller) WHERE (caller IS NOT NULL);

CREATE INDEX sessions_started ON ONLY sessions USING btree (started_at, id);

CREATE INDEX sign_in_links_by_end ON sign_in_links USING btree (expires_at);

CREATE INDEX sign_in_links_of_person ON sign_in_links USING btree (person_id);

CREATE INDEX sign_ins_by_end ON sign_ins USING btree (expires_at);

CREATE INDEX sign_ins_of_person ON sign_ins USING btree (person_id, refreshed_at);
