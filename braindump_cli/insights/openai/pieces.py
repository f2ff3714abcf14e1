"""Long texts: cut into pieces that a model can take at once, and what was found in them made one."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import TypeVar

from braindump_cli.domain.insight import MOST_TODOS, Findings, FoundTodo
from braindump_cli.insights.openai.wording import alike

T = TypeVar("T")

_TOKENS_A_WORD = 1.35
_CHARS_A_TOKEN = 6  # at most, for text without blanks; of scripts that know none each letter is a token
_LETTERS_WITHOUT_BLANKS = re.compile("[\u0e00-\u0eff\u3040-\u9fff\uac00-\ud7af]")
_PAUSE = "\f"  # a blank too, and rare in what people write
_ENDS = (re.compile(r"\n\s*\n|\f"), re.compile(r"[.!?…]+[\"'”’)]*\s|[。！？\n]"), re.compile(r"\s"))  # noqa: RUF001 - other scripts
_SLACK = 0.3  # of a piece, within which a good place to cut is looked for
_TOO_FULL = 1.3
_SAME = 0.7  # of the content words of two to-dos with one day
_MOST = {"moods": 6, "people": 12, "places": 12, "topics": 12}
_MOST_OTHERS = 10


def tokens(text: str) -> int:
    """Estimate how many tokens a text is to a model."""
    letters = len(_LETTERS_WITHOUT_BLANKS.findall(text))
    return math.ceil(max(_TOKENS_A_WORD * len(text.split()) + letters, len(text) / _CHARS_A_TOKEN))


def pieces(text: str, most_tokens: int, pauses: Iterable[int] = ()) -> list[str]:
    """Cut a text into pieces of about `most_tokens`, of like size, where a paragraph, sentence or word ends.

    Before all others at one of the `pauses`: places of blanks.
    """
    marked = list(text)
    for place in pauses:
        marked[place] = _PAUSE
    ends = accumulate(map(len, _cut("".join(marked), most_tokens)), initial=0)
    return [text[start:end] for start, end in pairwise(ends)]


def _cut(text: str, most_tokens: int) -> list[str]:
    count = math.ceil(tokens(text) / most_tokens)
    if count <= 1:
        return [text]
    cut = in_parts(text, count)
    return [
        smaller
        for piece in cut
        for smaller in (_cut(piece, most_tokens) if tokens(piece) > _TOO_FULL * most_tokens else [piece])
    ]


def in_parts(text: str, count: int) -> list[str]:
    """Cut a text into about `count` parts; joined they are the text again."""
    size = max(math.ceil(len(text) / count), 1)
    parts, start = [], 0
    while len(text) - start > size * (1 + _SLACK / 2):
        end = _good_end(text, start + int(size * (1 - _SLACK)), start + size)
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]


def _good_end(text: str, earliest: int, latest: int) -> int:
    for kind in _ENDS:
        ends = [found.end() for found in kind.finditer(text, earliest, latest)]
        if ends:
            return ends[-1]
    return latest


def merged(found: Sequence[Findings]) -> Findings:
    """Return what was found in pieces as findings of the whole; title and summary are those of the first."""
    if len(found) == 1:
        return found[0]
    lists = {
        name: _once((item for part in found for item in getattr(part, name)), _told)[
            : _MOST.get(name, _MOST_OTHERS)
        ]
        for name in ("waiting_for", "done", "decisions", "moods", "people", "places", "topics")
    }
    return Findings(
        title=next((part.title for part in found if part.title), ""),
        summary=next((part.summary for part in found if part.summary), ""),
        todos=_todos(todo for part in found for todo in part.todos),
        question=next((part.question for part in found if part.question), None),
        **lists,
    )


def _told(item: object) -> str:
    named = getattr(item, "name", None) or getattr(item, "label", None) or getattr(item, "what", None)
    return str(named or getattr(item, "text", "")).lower()


def _once(items: Iterable[T], told: Callable[[T], str]) -> tuple[T, ...]:
    kept: dict[str, T] = {}
    for item in items:
        kept.setdefault(told(item), item)
    return tuple(kept.values())


def _todos(found: Iterable[FoundTodo]) -> tuple[FoundTodo, ...]:
    """Return the surest ten in the order of the text; one that was spoken of again counts once, with its last day."""
    kept: list[FoundTodo] = []
    for todo in found:
        place = next((n for n, before in enumerate(kept) if _is_again(before, todo)), None)
        if place is None:
            kept.append(todo)
        elif kept[place].due_on is None and todo.due_on:
            kept[place] = replace(
                kept[place],
                due_phrase=todo.due_phrase,
                due_on=todo.due_on,
                due_at=todo.due_at,
                recurrence=todo.recurrence,
            )
    surest = sorted(range(len(kept)), key=lambda place: -kept[place].confidence)[:MOST_TODOS]
    return tuple(kept[place] for place in sorted(surest))


def _is_again(before: FoundTodo, todo: FoundTodo) -> bool:
    agrees = before.due_on == todo.due_on or before.due_on is None or todo.due_on is None
    return agrees and alike(before.text, todo.text) >= _SAME
