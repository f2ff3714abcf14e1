-- A device signs in, an account goes end-to-end, an account leaves.

-- Makes profile and device. The first device's key becomes the account's; of twenty at once, one. Answers
-- {"account_key", "wrapped_key", "is_first", "now"}: exactly one of the keys is set.
CREATE OR REPLACE FUNCTION private.account_open(p_device text, p_name text, p_account_key text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  me text := auth.jwt() ->> 'sub';
  is_first boolean;
  profile public.profiles;
BEGIN
  IF coalesce(me, '') = '' THEN
    RAISE SQLSTATE 'PT401' USING message = 'Sign in first.';
  ELSIF coalesce(p_device, '') !~ '^[0-9a-f]{12}$' THEN
    RAISE SQLSTATE 'PT400' USING message = 'p_device is 12 hexadecimal digits.';
  ELSIF coalesce(p_account_key, '') !~ '^[A-Za-z0-9+/]{43}=$' THEN
    RAISE SQLSTATE 'PT400' USING message = 'p_account_key is the base64 of 32 bytes.';
  END IF;

  INSERT INTO public.profiles (user_id, account_key) VALUES (me, p_account_key) ON CONFLICT DO NOTHING;
  is_first := found;
  SELECT * INTO profile FROM public.profiles WHERE user_id = me;
  INSERT INTO public.devices (user_id, id, name) VALUES (me, p_device, left(coalesce(p_name, ''), 200))
  ON CONFLICT (user_id, id) DO UPDATE SET name = excluded.name, last_seen_at = now();
  RETURN jsonb_build_object(
    'account_key', profile.account_key, 'wrapped_key', profile.wrapped_key,
    'is_first', is_first, 'now', private.instant(clock_timestamp())
  );
END $$;

-- End-to-end: the wrapped key comes and the readable one goes, at once, and with it the readable words that have lost:
-- whoever wrote them has them. Rows are sealed by the machines, one after the other.
CREATE OR REPLACE FUNCTION private.account_seal(p_wrapped_key text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  me text := auth.jwt() ->> 'sub';
BEGIN
  IF coalesce(me, '') = '' THEN
    RAISE SQLSTATE 'PT401' USING message = 'Sign in first.';
  ELSIF coalesce(length(p_wrapped_key), 0) NOT BETWEEN 1 AND 4096 THEN
    RAISE SQLSTATE 'PT400' USING message = 'p_wrapped_key is 1 to 4096 characters.';
  END IF;
  PERFORM FROM public.sync_heads WHERE user_id = me FOR UPDATE;  -- a push under way ends first
  UPDATE public.profiles SET wrapped_key = p_wrapped_key, account_key = NULL WHERE user_id = me;
  IF NOT found THEN
    RAISE SQLSTATE 'PT404' USING message = 'No device of this account has signed in yet.';
  END IF;
  DELETE FROM public.entry_revisions WHERE user_id = me AND body IS NOT NULL;
  RETURN jsonb_build_object('now', private.instant(clock_timestamp()));
END $$;

-- Removes every row of the user and answers how many there were; objects in the bucket are removed through Storage.
CREATE OR REPLACE FUNCTION private.account_delete() RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
  me text := auth.jwt() ->> 'sub';
  counts jsonb := '{}';
  one text;
  removed bigint;
BEGIN
  IF coalesce(me, '') = '' THEN
    RAISE SQLSTATE 'PT401' USING message = 'Sign in first.';
  END IF;
  PERFORM FROM public.sync_heads WHERE user_id = me FOR UPDATE;  -- a push under way ends first
  FOREACH one IN ARRAY ARRAY[
    'journal_entries', 'recordings', 'transcripts', 'insights', 'todos', 'focus_sessions',
    'entry_revisions', 'integrations', 'devices', 'profiles', 'sync_heads'
  ] LOOP
    EXECUTE format('DELETE FROM public.%I WHERE user_id = $1', one) USING me;
    GET DIAGNOSTICS removed = ROW_COUNT;
    counts := counts || jsonb_build_object(one, removed);
  END LOOP;
  RETURN jsonb_build_object('removed', counts, 'now', private.instant(clock_timestamp()));
END $$;

CREATE OR REPLACE FUNCTION public.account_open(p_device text, p_name text, p_account_key text) RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = '' AS 'SELECT private.account_open(p_device, p_name, p_account_key)';

CREATE OR REPLACE FUNCTION public.account_seal(p_wrapped_key text) RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = '' AS 'SELECT private.account_seal(p_wrapped_key)';

CREATE OR REPLACE FUNCTION public.account_delete() RETURNS jsonb
LANGUAGE sql VOLATILE SET search_path = '' AS 'SELECT private.account_delete()';

REVOKE ALL ON FUNCTION
  private.account_open(text, text, text), private.account_seal(text), private.account_delete(),
  public.account_open(text, text, text), public.account_seal(text), public.account_delete()
FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION
  private.account_open(text, text, text), private.account_seal(text), private.account_delete(),
  public.account_open(text, text, text), public.account_seal(text), public.account_delete()
TO authenticated;
