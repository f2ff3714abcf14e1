"""Open to-dos beside new ones: which a model is told of, which a new one repeats, which one is now done."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from braindump_cli.domain.insight import FoundTodo
from braindump_cli.domain.todo import normalised
from braindump_cli.insights.openai.wording import Said, alike, content_words

if TYPE_CHECKING:
    from braindump_cli.domain.todo import Todo

_MOST = 10  # open to-dos a model is told of
_SAME = 0.75  # of the content words of two to-dos, for one to repeat the other
_CLOSED = 0.6  # of an open to-do's content words, said where something is told as done
_LABEL = 4  # characters of an id's end; more where two ends agree
_NOT_DONE = re.compile(
    r"\b(?:not|never|almost|nearly|forgot|forgotten|failed|tried|should|would|could|must|need(?:s|ed)? to|have to"
    r"|will|going to|tomorrow)\b|n['’]t\b|['’]ll\b",
    re.IGNORECASE,
)


def labelled(open_todos: Sequence["Todo"], text: str) -> Mapping[str, "Todo"]:
    """Return the open to-dos that have most to do with a text, by labels that stay the same from run to run."""
    said = Said(content_words(text))
    scored = [(said.share(todo.text), -place) for place, todo in enumerate(open_todos)]
    best = sorted((pair for pair in scored if pair[0] > 0), reverse=True)[:_MOST]
    labels: dict[str, Todo] = {}
    for place in sorted(-place for _, place in best):
        todo = open_todos[place]
        length = _LABEL
        while todo.id[-length:] in labels and length < len(todo.id):
            length += 1
        labels[todo.id[-length:]] = todo
    return labels


def repeats(found: FoundTodo, label: object, labels: Mapping[str, "Todo"]) -> bool:
    """Tell whether a to-do says only what an open one says: its words, and no other day.

    The model may point at one by its label; the words decide.
    """
    return any(
        (found.due_on is None or found.due_on == todo.due_on)
        and found.recurrence in (None, todo.recurrence)
        and (
            normalised(found.text) == normalised(todo.text)
            or (name == label and alike(found.text, todo.text) >= _SAME)
        )
        for name, todo in labels.items()
    )


def closed(told: str, label: object, labels: Mapping[str, "Todo"]) -> str | None:
    """Return the id of the open to-do that a model says is done, if the words `told` really tell of it."""
    todo = labels.get(label) if isinstance(label, str) else None
    if todo is None or _NOT_DONE.search(told):
        return None
    return todo.id if Said(content_words(told)).share(todo.text) >= _CLOSED else None
