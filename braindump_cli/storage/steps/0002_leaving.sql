-- What leaves this machine, what came back, and how providers are doing. These stay here: none of them syncs.

-- One row a request, written before it leaves; never the text. `sent`: nobody has seen its end.
CREATE TABLE sent_log (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  sent_at TEXT NOT NULL,
  provider TEXT NOT NULL,
  purpose TEXT NOT NULL,
  model TEXT NOT NULL,
  address TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  cost_usd REAL NOT NULL,
  entry_id TEXT,
  outcome TEXT NOT NULL DEFAULT 'sent' CHECK (outcome IN ('sent', 'answered', 'refused', 'lost')),
  ended_at TEXT
) STRICT;

CREATE INDEX sent_log_by_time ON sent_log (sent_at, number);

-- Raw replies, kept before anyone reads them, until what they say is part of the journal.
CREATE TABLE replies (
  key TEXT PRIMARY KEY,
  reply TEXT NOT NULL,
  received_at TEXT NOT NULL
) STRICT;

-- `service` is a provider, or "provider host" for a server of the user's own.
CREATE TABLE outages (
  service TEXT PRIMARY KEY,
  failures INTEGER NOT NULL,
  closed_until TEXT,
  is_told INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Words and phrases that the user wants engines to understand; `folded` is what makes two of them the same.
CREATE TABLE vocabulary (
  folded TEXT PRIMARY KEY,
  words TEXT NOT NULL,
  added_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

