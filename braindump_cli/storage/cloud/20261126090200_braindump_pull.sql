-- Reading: everything of a user after a number, in the order of commits, tombstones included.
--
-- sync_pull answers {"rows": [{"table", "id", "hlc", "seq", "purged", "withdrawn", "row_version", "body", "sealed"}],
-- "cursor", "head", "more", "now"}. `cursor` is where the next page starts. On the last page it is the head, past any hole
-- at the end; that is safe because rows and head come from one statement, and are committed together. It runs as its
-- caller, so row-level security says what there is. A page ends early, after at least one row, where it grows past 2 MB.
CREATE OR REPLACE FUNCTION public.sync_pull(p_after bigint DEFAULT 0, p_limit integer DEFAULT 500) RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
  me text := auth.jwt() ->> 'sub';
  after bigint := greatest(coalesce(p_after, 0), 0);
  most integer := least(greatest(coalesce(p_limit, 500), 1), 1000);
BEGIN
  IF coalesce(me, '') = '' THEN
    RAISE SQLSTATE 'PT401' USING message = 'Sign in first.';
  END IF;
  RETURN (
    WITH feed AS (
      (SELECT 'journal_entries' AS "table", id, hlc, seq, purged, withdrawn, row_version, body, sealed
       FROM public.journal_entries WHERE user_id = me AND seq > after ORDER BY seq LIMIT most + 1)
      UNION ALL
      (SELECT 'recordings', id, hlc, seq, purged, withdrawn, row_version, body, sealed
       FROM public.recordings WHERE user_id = me AND seq > after ORDER BY seq LIMIT most + 1)
      UNION ALL
      (SELECT 'transcripts', id, hlc, seq, purged, withdrawn, row_version, body, sealed
       FROM public.transcripts WHERE user_id = me AND seq > after ORDER BY seq LIMIT most + 1)
      UNION ALL
      (SELECT 'insights', id, hlc, seq, purged, withdrawn, row_version, body, sealed
       FROM public.insights WHERE user_id = me AND seq > after ORDER BY seq LIMIT most + 1)
      UNION ALL
      (SELECT 'todos', id, hlc, seq, purged, withdrawn, row_version, body, sealed
       FROM public.todos WHERE user_id = me AND seq > after ORDER BY seq LIMIT most + 1)
      UNION ALL
      (SELECT 'focus_sessions', id, hlc, seq, purged, withdrawn, row_version, body, sealed
       FROM public.focus_sessions WHERE user_id = me AND seq > after ORDER BY seq LIMIT most + 1)
    ),
    counted AS (
      SELECT *, row_number() OVER so_far AS place, sum(
        coalesce(pg_column_size(body), 0) + coalesce(pg_column_size(sealed), 0)
      ) OVER so_far AS size
      FROM (SELECT * FROM feed ORDER BY seq LIMIT most + 1) AS first
      WINDOW so_far AS (ORDER BY seq ROWS UNBOUNDED PRECEDING)
    ),
    page AS MATERIALIZED (SELECT * FROM counted WHERE place <= most AND (place = 1 OR size <= 2097152)),
    state AS (
      SELECT coalesce((SELECT seq FROM public.sync_heads WHERE user_id = me), 0) AS head,
        (SELECT count(*) FROM counted) > (SELECT count(*) FROM page) AS more
    )
    SELECT jsonb_build_object(
      'rows', coalesce((SELECT jsonb_agg(jsonb_build_object(
          'table', "table", 'id', id, 'hlc', hlc, 'seq', seq, 'purged', purged, 'withdrawn', withdrawn,
          'row_version', row_version, 'body', body, 'sealed', sealed
        ) ORDER BY seq) FROM page), '[]'),
      'cursor', CASE WHEN more THEN (SELECT max(seq) FROM page) ELSE head END,
      'head', head,
      'more', more,
      'now', private.instant(clock_timestamp())
    )
    FROM state
  );
END $$;

REVOKE ALL ON FUNCTION public.sync_pull(bigint, integer) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.sync_pull(bigint, integer) TO authenticated;
