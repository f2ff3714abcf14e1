-- A table and functions of no journal, made to ask the stand-in for PostgREST everything it claims to answer.
CREATE TABLE public.things (
  owner text NOT NULL DEFAULT (auth.jwt() ->> 'sub'),
  id integer NOT NULL,
  name text NOT NULL,
  size integer DEFAULT 7,
  tags text[] NOT NULL DEFAULT '{}',
  doc jsonb NOT NULL DEFAULT '{}',
  ref uuid,
  made_at timestamptz,
  PRIMARY KEY (owner, id)
);
ALTER TABLE public.things ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON public.things TO authenticated
  USING (owner = (SELECT auth.jwt() ->> 'sub')) WITH CHECK (owner = (SELECT auth.jwt() ->> 'sub'));
CREATE TABLE public.closed (id integer PRIMARY KEY);
REVOKE ALL ON public.closed FROM anon, authenticated;

INSERT INTO public.things (owner, id, name, size, tags, doc, ref, made_at) VALUES
  ('alice', 1, 'Apple', 3, '{red,round}', '{"kind": "fruit", "seeds": [1, 2]}', '0192f0c1-0000-7000-8000-000000000001', '2026-03-01T08:00:00Z'),
  ('alice', 2, 'Banana, ripe', 5, '{yellow}', '{"kind": "fruit"}', NULL, '2026-03-02T08:00:00Z'),
  ('alice', 3, 'Carrot "raw"', NULL, '{}', '{"kind": "root"}', NULL, NULL),
  ('bob', 1, 'Bottle', 1, '{}', '{}', NULL, NULL);

CREATE FUNCTION public.add(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT a + b';
CREATE FUNCTION public.nothing() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION public.missing() RETURNS jsonb LANGUAGE sql STABLE AS 'SELECT NULL::jsonb';
CREATE FUNCTION public.up_to(n integer) RETURNS SETOF integer LANGUAGE sql STABLE AS 'SELECT generate_series(1, n)';
CREATE FUNCTION public.all_things() RETURNS SETOF public.things LANGUAGE sql STABLE
  AS 'SELECT * FROM public.things ORDER BY id';
CREATE FUNCTION public.first_thing() RETURNS public.things LANGUAGE sql STABLE
  AS 'SELECT * FROM public.things ORDER BY id LIMIT 1';
CREATE FUNCTION public.caller() RETURNS jsonb LANGUAGE sql STABLE AS $$
  SELECT jsonb_build_object('role', current_user, 'sub', auth.jwt() ->> 'sub',
    'method', current_setting('request.method'), 'path', current_setting('request.path'),
    'agent', current_setting('request.headers')::jsonb ->> 'user-agent')
$$;
CREATE FUNCTION public.twofold(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION public.twofold(a integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION public.writer() RETURNS integer LANGUAGE sql AS
  'INSERT INTO public.things (id, name) VALUES (99, ''never'') RETURNING id';
CREATE FUNCTION public.stable_writer() RETURNS integer LANGUAGE sql STABLE AS 'SELECT public.writer()';
CREATE FUNCTION public.fail(code text) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'as asked' USING errcode = code, detail = 'a detail', hint = 'a hint';
END $$;
CREATE FUNCTION public.slow_down() RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  RAISE SQLSTATE 'PGRST' USING message = '{"code": "SLOW", "message": "not so fast"}',
    detail = '{"status": 429, "headers": {"Retry-After": "5"}}';
END $$;
CREATE FUNCTION public.teapot() RETURNS integer LANGUAGE sql AS $$
  SELECT set_config('response.status', '418', true), set_config('response.headers', '[{"X-Tea": "green"}]', true);
  SELECT 1
$$;
CREATE FUNCTION public.secret() RETURNS integer LANGUAGE sql AS 'SELECT 1';
REVOKE ALL ON FUNCTION public.secret() FROM PUBLIC, anon, authenticated;
