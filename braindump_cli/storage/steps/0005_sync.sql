-- The server has the row as withdrawn (1), since it was made private here or elsewhere, or is to be told so (2).
ALTER TABLE entries ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE recordings ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE transcripts ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE insights ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE todos ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;
ALTER TABLE focus_sessions ADD COLUMN withdrawn INTEGER NOT NULL DEFAULT 0;

-- Where the sound lies on the server, and the measures of the plain kept file: each machine seals it otherwise.
ALTER TABLE recordings ADD COLUMN object TEXT;
ALTER TABLE recordings ADD COLUMN plain_bytes INTEGER;
ALTER TABLE recordings ADD COLUMN plain_sha256 TEXT;
ALTER TABLE recordings ADD COLUMN upload TEXT; -- the object that is on its way

DROP INDEX recordings_of_entry; -- no longer unique: what comes from other machines is not refused
CREATE INDEX recordings_of_entry ON recordings (entry_id, part);

-- The outbox, in the order of changes.
DROP INDEX entries_unsynced;
CREATE INDEX entries_unsynced ON entries (hlc) WHERE dirty = 1;
CREATE INDEX recordings_unsynced ON recordings (hlc) WHERE dirty = 1;
CREATE INDEX transcripts_unsynced ON transcripts (hlc) WHERE dirty = 1;
CREATE INDEX insights_unsynced ON insights (hlc) WHERE dirty = 1;
CREATE INDEX todos_unsynced ON todos (hlc) WHERE dirty = 1;
CREATE INDEX focus_sessions_unsynced ON focus_sessions (hlc) WHERE dirty = 1;

CREATE INDEX entries_private ON entries (id) WHERE is_private = 1;
CREATE INDEX entries_withdrawn ON entries (id) WHERE withdrawn <> 0;
CREATE INDEX recordings_withdrawn ON recordings (id) WHERE withdrawn <> 0;
CREATE INDEX transcripts_withdrawn ON transcripts (id) WHERE withdrawn <> 0;
CREATE INDEX insights_withdrawn ON insights (id) WHERE withdrawn <> 0;
CREATE INDEX todos_withdrawn ON todos (id) WHERE withdrawn <> 0;
CREATE INDEX focus_sessions_withdrawn ON focus_sessions (id) WHERE withdrawn <> 0;

-- Where a feed is resumed.
CREATE TABLE cursors (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Rows that came before what they belong to (`parent`: its id), or that this program cannot lay into its tables.
CREATE TABLE arrivals (
  feed TEXT NOT NULL,
  id TEXT NOT NULL,
  hlc TEXT NOT NULL,
  parent TEXT,
  row TEXT NOT NULL,
  PRIMARY KEY (feed, id)
) STRICT;

CREATE INDEX arrivals_of_parent ON arrivals (parent);

-- Conflicts that were won here: what lost lies on the server until it is fetched.
CREATE TABLE owed (
  feed TEXT NOT NULL,
  id TEXT NOT NULL,
  hlc TEXT NOT NULL,
  PRIMARY KEY (feed, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX recordings_to_upload ON recordings (id) WHERE object IS NULL AND purged = 0 AND state = 'kept';

-- Objects that no row names any more, to be removed from the server.
CREATE TABLE unwanted (
  path TEXT PRIMARY KEY,
  recording_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
