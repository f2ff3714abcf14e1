"""Insights by rules alone: English, no key, no network, the standard library only."""

LANGUAGES = ("en",)  # that the rules know
