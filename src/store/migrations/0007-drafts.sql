ALTER TABLE flows ADD COLUMN published_by TEXT;
ALTER TABLE flows ADD COLUMN restored_from INTEGER;
-- As JSON, so that a list of versions takes no definition apart; none where an older program published it.
ALTER TABLE flows ADD COLUMN name TEXT;

-- A row without a definition is of a draft that was published or discarded: the next one counts on from its revision, so
-- that whoever still has the old one does not write over the new.
CREATE TABLE drafts (
  agent_id TEXT NOT NULL PRIMARY KEY,
  revision INTEGER NOT NULL,
  base_version INTEGER,
  updated_at BIGINT NOT NULL,
  name TEXT,
  definition TEXT
) WITHOUT ROWID;
