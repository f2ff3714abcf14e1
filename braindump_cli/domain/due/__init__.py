"""Due dates as people say them in English: `find_due` in running text, `parse_due` for a phrase.

A grammar of families, each in its own file; a wrong date is worse than none, so what could be
another word ("may", "second", "sat") or too vague a time ("in a minute") is no date.
Conventions: a bare weekday is the next one strictly after today, "next Friday" is that of the next
Monday-to-Sunday week, the end of a week is its Friday, the weekend its Saturday, "before Friday" is Thursday.
"""

from braindump_cli.domain.due.grammar import Due, find_due, parse_due

__all__ = ["Due", "find_due", "parse_due"]
