"""The account's rows and recordings on a Supabase project, by its own client; resumable uploads by httpx."""
