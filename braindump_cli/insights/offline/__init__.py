"""Insights by rules alone: English, no key, no network, the standard library only."""
