"""A duty on its way to becoming a to-do."""

from dataclasses import dataclass


@dataclass(slots=True)
class Duty:
    """A duty found so far; ranges count words."""

    start: int  # where the quote begins
    verb: int
    end: int
    kind: str
    confidence: float
    is_shared: bool = False
    head: str = ""  # a verb put before the words from `verb` on, as in "Chase | Lorenzo for the invoice"
    is_open: bool = False  # only mentioned; counts when the speaker takes it on ("so I have to do that")
    tail: tuple[int, int] = (0, 0)  # words after the verb: "The blender wants taking | to the repair cafe"
    link: str = ""  # a word before the tail: "Get a new handle | for | the drawer"
    extra_quote: int = 0  # end of a quote longer than the words themselves
    group: int = 0  # verbs of one list share a group, and a date said before it
    lead: int = -1  # where the words before a list begin, if they may name its date
    taken: int = 0  # where the speaker took on what was open
    day: int | None = None  # numbers of the reading's dates
    clock: int | None = None
    repeat: int | None = None

    @property
    def quote_end(self) -> int:
        """Return the place after the last word of the quote."""
        return max(self.end, self.extra_quote)
