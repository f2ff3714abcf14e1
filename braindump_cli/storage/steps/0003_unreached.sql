-- A request that never left is told from one that was refused. SQLite changes a CHECK only by laying the table anew.

CREATE TABLE sent_log_anew (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sent_at TEXT NOT NULL,
  provider TEXT NOT NULL,
  purpose TEXT NOT NULL,
  model TEXT NOT NULL,
  address TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  entry_id TEXT,
  outcome TEXT NOT NULL DEFAULT 'sent' CHECK (outcome IN ('sent', 'answered', 'refused', 'lost', 'unreached')),
  ended_at TEXT
) STRICT;

INSERT INTO sent_log_anew SELECT * FROM sent_log;
DROP TABLE sent_log;
ALTER TABLE sent_log_anew RENAME TO sent_log;
CREATE INDEX sent_log_by_time ON sent_log (sent_at, number);
