"""A Supabase project on this machine: a real PostgreSQL, and servers in front of it that speak as Supabase's do."""
