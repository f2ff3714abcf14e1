-- Focus sessions. Plan and intervals say where all of a session's time went; focused_s, planned_s, pauses and the
-- rows of focus_work are worked out from them when its end is written down (zero and none before that), so that
-- a report is a sum. `intervals` is an array of [kind, started_at, ended_at or null].

CREATE TABLE focus_sessions (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  todo_id TEXT,
  plan TEXT NOT NULL,
  intervals TEXT NOT NULL,
  started_at TEXT NOT NULL,
  ended_at TEXT,
  status TEXT NOT NULL CHECK (status IN ('running', 'done', 'stopped', 'added')),
  tags TEXT NOT NULL,
  note TEXT NOT NULL,
  entry_id TEXT,
  focused_s REAL NOT NULL DEFAULT 0,
  planned_s REAL NOT NULL DEFAULT 0,
  pauses INTEGER NOT NULL DEFAULT 0,
  hlc TEXT NOT NULL,
  base_hlc TEXT,
  dirty INTEGER NOT NULL DEFAULT 1,
  row_version INTEGER NOT NULL DEFAULT 1,
  purged INTEGER NOT NULL DEFAULT 0,
  extra TEXT
) STRICT;

-- Holds all that sums need, so that they read no plans and intervals.
CREATE INDEX focus_sessions_by_time
  ON focus_sessions (started_at, number, ended_at, todo_id, focused_s, planned_s, pauses, status, tags)
  WHERE purged = 0;
CREATE INDEX focus_sessions_open ON focus_sessions (number) WHERE ended_at IS NULL AND purged = 0;
CREATE INDEX focus_sessions_of_todo ON focus_sessions (todo_id, focused_s) WHERE purged = 0;

-- Seconds worked in each quarter of an hour since 1970 (UTC): zones are whole quarters apart. It stays here.
CREATE TABLE focus_work (
  quarter INTEGER NOT NULL,
  session INTEGER NOT NULL REFERENCES focus_sessions (number),
  seconds REAL NOT NULL,
  PRIMARY KEY (quarter, session)
) STRICT, WITHOUT ROWID;

CREATE INDEX focus_work_of_session ON focus_work (session);
CREATE INDEX focus_work_by_hour ON focus_work (quarter / 4, seconds); -- in order, so that hours are summed as they come

-- `focus undo` takes back what a change replaced. SQLite changes a CHECK only by laying the table anew.
CREATE TABLE revisions_anew (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  subject TEXT NOT NULL CHECK (subject IN ('entry', 'insights', 'todo', 'focus')),
  subject_id TEXT NOT NULL,
  body TEXT NOT NULL,
  cause TEXT NOT NULL,
  replaced_at TEXT NOT NULL
) STRICT;

INSERT INTO revisions_anew SELECT * FROM revisions;
DROP TABLE revisions;
ALTER TABLE revisions_anew RENAME TO revisions;
CREATE INDEX revisions_of_subject ON revisions (subject_id, number);
CREATE INDEX revisions_by_subject ON revisions (subject, number);
