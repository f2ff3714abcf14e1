"""What became of a question to the journal."""

from typing import NamedTuple

from braindump_cli.domain.entry import Entry


class Quoted(NamedTuple):
    """Words of an entry that may answer, as they stand there."""

    entry: Entry
    quote: str
    score: float  # more fits better; comparable within one answer
    is_cited: bool = False  # the model's answer rests on it


class Asked(NamedTuple):
    """An answer: by a model from the quotes alone, or without one the quotes themselves."""

    question: str
    quotes: tuple[Quoted, ...]
    has_evidence: bool
    engine: str = "offline"
    model: str | None = None
    answer: str | None = None
    warnings: tuple[tuple[str, str], ...] = ()  # code, message: what was less than wanted
