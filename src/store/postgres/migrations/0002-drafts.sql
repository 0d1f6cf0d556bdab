ALTER TABLE flows ADD COLUMN published_by text COLLATE "C";
ALTER TABLE flows ADD COLUMN restored_from integer;
-- As JSON, so that a list of versions takes no definition apart; none where an older program published it.
ALTER TABLE flows ADD COLUMN name text COLLATE "C";

-- A row without a definition is of a draft that was published or discarded: the next one counts on from its revision, so
-- that whoever still has the old one does not write over the new.
CREATE TABLE drafts (
  agent_id text COLLATE "C" NOT NULL PRIMARY KEY,
  revision integer NOT NULL,
  base_version integer,
  updated_at bigint NOT NULL,
  name text COLLATE "C",
  definition text COLLATE "C"
);
