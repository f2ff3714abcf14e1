-- The journal's first shape. Instants are ISO 8601 in UTC with milliseconds and Z, so they sort as text.
-- Rows that sync carry: id (UUID), hlc (when last changed, and by which device), base_hlc (hlc last agreed with
-- the server), dirty (changed since), row_version (of the program that wrote it), purged (emptied tombstone) and
-- extra (fields of newer versions, sent back as they came). `number` is short, local, and never used again.

CREATE TABLE meta (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE entries (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('voice', 'text')),
  title TEXT NOT NULL DEFAULT '',
  is_title_given INTEGER NOT NULL DEFAULT 0,
  text TEXT NOT NULL DEFAULT '',
  is_text_edited INTEGER NOT NULL DEFAULT 0,
  language TEXT NOT NULL,
  created_at TEXT NOT NULL,
  zone TEXT NOT NULL,
  is_starred INTEGER NOT NULL DEFAULT 0,
  is_private INTEGER NOT NULL DEFAULT 0,
  is_draft INTEGER NOT NULL DEFAULT 0,
  duration_s REAL,
  engine TEXT,
  source TEXT NOT NULL,
  wants_insights INTEGER NOT NULL DEFAULT 1,
  deleted_at TEXT,
  hlc TEXT NOT NULL,
  base_hlc TEXT,
  dirty INTEGER NOT NULL DEFAULT 1,
  row_version INTEGER NOT NULL DEFAULT 1,
  purged INTEGER NOT NULL DEFAULT 0,
  extra TEXT
) STRICT;

CREATE INDEX entries_by_time ON entries (created_at, number) WHERE deleted_at IS NULL AND purged = 0;
CREATE INDEX entries_in_trash ON entries (created_at, number) WHERE deleted_at IS NOT NULL AND purged = 0;
CREATE INDEX entries_unsynced ON entries (number) WHERE dirty = 1;

CREATE TABLE entry_tags (
  entry_number INTEGER NOT NULL REFERENCES entries (number),
  tag TEXT NOT NULL,
  PRIMARY KEY (entry_number, tag)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_tags_by_tag ON entry_tags (tag, entry_number);

-- How many entries are not in the trash: counting 100,000 index rows would cost a status line 5 ms.
CREATE TABLE totals (entries INTEGER NOT NULL) STRICT;
INSERT INTO totals (entries) VALUES (0);

CREATE TRIGGER totals_added AFTER INSERT ON entries WHEN new.deleted_at IS NULL AND new.purged = 0 BEGIN
  UPDATE totals SET entries = entries + 1;
END;

CREATE TRIGGER totals_changed AFTER UPDATE OF deleted_at, purged ON entries BEGIN
  UPDATE totals SET entries = entries
    + (new.deleted_at IS NULL AND new.purged = 0) - (old.deleted_at IS NULL AND old.purged = 0);
END;

CREATE TRIGGER totals_removed AFTER DELETE ON entries WHEN old.deleted_at IS NULL AND old.purged = 0 BEGIN
  UPDATE totals SET entries = entries - 1;
END;

-- Full text of what is not in the trash.
CREATE VIRTUAL TABLE entries_text USING fts5 (
  title, text,
  content = 'entries', content_rowid = 'number',
  tokenize = "unicode61 remove_diacritics 2",
  prefix = '2 3'
);

CREATE TRIGGER entries_text_added AFTER INSERT ON entries WHEN new.deleted_at IS NULL AND new.purged = 0 BEGIN
  INSERT INTO entries_text (rowid, title, text) VALUES (new.number, new.title, new.text);
END;

CREATE TRIGGER entries_text_changed AFTER UPDATE OF title, text, deleted_at, purged ON entries BEGIN
  INSERT INTO entries_text (entries_text, rowid, title, text)
    SELECT 'delete', old.number, old.title, old.text WHERE old.deleted_at IS NULL AND old.purged = 0;
  INSERT INTO entries_text (rowid, title, text)
    SELECT new.number, new.title, new.text WHERE new.deleted_at IS NULL AND new.purged = 0;
END;

CREATE TRIGGER entries_text_removed AFTER DELETE ON entries WHEN old.deleted_at IS NULL AND old.purged = 0 BEGIN
  INSERT INTO entries_text (entries_text, rowid, title, text) VALUES ('delete', old.number, old.title, old.text);
END;

-- A recording's row comes before its entry's: entry_id points forward until the capture has ended.
CREATE TABLE recordings (
  id TEXT PRIMARY KEY,
  entry_id TEXT NOT NULL,
  part INTEGER NOT NULL DEFAULT 1,
  kind TEXT NOT NULL DEFAULT 'audio' CHECK (kind IN ('audio', 'attachment')),
  format TEXT NOT NULL,
  duration_s REAL NOT NULL DEFAULT 0,
  size_bytes INTEGER,
  sha256 TEXT,
  gaps_s REAL NOT NULL DEFAULT 0,
  state TEXT NOT NULL CHECK (state IN ('recording', 'spooled', 'kept', 'remote')),
  hlc TEXT NOT NULL,
  base_hlc TEXT,
  dirty INTEGER NOT NULL DEFAULT 1,
  row_version INTEGER NOT NULL DEFAULT 1,
  purged INTEGER NOT NULL DEFAULT 0,
  extra TEXT
) STRICT;

CREATE UNIQUE INDEX recordings_of_entry ON recordings (entry_id, part);

CREATE TABLE transcripts (
  id TEXT PRIMARY KEY,
  entry_id TEXT NOT NULL REFERENCES entries (id),
  provider TEXT NOT NULL,
  model TEXT NOT NULL,
  language TEXT NOT NULL,
  is_draft INTEGER NOT NULL,
  segments TEXT NOT NULL,
  reply TEXT NOT NULL,
  created_at TEXT NOT NULL,
  hlc TEXT NOT NULL,
  base_hlc TEXT,
  dirty INTEGER NOT NULL DEFAULT 1,
  row_version INTEGER NOT NULL DEFAULT 1,
  purged INTEGER NOT NULL DEFAULT 0,
  extra TEXT
) STRICT;

CREATE INDEX transcripts_of_entry ON transcripts (entry_id, created_at);

CREATE TABLE insights (
  id TEXT PRIMARY KEY,
  entry_id TEXT NOT NULL REFERENCES entries (id),
  engine TEXT NOT NULL,
  model TEXT,
  schema_version INTEGER NOT NULL,
  content TEXT NOT NULL,
  is_edited INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  hlc TEXT NOT NULL,
  base_hlc TEXT,
  dirty INTEGER NOT NULL DEFAULT 1,
  row_version INTEGER NOT NULL DEFAULT 1,
  purged INTEGER NOT NULL DEFAULT 0,
  extra TEXT
) STRICT;

CREATE INDEX insights_of_entry ON insights (entry_id, created_at);

CREATE TABLE todos (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  entry_id TEXT REFERENCES entries (id),
  text TEXT NOT NULL,
  quote TEXT,
  quote_start_s REAL,
  quote_end_s REAL,
  due_on TEXT,
  due_at TEXT,
  recurrence TEXT,
  priority TEXT NOT NULL CHECK (priority IN ('high', 'normal', 'low')),
  status TEXT NOT NULL CHECK (status IN ('open', 'done', 'dropped')),
  is_suggestion INTEGER NOT NULL,
  confidence REAL NOT NULL,
  is_edited INTEGER NOT NULL DEFAULT 0,
  is_touched INTEGER NOT NULL DEFAULT 0,
  created_at TEXT NOT NULL,
  done_at TEXT,
  hlc TEXT NOT NULL,
  base_hlc TEXT,
  dirty INTEGER NOT NULL DEFAULT 1,
  row_version INTEGER NOT NULL DEFAULT 1,
  purged INTEGER NOT NULL DEFAULT 0,
  extra TEXT
) STRICT;

CREATE INDEX todos_of_entry ON todos (entry_id, number);
CREATE INDEX todos_by_date ON todos (status, due_on IS NULL, due_on, number) WHERE purged = 0;

-- Steps that wait. One of a kind for an entry; `reply` is an engine's raw answer, kept before anyone reads it.
CREATE TABLE jobs (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  entry_id TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'failed')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before TEXT,
  last_error TEXT,
  engine TEXT,
  reply TEXT,
  UNIQUE (entry_id, kind)
) STRICT;

-- What a change replaced.
CREATE TABLE revisions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL CHECK (subject IN ('entry', 'insights', 'todo')),
  subject_id TEXT NOT NULL,
  body TEXT NOT NULL,
  cause TEXT NOT NULL,
  replaced_at TEXT NOT NULL
) STRICT;

CREATE INDEX revisions_of_subject ON revisions (subject_id, number);
