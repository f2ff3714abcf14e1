"""What of a model's answer is believed: only what stands on words that were said.

A quote is found in the text, and given as it stands there, or its item is dropped; days are reckoned here; names
stand in the text; what a model phrases itself holds to the words that were said, and is cut to size.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from braindump_cli.domain.insight import (
    MOST_TODOS,
    Findings,
    Finished,
    FoundTodo,
    Mention,
    Mood,
    Remark,
    Subject,
    WaitingFor,
)
from braindump_cli.domain.todo import PRIORITIES, normalised
from braindump_cli.insights.offline import LANGUAGES
from braindump_cli.insights.openai.dating import Calendar
from braindump_cli.insights.openai.gist import Gist
from braindump_cli.insights.openai.likeness import closed, repeats
from braindump_cli.insights.openai.source import LONGEST_QUOTE, Source, Span
from braindump_cli.insights.openai.wording import content_words, cut, plain

if TYPE_CHECKING:
    from braindump_cli.domain.todo import Todo

Item = Mapping[str, Any]
T = TypeVar("T")

_LONGEST_TODO = 100
_LONGEST_REMARK = 160
_LONGEST_NAME = 60
_LONGEST_LABEL = 30
_MOST_ITEMS = 10
_MOST_NAMES = 12
_GROUNDED = (
    0.34  # of an item's content words were said, one of them in the quote: verbs are often the model's own
)
_MOSTLY = 0.5  # where more of them were said, one within so many characters of the quote is enough:
_NEAR = 300
_UNKNOWN_CONFIDENCE = 0.5  # only suggested
_HUGE = 1e9
_READ = 100  # items of one list that are looked at; no honest answer has more


@dataclass(slots=True)
class Check:
    """One text, and what answers about it are held against; may be used for answer after answer."""

    subject: Subject
    labels: Mapping[str, "Todo"] = field(default_factory=dict)
    source: Source = field(init=False)
    calendar: Calendar = field(init=False)
    gist: Gist = field(init=False)

    def __post_init__(self) -> None:
        self.source = Source(self.subject.text)
        knows_language = self.subject.language in LANGUAGES
        self.calendar = Calendar(self.source, self.subject.said_at, knows_language=knows_language)
        self.gist = Gist(self.source, self.subject)

    def findings(self, answer: Mapping[str, Any]) -> Findings:
        """Return what of an answer, whole or still growing, stands on the text."""
        return Findings(
            title=self.gist.title(answer.get("title")),
            summary=self.gist.summary(answer.get("summary")) if "summary" in answer else "",
            todos=self._todos(answer),
            waiting_for=_some(self._each(answer, "waiting_for", self._waiting)),
            done=_some(self._each(answer, "done", self._finished)),
            decisions=_some(self._each(answer, "decisions", self._remark)),
            moods=_some(self._each(answer, "moods", self._mood)),
            people=self._names(answer, "people"),
            places=self._names(answer, "places"),
            topics=self._names(answer, "topics"),
            question=self.gist.question(answer.get("question")),
        )

    def has_invented(self, answer: Mapping[str, Any]) -> bool:
        """Tell whether an answer names to-dos whose words were never said: then it is no measure of what was."""
        items = answer.get("todos")
        return any(self._quoted(item) is None for item in items[:_READ]) if isinstance(items, list) else False

    def _todos(self, answer: Mapping[str, Any]) -> tuple[FoundTodo, ...]:
        """Return the surest ten in the order of the text, each duty once."""
        found: dict[tuple[str, object], tuple[Span, FoundTodo]] = {}
        for span, todo in self._each(answer, "todos", self._todo):
            found.setdefault((normalised(todo.text), todo.due_on), (span, todo))
        surest = sorted(found.values(), key=lambda pair: -pair[1].confidence)[:MOST_TODOS]
        return tuple(todo for _, todo in sorted(surest, key=lambda pair: pair[0]))

    def _each(
        self, answer: Mapping[str, Any], name: str, make: Callable[[Item, Span], T | None]
    ) -> Iterator[tuple[Span, T]]:
        items = answer.get(name)
        for item in items[:_READ] if isinstance(items, list) else ():
            span = self._quoted(item)
            made = make(item, span) if span else None
            if span and made is not None:
                yield span, made

    def _quoted(self, item: object) -> Span | None:
        quote = item.get("quote") if isinstance(item, dict) else None
        return self.source.find(quote) if isinstance(quote, str) and len(quote) <= 2 * LONGEST_QUOTE else None

    def _todo(self, item: Item, span: Span) -> FoundTodo | None:
        text = self._phrased(item.get("text"), span, longest=_LONGEST_TODO)
        if not text:
            return None
        dated = self.calendar.reckon(
            _words(item, "due_phrase"), span, meant=_words(item, "due"), recurrence=_words(item, "recur")
        )
        todo = FoundTodo(
            quote=self.source.words(span),
            text=text[:1].upper() + text[1:],
            due_phrase=dated.phrase,
            due_on=dated.on,
            due_at=dated.at,
            recurrence=dated.recurrence,
            priority=_one_of(item.get("priority"), PRIORITIES, "normal"),
            owner=_one_of(item.get("owner"), ("me", "shared"), "me"),
            confidence=_confidence(item.get("confidence")),
        )
        return None if repeats(todo, item.get("same_as"), self.labels) else todo

    def _waiting(self, item: Item, span: Span) -> WaitingFor | None:
        who = plain(item.get("who"))
        what = self._phrased(item.get("what"), span, longest=_LONGEST_REMARK)
        if not what or not who or len(who) > _LONGEST_NAME or self.source.said.share(who) < 1:
            return None
        due = self.calendar.reckon(_words(item, "due_phrase"), span)
        return WaitingFor(who=who, what=what, quote=self.source.words(span), due_on=due.on)

    def _finished(self, item: Item, span: Span) -> Finished | None:
        text = self._phrased(item.get("text"), span, longest=_LONGEST_REMARK)
        if not text:
            return None
        quote = self.source.words(span)
        told = self.source.words(self.source.sentence(span))
        todo_id = closed(told, item.get("closes"), self.labels)
        return Finished(text=text, quote=quote, todo_id=todo_id)

    def _remark(self, item: Item, span: Span) -> Remark | None:
        text = self._phrased(item.get("text"), span, longest=_LONGEST_REMARK)
        return Remark(text=text, quote=self.source.words(span)) if text else None

    def _mood(self, item: Item, span: Span) -> Mood | None:
        written = item.get("label")
        label = plain(written).lower() if plain(written) == written else ""
        is_word = all(letter.isalpha() or letter in " -'" for letter in label) and len(label.split()) <= 2
        if not label or not is_word or len(label) > _LONGEST_LABEL:
            return None
        return Mood(
            label=label,
            valence=_level(item.get("valence")),
            energy=_level(item.get("energy")),
            quote=self.source.words(span),
            about=self._phrased(item.get("about"), span, longest=_LONGEST_NAME) or None,
        )

    def _names(self, answer: Mapping[str, Any], name: str) -> tuple[Mention, ...]:
        """Return what was named, verbatim, each with the sentence that names it."""
        found: dict[str, Mention] = {}
        names = answer.get(name)
        for item in names[:_READ] if isinstance(names, list) else ():
            said = item.get("name") if isinstance(item, dict) else item
            span = self.source.find(said) if isinstance(said, str) and len(said) <= _LONGEST_NAME else None
            if span and content_words(self.source.words(span)):
                quote = self.source.words(self.source.sentence(span))
                words = self.source.words(span)
                found.setdefault(words.lower(), Mention(name=" ".join(words.split()), quote=quote))
        return tuple(found.values())[:_MOST_NAMES]

    def _phrased(self, written: object, span: Span, *, longest: int) -> str:
        """Return a model's own words for a quote, or "" where they are not about what was said there."""
        text = cut(plain(written), longest)
        words = content_words(text)
        share = self.source.said.share(text)
        reach = _NEAR if share > _MOSTLY else 0
        is_near = share >= _GROUNDED and any(map(self.source.said_near(span, reach).knows, words))
        return text if is_near else ""


def _some(found: Iterator[tuple[Span, T]]) -> tuple[T, ...]:
    """Return what was found, each thing once, in the order of the answer."""
    kept: list[T] = []
    for _, item in found:
        if item not in kept:
            kept.append(item)
    return tuple(kept[:_MOST_ITEMS])


def _words(item: Item, name: str) -> str:
    value = item.get(name)
    return value if isinstance(value, str) and len(value) <= _LONGEST_REMARK else ""


def _one_of(value: object, allowed: Sequence[str], otherwise: str) -> str:
    return value if isinstance(value, str) and value in allowed else otherwise


def _confidence(value: object) -> float:
    number = _number(value)
    return _UNKNOWN_CONFIDENCE if number is None else min(max(number, 0.0), 1.0)


def _level(value: object) -> int:
    return round(min(max(_number(value) or 0.0, -2.0), 2.0))


def _number(value: object) -> float | None:
    """Return a finite number as such; JSON knows 1e999."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if -_HUGE < value < _HUGE else None
