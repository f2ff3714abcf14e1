-- Writing: one call, set-based, idempotent. Last writer wins by hybrid logical clock, row by row.
--
-- sync_push takes an array of at most 500 rows and 1 MB:
--   {"table", "id", "hlc", "base", "purged", "withdrawn", "row_version", "body", "sealed"}
-- where `base` is the clock of the version that the writer last agreed on with the server, or null. It answers
--   {"rows": [{"table", "id", "status", "seq", "reason", "winner", "has_revision"}], "head", "now"}, in the order given:
--   applied      written
--   merged       written over a version that the writer had not seen; its words, if they differ, are a revision
--   same         this very write is here already: a repeat after a lost answer
--   stale        not written, and `winner` is the row to take, whichever clock is greater. `reason` is null where the
--                clock decided, `row_version` where the row was written by a newer program (an older one may purge it, not
--                rewrite it), `withdrawn` where it was made private and the writer had not seen that
--   clock_ahead  not written: the clock is more than 5 minutes ahead of `now`
--   invalid      not written: `reason` says why
-- `has_revision` tells that words which lost are kept in entry_revisions. Nothing is kept of a withdrawn row.

-- The words of a row that are worth keeping when it loses: what a person said or wrote. Of sealed rows, all.
CREATE OR REPLACE FUNCTION private.words_of(p_table text, p_body jsonb, p_sealed text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE p_table
  WHEN 'journal_entries' THEN coalesce(p_sealed, nullif(concat_ws(
    E'\n', CASE p_body -> 'is_title_given' WHEN 'true' THEN p_body ->> 'title' END, p_body ->> 'text'), ''))
  WHEN 'insights' THEN coalesce(p_sealed, CASE p_body -> 'is_edited' WHEN 'true' THEN p_body ->> 'content' END)
  WHEN 'todos' THEN coalesce(p_sealed, CASE p_body -> 'is_edited' WHEN 'true' THEN p_body ->> 'text' END)
  WHEN 'focus_sessions' THEN coalesce(p_sealed, p_body ->> 'note')
END;

-- `fault`: why the row cannot be taken, else null.
DO $$
BEGIN
  IF to_regtype('private.pushed_row') IS NULL THEN
    CREATE TYPE private.pushed_row AS (
      place bigint, "table" text, id text, hlc text COLLATE "C", base text, purged boolean, withdrawn boolean,
      row_version integer, body jsonb, sealed text, fault text
    );
  END IF;
END $$;

-- Reads an array of objects. Nothing is cast before it was looked at, so that no row can fail its batch; bodies of newer
-- programs are not looked into.
CREATE OR REPLACE FUNCTION private.read_rows(p_rows jsonb, p_latest text, p_is_sealed boolean) RETURNS SETOF private.pushed_row
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
BEGIN
  RETURN QUERY WITH judged AS MATERIALIZED (
    SELECT given.*, CASE
      WHEN "table" IS NULL OR "table" NOT IN (
        'journal_entries', 'recordings', 'transcripts', 'insights', 'todos', 'focus_sessions'
      ) THEN 'there is no such table'
      WHEN id IS NULL OR id !~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN 'id is no UUID in lower case'
      WHEN hlc IS NULL OR hlc !~ '^[0-9]{15}-[0-9]{4}-[0-9a-f]{12}$' THEN 'hlc is no clock'
      WHEN base !~ '^[0-9]{15}-[0-9]{4}-[0-9a-f]{12}$' THEN 'base is no clock'
      WHEN jsonb_typeof(purged) <> 'boolean' THEN 'purged is no boolean'
      WHEN jsonb_typeof(withdrawn) <> 'boolean' THEN 'withdrawn is no boolean'
      WHEN row_version IS NULL OR jsonb_typeof(row_version) <> 'number'
        OR row_version::text !~ '^[1-9][0-9]{0,8}$' THEN 'row_version is no positive integer'
      WHEN left(hlc, 15) > p_latest COLLATE "C" THEN 'clock_ahead'
      WHEN purged = 'true' THEN NULL
      WHEN withdrawn = 'true' THEN 'a withdrawn row is purged'
      WHEN num_nonnulls(body, sealed) <> 1 THEN 'a row has either body or sealed'
      WHEN jsonb_typeof(body) <> 'object' THEN 'body is no object'
      WHEN jsonb_typeof(sealed) <> 'string' OR sealed #>> '{}' !~ '^[A-Za-z0-9+/]+={0,2}$' THEN 'sealed is no base64'
      WHEN p_is_sealed AND sealed IS NULL THEN 'the account is end-to-end encrypted'
      WHEN sealed IS NOT NULL OR row_version <> '1' THEN NULL
      WHEN "table" = 'journal_entries' AND coalesce(body ->> 'created_at', '')
        !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}Z$' THEN 'created_at is no instant'
      WHEN "table" IN ('journal_entries', 'todos') AND jsonb_typeof(body -> 'text') IS DISTINCT FROM 'string'
        THEN 'text is missing'
      WHEN "table" IN ('recordings', 'transcripts', 'insights')
        AND jsonb_typeof(body -> 'entry_id') IS DISTINCT FROM 'string' THEN 'entry_id is missing'
    END AS fault
    FROM ROWS FROM (jsonb_to_recordset(p_rows) AS (
      "table" text, id text, hlc text, base text, purged jsonb, withdrawn jsonb, row_version jsonb, body jsonb, sealed jsonb
    )) WITH ORDINALITY AS given ("table", id, hlc, base, purged, withdrawn, row_version, body, sealed, place)
  )
  SELECT j.place, j."table", j.id, j.hlc COLLATE "C", j.base,
    coalesce(j.purged = 'true', false), coalesce(j.withdrawn = 'true', false),
    CASE WHEN j.fault IS NULL THEN j.row_version::text::integer END,
    CASE WHEN j.purged IS DISTINCT FROM 'true' THEN j.body END,
    CASE WHEN j.purged IS DISTINCT FROM 'true' THEN j.sealed #>> '{}' END,
    j.fault
  FROM judged AS j;
END $$;

-- private.write_<table> writes rows of one table, no id twice, and answers each as {"place", ...}. The caller has locked
-- the user's head, so numbers are taken from it at once and the trigger, which would take them one by one, is told so.
-- One function for each table, all of one text, so that a session plans each only once: one plan is right for any batch.
DO $do$
DECLARE
  one text;
BEGIN
  FOREACH one IN ARRAY ARRAY[
    'journal_entries', 'recordings', 'transcripts', 'insights', 'todos', 'focus_sessions'
  ] LOOP
  EXECUTE format($sql$
  CREATE OR REPLACE FUNCTION private.write_%1$s(p_user text, p_rows private.pushed_row[]) RETURNS jsonb
  LANGUAGE plpgsql SET search_path = '' SET plan_cache_mode = force_generic_plan AS $write$
  DECLARE
    head bigint := (SELECT seq FROM public.sync_heads WHERE user_id = p_user);
    answers jsonb;
  BEGIN
    PERFORM set_config('braindump.is_numbered', 'on', true);
    WITH met AS (
      SELECT mine.place, mine.id::uuid, mine.hlc, mine.base, mine.purged, mine.withdrawn, mine.row_version,
        mine.body, mine.sealed, old.seq AS old_seq, old.hlc AS old_hlc, old.purged AS old_purged,
        old.withdrawn AS old_withdrawn, old.row_version AS old_row_version, old.body AS old_body,
        old.sealed AS old_sealed, CASE
          WHEN old.id IS NULL THEN 'new'
          WHEN mine.hlc = old.hlc THEN 'same'
          WHEN mine.hlc < old.hlc THEN 'stale'
          WHEN mine.purged THEN 'wins'
          WHEN mine.row_version < old.row_version THEN 'row_version'
          WHEN old.withdrawn AND mine.base IS DISTINCT FROM old.hlc THEN 'withdrawn'
          ELSE 'wins'
        END AS verdict
      FROM unnest(p_rows) AS mine LEFT JOIN LATERAL (  -- LIMIT: row by row, by the key; never all rows of the user
        SELECT * FROM public.%1$I AS row WHERE row.user_id = p_user AND row.id = mine.id::uuid LIMIT 1
      ) AS old ON true
    ),
    judged AS MATERIALIZED (
      SELECT *,
        verdict IN ('new', 'wins') AS is_written,
        head + row_number() OVER (PARTITION BY verdict IN ('new', 'wins') ORDER BY place) AS seq,
        CASE
          WHEN verdict = 'wins' AND NOT withdrawn AND base IS DISTINCT FROM old_hlc
            AND private.words_of(%1$L, old_body, old_sealed) IS DISTINCT FROM private.words_of(%1$L, body, sealed)
            AND private.words_of(%1$L, old_body, old_sealed) IS NOT NULL THEN 'old'
          WHEN verdict IN ('stale', 'row_version') AND NOT old_withdrawn
            AND private.words_of(%1$L, old_body, old_sealed) IS DISTINCT FROM private.words_of(%1$L, body, sealed)
            AND private.words_of(%1$L, body, sealed) IS NOT NULL THEN 'mine'
        END AS loser
      FROM met
    ),
    kept AS (
      INSERT INTO public.entry_revisions (user_id, table_name, row_id, hlc, winner, row_version, body, sealed)
      SELECT p_user, %1$L, id, old_hlc, hlc, old_row_version, old_body, old_sealed FROM judged WHERE loser = 'old'
      UNION ALL
      SELECT p_user, %1$L, id, hlc, old_hlc, row_version, body, sealed FROM judged WHERE loser = 'mine'
      ON CONFLICT DO NOTHING
    ),
    forgotten AS (
      DELETE FROM public.entry_revisions AS revision USING judged AS j
      WHERE j.purged AND j.is_written
        AND revision.user_id = p_user AND revision.table_name = %1$L AND revision.row_id = j.id
    ),
    written AS (
      UPDATE public.%1$I AS row SET hlc = j.hlc, seq = j.seq, purged = j.purged,
        withdrawn = j.withdrawn OR j.purged AND row.withdrawn,  -- a mere purge does not take a withdrawal back
        row_version = greatest(row.row_version, j.row_version), body = j.body, sealed = j.sealed
      FROM judged AS j WHERE j.verdict = 'wins' AND row.user_id = p_user AND row.id = j.id
    ),
    added AS (
      INSERT INTO public.%1$I (user_id, id, hlc, seq, purged, withdrawn, row_version, body, sealed)
      SELECT p_user, id, hlc, seq, purged, withdrawn, row_version, body, sealed FROM judged WHERE verdict = 'new'
    ),
    moved AS (
      UPDATE public.sync_heads SET seq = (SELECT max(seq) FROM judged WHERE is_written)
      WHERE user_id = p_user AND EXISTS (SELECT FROM judged WHERE is_written)
    )
    SELECT jsonb_agg(jsonb_build_object(
      'place', place, 'table', %1$L, 'id', id,
      'status', CASE
        WHEN verdict = 'wins' AND base IS DISTINCT FROM old_hlc THEN 'merged'
        WHEN is_written THEN 'applied'
        WHEN verdict = 'same' THEN 'same'
        ELSE 'stale'
      END,
      'seq', CASE WHEN is_written THEN seq ELSE old_seq END,
      'reason', CASE WHEN verdict IN ('row_version', 'withdrawn') THEN verdict END,
      'winner', CASE WHEN NOT is_written AND verdict <> 'same' THEN jsonb_build_object(
        'table', %1$L, 'id', id, 'hlc', old_hlc, 'seq', old_seq, 'purged', old_purged, 'withdrawn', old_withdrawn,
        'row_version', old_row_version, 'body', old_body, 'sealed', old_sealed
      ) END,
      'has_revision', loser IS NOT NULL OR verdict = 'same' AND EXISTS (  -- a repeat hears it again
        SELECT FROM public.entry_revisions AS revision
        WHERE revision.user_id = p_user AND revision.table_name = %1$L AND revision.row_id = judged.id
          AND revision.winner = judged.hlc
      )
    )) INTO answers FROM judged;
    PERFORM set_config('braindump.is_numbered', 'off', true);
    RETURN answers;
  END $write$;
  REVOKE ALL ON FUNCTION private.write_%1$s(text, private.pushed_row[]) FROM PUBLIC, anon, authenticated;
  $sql$, one);
  END LOOP;
END $do$;

-- Answers rows that cannot be taken.
CREATE OR REPLACE FUNCTION private.refuse_rows(p_rows private.pushed_row[]) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT jsonb_agg(jsonb_build_object(
    'place', place, 'table', "table", 'id', id,
    'status', CASE fault WHEN 'clock_ahead' THEN fault ELSE 'invalid' END,
    'seq', NULL, 'reason', nullif(fault, 'clock_ahead'), 'winner', NULL, 'has_revision', false
  ))
  FROM unnest(p_rows)
$$;

CREATE OR REPLACE FUNCTION private.sync_push(p_rows jsonb) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  me text := auth.jwt() ->> 'sub';  -- the only source of it: past here row-level security does not look
  latest text := lpad(((extract(epoch FROM clock_timestamp()) * 1000)::bigint + 300000)::text, 15, '0');
  answers jsonb := '[]';
  alike record;  -- rows of one table that can be written at once
  is_sealed boolean;
BEGIN
  IF coalesce(me, '') = '' THEN
    RAISE SQLSTATE 'PT401' USING message = 'Sign in first.';
  ELSIF jsonb_typeof(p_rows) IS DISTINCT FROM 'array' THEN
    RAISE SQLSTATE 'PT400' USING message = 'p_rows is an array of rows.';
  ELSIF jsonb_array_length(p_rows) > 500 THEN
    RAISE SQLSTATE 'PT413' USING message = 'A push holds at most 500 rows.';
  ELSIF pg_column_size(p_rows) > 524288  -- below that it need not be written out, which takes longer than reading it
    AND octet_length(replace(replace(p_rows::text, '": ', '":'), ', ', ',')) > 1048576 THEN
    RAISE SQLSTATE 'PT413' USING message = 'A push holds at most 1 MB.';
  ELSIF p_rows @? 'strict $[*] ? (@.type() != "object")' THEN
    p_rows := (SELECT jsonb_agg(CASE jsonb_typeof(one) WHEN 'object' THEN one ELSE '{}' END ORDER BY place)
               FROM jsonb_array_elements(p_rows) WITH ORDINALITY AS given (one, place));
  END IF;

  -- Serialises this user's writers until commit; other users are not held up. Makes the head or locks it, no more.
  INSERT INTO public.sync_heads AS head (user_id) VALUES (me)
  ON CONFLICT (user_id) DO UPDATE SET seq = head.seq WHERE false;

  -- A machine that has not heard of it yet sends no words that the server could read: it hears of it when it opens the
  -- account again.
  is_sealed := EXISTS (SELECT FROM public.profiles WHERE user_id = me AND wrapped_key IS NOT NULL);

  -- The newest version of each row first; older ones of the same batch then meet it as any stale row would.
  FOR alike IN
    SELECT ranked.turn, (ranked.given)."table" AS name, array_agg(ranked.given ORDER BY (ranked.given).place) AS rows
    FROM (
      SELECT given, CASE WHEN fault IS NULL THEN
        row_number() OVER (PARTITION BY "table", id, fault IS NULL ORDER BY hlc DESC, place)
      END AS turn
      FROM private.read_rows(p_rows, latest, is_sealed) AS given
    ) AS ranked
    GROUP BY 1, 2
    ORDER BY 1, array_position(ARRAY[
      'journal_entries', 'recordings', 'transcripts', 'insights', 'todos', 'focus_sessions'
    ], (ranked.given)."table")
  LOOP
    IF alike.turn IS NULL THEN
      answers := answers || private.refuse_rows(alike.rows);
    ELSE
      EXECUTE format('SELECT $1 || private.%I($2, $3)', 'write_' || alike.name)
      INTO answers USING answers, me, alike.rows;
    END IF;
  END LOOP;

  RETURN jsonb_build_object(
    'rows', (SELECT coalesce(jsonb_agg(one - 'place' ORDER BY one -> 'place'), '[]')
             FROM jsonb_array_elements(answers) AS one),
    'head', (SELECT seq FROM public.sync_heads WHERE user_id = me),
    'now', private.instant(clock_timestamp())
  );
END $$;

CREATE OR REPLACE FUNCTION public.sync_push(p_rows jsonb) RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = '' AS 'SELECT private.sync_push(p_rows)';

REVOKE ALL ON FUNCTION
  private.words_of(text, jsonb, text), private.read_rows(jsonb, text, boolean), private.refuse_rows(private.pushed_row[]),
  private.sync_push(jsonb), public.sync_push(jsonb)
FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION private.sync_push(jsonb), public.sync_push(jsonb) TO authenticated;
