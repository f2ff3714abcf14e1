-- What the server holds of a user, counted. Both run as their caller: row-level security says what there is.

-- Answers {"counts": {table: live rows}, "tombstones", "objects", "object_bytes", "head"}.
CREATE OR REPLACE FUNCTION public.account_usage() RETURNS jsonb
LANGUAGE plpgsql STABLE SET search_path = '' AS $$
DECLARE
  me text := auth.jwt() ->> 'sub';
  counts jsonb := '{}';
  tombstones bigint := 0;
  one text;
  live bigint;
  gone bigint;
BEGIN
  IF coalesce(me, '') = '' THEN
    RAISE SQLSTATE 'PT401' USING message = 'Sign in first.';
  END IF;
  FOREACH one IN ARRAY ARRAY[
    'journal_entries', 'recordings', 'transcripts', 'insights', 'todos', 'focus_sessions'
  ] LOOP
    EXECUTE format('SELECT count(*) FILTER (WHERE NOT purged), count(*) FILTER (WHERE purged)
                    FROM public.%I WHERE user_id = $1', one) INTO live, gone USING me;
    counts := counts || jsonb_build_object(one, live);
    tombstones := tombstones + gone;
  END LOOP;
  RETURN (
    SELECT jsonb_build_object(
      'counts', counts || jsonb_build_object(
        'entry_revisions', (SELECT count(*) FROM public.entry_revisions WHERE user_id = me),
        'devices', (SELECT count(*) FROM public.devices WHERE user_id = me)
      ),
      'tombstones', tombstones,
      'objects', count(*),
      'object_bytes', coalesce(sum((object.metadata ->> 'size')::bigint), 0),
      'head', coalesce((SELECT seq FROM public.sync_heads WHERE user_id = me), 0)
    )
    FROM storage.objects AS object
    WHERE object.bucket_id = 'recordings' AND starts_with(object.name, me || '/')
  );
END $$;

-- Answers the paths of a user's recordings after one, in their order: an array of at most p_limit.
CREATE OR REPLACE FUNCTION public.account_objects(p_after text DEFAULT '', p_limit integer DEFAULT 500) RETURNS jsonb
LANGUAGE sql STABLE SET search_path = '' AS $$
  SELECT coalesce(jsonb_agg(name ORDER BY name), '[]')
  FROM (
    SELECT object.name COLLATE "C" AS name FROM storage.objects AS object
    WHERE object.bucket_id = 'recordings' AND starts_with(object.name, (auth.jwt() ->> 'sub') || '/')
      AND object.name COLLATE "C" > coalesce(p_after, '')
    ORDER BY 1 LIMIT least(greatest(coalesce(p_limit, 500), 1), 1000)
  ) AS page
$$;

-- The version of all files up to this one. The newest file replaces it.
CREATE OR REPLACE FUNCTION public.schema_version() RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = '' AS $$SELECT '20261126090500'$$;

REVOKE ALL ON FUNCTION public.account_usage(), public.account_objects(text, integer), public.schema_version()
FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.account_usage(), public.account_objects(text, integer), public.schema_version()
TO authenticated;
