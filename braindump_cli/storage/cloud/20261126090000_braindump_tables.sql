-- What the server keeps of a journal: one row for each of the journal's rows, numbered in the order of commits.
-- Every file here can be run again, in the SQL editor too. It needs a Supabase project (schemas auth and storage, roles
-- anon and authenticated); user ids are text, the `sub` of the token, whoever signed it.

-- What nobody may reach through the API stands in a schema of its own.
CREATE SCHEMA IF NOT EXISTS private;
REVOKE ALL ON SCHEMA private FROM PUBLIC;
GRANT USAGE ON SCHEMA private TO authenticated;

-- Instants are told in ISO 8601, UTC, milliseconds.
CREATE OR REPLACE FUNCTION private.instant(p_at timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE
RETURN to_char(p_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
REVOKE ALL ON FUNCTION private.instant(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION private.instant(timestamptz) TO authenticated;

-- The account key seals recordings. Standard: it rests here. End-to-end: only a copy that the recovery code wraps.
CREATE TABLE IF NOT EXISTS public.profiles (
  user_id text COLLATE "C" PRIMARY KEY DEFAULT (auth.jwt() ->> 'sub'),
  account_key text CHECK (account_key ~ '^[A-Za-z0-9+/]{43}=$'),
  wrapped_key text CHECK (length(wrapped_key) BETWEEN 1 AND 4096),
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT profiles_have_one_key CHECK (num_nonnulls(account_key, wrapped_key) = 1)
);

CREATE TABLE IF NOT EXISTS public.devices (
  user_id text COLLATE "C" NOT NULL DEFAULT (auth.jwt() ->> 'sub'),
  id text COLLATE "C" NOT NULL CHECK (id ~ '^[0-9a-f]{12}$'),
  name text NOT NULL CHECK (length(name) <= 200),
  created_at timestamptz NOT NULL DEFAULT now(),
  last_seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, id)
);

-- Connections to other services, without any token: those stay in the keyring of a machine.
CREATE TABLE IF NOT EXISTS public.integrations (
  user_id text COLLATE "C" NOT NULL DEFAULT (auth.jwt() ->> 'sub'),
  provider text NOT NULL,
  account_label text NOT NULL DEFAULT '',
  scopes text[] NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'connected',
  cursor jsonb,
  last_sync_at timestamptz,
  last_error text,
  PRIMARY KEY (user_id, provider, account_label)
);

-- The last number given to a user's rows. Half of each page stays free: a bump finds room beside the old version.
CREATE TABLE IF NOT EXISTS public.sync_heads (
  user_id text COLLATE "C" PRIMARY KEY,
  seq bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- What a conflict replaced. `hlc` is the loser's, `winner` the clock of the row it met.
CREATE TABLE IF NOT EXISTS public.entry_revisions (
  user_id text COLLATE "C" NOT NULL DEFAULT (auth.jwt() ->> 'sub'),
  table_name text COLLATE "C" NOT NULL,
  row_id uuid NOT NULL,
  hlc text COLLATE "C" NOT NULL,
  winner text COLLATE "C" NOT NULL,
  row_version integer NOT NULL,
  body jsonb,
  sealed text,
  lost_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, table_name, row_id, hlc)
);

-- The shape that all tables below share; no row ever rests in it. `body` is the journal's row as JSON, unknown keys
-- included; `sealed` is the same under the account key. A purged row is empty; `withdrawn` says it became private.
CREATE TABLE IF NOT EXISTS private.synced_row (
  user_id text COLLATE "C" NOT NULL DEFAULT (auth.jwt() ->> 'sub'),
  id uuid NOT NULL,
  hlc text COLLATE "C" NOT NULL CHECK (hlc ~ '^[0-9]{15}-[0-9]{4}-[0-9a-f]{12}$'),
  seq bigint NOT NULL,
  purged boolean NOT NULL DEFAULT false,
  withdrawn boolean NOT NULL DEFAULT false,
  row_version integer NOT NULL DEFAULT 1 CHECK (row_version > 0),
  body jsonb CHECK (jsonb_typeof(body) = 'object'),
  sealed text,
  PRIMARY KEY (user_id, id),
  UNIQUE (user_id, seq),
  CHECK (num_nonnulls(body, sealed) = CASE WHEN purged THEN 0 ELSE 1 END),
  CHECK (purged OR NOT withdrawn)
);

-- Generated columns are short text whatever a body holds, so that none of them can refuse a row. Instants are ISO 8601
-- in UTC, which sorts as text.
CREATE TABLE IF NOT EXISTS public.journal_entries (
  LIKE private.synced_row INCLUDING ALL,
  created_at text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'created_at', 40)) STORED,
  deleted_at text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'deleted_at', 40)) STORED
);
CREATE INDEX IF NOT EXISTS journal_entries_newest
  ON public.journal_entries (user_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;

CREATE TABLE IF NOT EXISTS public.recordings (
  LIKE private.synced_row INCLUDING ALL,
  entry_id text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'entry_id', 40)) STORED,
  size_bytes numeric GENERATED ALWAYS AS (
    CASE jsonb_typeof(body -> 'size_bytes') WHEN 'number' THEN (body ->> 'size_bytes')::numeric END
  ) STORED
);
CREATE INDEX IF NOT EXISTS recordings_of_entry ON public.recordings (user_id, entry_id);

CREATE TABLE IF NOT EXISTS public.transcripts (
  LIKE private.synced_row INCLUDING ALL,
  entry_id text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'entry_id', 40)) STORED
);
CREATE INDEX IF NOT EXISTS transcripts_of_entry ON public.transcripts (user_id, entry_id);

CREATE TABLE IF NOT EXISTS public.insights (
  LIKE private.synced_row INCLUDING ALL,
  entry_id text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'entry_id', 40)) STORED
);
CREATE INDEX IF NOT EXISTS insights_of_entry ON public.insights (user_id, entry_id);

CREATE TABLE IF NOT EXISTS public.todos (
  LIKE private.synced_row INCLUDING ALL,
  entry_id text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'entry_id', 40)) STORED,
  due_on text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'due_on', 40)) STORED,
  status text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'status', 40)) STORED
);
CREATE INDEX IF NOT EXISTS todos_of_entry ON public.todos (user_id, entry_id);
CREATE INDEX IF NOT EXISTS todos_open ON public.todos (user_id, due_on, id) WHERE status = 'open';

CREATE TABLE IF NOT EXISTS public.focus_sessions (
  LIKE private.synced_row INCLUDING ALL,
  started_at text COLLATE "C" GENERATED ALWAYS AS (left(body ->> 'started_at', 40)) STORED
);
CREATE INDEX IF NOT EXISTS focus_sessions_newest ON public.focus_sessions (user_id, started_at DESC, id DESC);

-- Every way of writing, the dashboard's too, gives a row the user's next number. The user's head stays locked until
-- commit, so the order of numbers is the order of commits; numbers may have holes. Only sync_push numbers by itself: it
-- has locked the head and takes many numbers at once.
CREATE OR REPLACE FUNCTION private.number_row() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
  INSERT INTO public.sync_heads AS head (user_id, seq) VALUES (new.user_id, 1)
  ON CONFLICT (user_id) DO UPDATE SET seq = head.seq + 1
  RETURNING head.seq INTO new.seq;
  RETURN new;
END $$;
REVOKE ALL ON FUNCTION private.number_row() FROM PUBLIC, anon, authenticated;

DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY[
    'journal_entries', 'recordings', 'transcripts', 'insights', 'todos', 'focus_sessions'
  ] LOOP
    EXECUTE format('CREATE OR REPLACE TRIGGER number_row BEFORE INSERT OR UPDATE ON public.%I
                    FOR EACH ROW WHEN (current_setting(''braindump.is_numbered'', true) IS DISTINCT FROM ''on'')
                    EXECUTE FUNCTION private.number_row()', one);
  END LOOP;
END $$;

-- Users read what is theirs, and write nothing: that is for the functions of the next files.
DO $$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY[
    'profiles', 'devices', 'integrations', 'sync_heads', 'entry_revisions',
    'journal_entries', 'recordings', 'transcripts', 'insights', 'todos', 'focus_sessions'
  ] LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', one);
    EXECUTE format('DROP POLICY IF EXISTS own_rows ON public.%I', one);
    EXECUTE format('CREATE POLICY own_rows ON public.%I FOR SELECT TO authenticated
                    USING (user_id = (SELECT auth.jwt() ->> ''sub''))', one);
    EXECUTE format('REVOKE ALL ON public.%I FROM PUBLIC, anon, authenticated', one);
    EXECUTE format('GRANT SELECT ON public.%I TO authenticated', one);
  END LOOP;
END $$;
REVOKE ALL ON private.synced_row FROM PUBLIC, anon, authenticated;
ALTER TABLE private.synced_row ENABLE ROW LEVEL SECURITY;
