"""The place where a duty is announced."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trigger:
    """A duty is announced; its verb stands at `verb`."""

    start: int
    verb: int
    confidence: float
    kind: str  # must, will, promise, remind, asked, imperative
    is_shared: bool = False
    head: str = ""  # the verb itself where a gerund stands at `verb`: "in charge of | booking the hall"
