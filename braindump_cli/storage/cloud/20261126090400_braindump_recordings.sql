-- The bucket of sealed recordings. An object lies in the folder of its user's id and never changes: no policy allows an
-- update, so neither an overwriting upload nor a move is possible.
INSERT INTO storage.buckets (id, name, public) VALUES ('recordings', 'recordings', false) ON CONFLICT DO NOTHING;

DROP POLICY IF EXISTS "braindump: read own recordings" ON storage.objects;
CREATE POLICY "braindump: read own recordings" ON storage.objects FOR SELECT TO authenticated
USING (bucket_id = 'recordings' AND (storage.foldername(name))[1] = (SELECT auth.jwt() ->> 'sub'));

DROP POLICY IF EXISTS "braindump: add own recordings" ON storage.objects;
CREATE POLICY "braindump: add own recordings" ON storage.objects FOR INSERT TO authenticated
WITH CHECK (bucket_id = 'recordings' AND (storage.foldername(name))[1] = (SELECT auth.jwt() ->> 'sub'));

DROP POLICY IF EXISTS "braindump: remove own recordings" ON storage.objects;
CREATE POLICY "braindump: remove own recordings" ON storage.objects FOR DELETE TO authenticated
USING (bucket_id = 'recordings' AND (storage.foldername(name))[1] = (SELECT auth.jwt() ->> 'sub'));
