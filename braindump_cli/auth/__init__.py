"""Signing in: who issues tokens (`supabase`, `clerk`), and how the answer of a browser comes back (`loopback`)."""
