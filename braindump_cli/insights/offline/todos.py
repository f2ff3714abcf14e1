"""From duties to to-dos: pronouns resolved, the same duty told twice made one, dates and priority given."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise

from braindump_cli.domain.insight import MOST_TODOS, SUGGESTION_BELOW, FoundTodo
from braindump_cli.insights.offline.dating import give_dates, is_target
from braindump_cli.insights.offline.duties import collect
from braindump_cli.insights.offline.duty import Duty
from braindump_cli.insights.offline.lexicon import (
    CONTACT_VERBS,
    DETERMINERS,
    HIGH_PRIORITY,
    LOW_PRIORITY,
    NOT_HIGH,
    PREPOSITIONS,
    PRONOUNS,
)
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.references import has_pronoun_object, refers_back, resolved
from braindump_cli.insights.offline.same import is_same
from braindump_cli.insights.offline.wording import sentence_case, spelled, words_of

_NEXT = 4  # words within which "book that." means what was just said
_NEAR = 12  # words within which taking a duty on and saying how belong together
_REACH = 60  # words within which a repetition means the same
_MEMORY = 6  # how many duties back a repetition is looked for
_ENOUGH_ALONE = frozenset(  # with a date
    "reply respond apply register enrol rsvp vote confirm practise practice exercise revise study pack"
    " apologise pay water hoover tidy cook iron stretch".split()
)
_SPEAKING = frozenset(("tell", "ask", "speak", "talk", "contact", "invite", "thank", "warn", "chase"))


@dataclass(slots=True)
class _Item:
    duty: Duty
    text: str
    priority: str


def find_todos(reading: Reading, said_at: datetime) -> tuple[FoundTodo, ...]:
    """Return at most ten to-dos in the order of the text."""
    duties = collect(reading)
    give_dates(reading, duties)
    _open_what_is_restated(reading, duties)
    items: list[_Item] = []
    for number, duty in enumerate(duties):
        until = duties[number + 1].start if number + 1 < len(duties) else len(reading)
        if items and _is_instead(reading, items[-1].duty, duty):
            items.pop()
        _add(reading, duty, items, until=until)
    kept = [_finished(reading, item, said_at) for item in items if not item.duty.is_open]
    if len(kept) > MOST_TODOS:
        surest = sorted(kept, key=lambda todo: -todo.confidence)[:MOST_TODOS]
        kept = [todo for todo in kept if todo in surest][:MOST_TODOS]
    return tuple(kept)


def _open_what_is_restated(reading: Reading, duties: list[Duty]) -> None:
    """Let a wish of others or a promise wait if the speaker goes on "so I need to ..." in the same sentence."""
    for duty, following in pairwise(duties):
        if duty.kind not in ("promise", "asked") or following.kind not in ("must", "will", "imperative"):
            continue
        same = reading.sentence(duty.verb) == reading.sentence(following.verb)
        told = reading.at(following.start - 1) == "so" or (duty.kind == "asked" and following.kind == "will")
        if same and told and following.start - duty.end <= 6:
            duty.is_open = True


def _is_instead(reading: Reading, before: Duty, duty: Duty) -> bool:
    """Tell whether the duty takes back the one before: "I'll text Ines. No, it'll have to be Bruno, so text Bruno"."""
    same = (before.head or reading.at(before.verb)) == (duty.head or reading.at(duty.verb))
    is_other_way = reading.at(before.verb) in CONTACT_VERBS and reading.at(duty.verb) in CONTACT_VERBS
    if is_other_way and "instead" in (reading.at(k) for k in range(duty.verb, duty.end + 1)):
        return duty.start - before.quote_end <= 4
    is_again = reading.at(duty.verb + (not duty.head)) in PRONOUNS
    if not same or is_again or duty.start - before.quote_end > 20:
        return False
    between = range(before.quote_end, duty.start)
    return any(
        reading.at(k) == "no"
        and reading.at(k - 1) in (".", ",", "!", "well", "oh", "")
        and reading.at(k + 1) not in ("rush", "hurry")
        for k in between
    )


def _add(reading: Reading, duty: Duty, items: list[_Item], *, until: int) -> None:
    """Add a duty, or let it complete an earlier one that it refers to or repeats."""
    said = reading.dates_between(duty.verb, max(duty.end, duty.tail[1]), even_denied=True)
    targets = {n for n in said if is_target(reading, duty.verb, n)}
    dates = set(said) - targets
    places = words_of(reading, duty.verb, duty.end, without=dates)
    item = _Item(duty, "", _priority(reading, duty, until))
    if _is_echo(reading, duty, places, last=items[-1].duty if items else None):
        if items:
            _complete(items[-1], item)
        return
    if has_pronoun_object(reading, places) and (same := _same_verb(reading, duty, items)):
        _complete(same, item)
        return
    if duty.kind == "will" and duty.is_shared and len(places) == 2 and has_pronoun_object(reading, places):
        return  # "we'll get it" tells of hope
    item.text = _with_tail(reading, duty, _text(reading, duty, places))
    if not item.text:
        return
    for earlier in reversed(items[-_MEMORY:]):
        if is_same(earlier.text, item.text):
            if earlier.duty.is_open or len(item.text) > len(earlier.text):
                earlier.text = item.text
            _complete(earlier, item)
            return
    if duty.confidence < SUGGESTION_BELOW and not duty.is_open and not _is_worth_suggesting(duty):
        return
    items.append(item)


def _with_tail(reading: Reading, duty: Duty, text: str) -> str:
    """Return the words with what was said after the verb: "Take the blender | to the repair cafe"."""
    tail = words_of(reading, *duty.tail) if text and duty.tail[1] else []
    return " ".join(filter(None, (text, duty.link, _lower_start(reading, tail)))) if tail else text


def _is_echo(reading: Reading, duty: Duty, places: list[int], *, last: Duty | None) -> bool:
    """Tell whether the duty only says again, or takes on, what was said before: "book that", "get it done"."""
    is_taken = last is not None and last.taken > 0 and duty.start - last.taken < _NEAR
    if last is not None and duty.start - last.quote_end <= _NEXT and _only_that(reading, places):
        return True
    if (
        last is not None
        and [reading.at(k) for k in places] == ["do"]
        and reading.at(duty.start - 1) == "which"
    ):
        return True
    takes_some = last is not None and last.head == "buy" and _takes_some(reading, places)
    return takes_some or refers_back(reading, places, is_taken=is_taken)


def _only_that(reading: Reading, places: list[int]) -> bool:
    said = [reading.at(place) for place in places]
    return (
        len(said) == 2 and said[0] in ("book", "sort", "arrange", "schedule") and said[1] in ("that", "this")
    )


def _takes_some(reading: Reading, places: list[int]) -> bool:
    """Tell whether the duty is to get "some" of what has run out."""
    said = [reading.at(place) for place in places]
    return said[1:2] == ["some"] and (len(said) == 2 or said[2] in PREPOSITIONS)


def _is_worth_suggesting(duty: Duty) -> bool:
    """Keep a hedged thought only where it was bound to a day; the rest are moods, not duties."""
    return duty.day is not None or duty.repeat is not None


def _same_verb(reading: Reading, duty: Duty, items: list[_Item]) -> _Item | None:
    """Return the earlier to-do whose verb is said again with a pronoun: "ring the dentist ... ring them tomorrow"."""
    verb = reading.at(duty.verb)
    for item in reversed(items[-_MEMORY:]):
        said = reading.at(item.duty.verb)
        is_call = item is items[-1] and said in _SPEAKING and verb in CONTACT_VERBS
        said = item.duty.head or said
        if (said == verb or is_call) and not duty.head and duty.start - item.duty.end < _REACH:
            return item
    return None


def _complete(earlier: _Item, item: _Item) -> None:
    """Let a later mention of a duty take it on, date it and make it surer."""
    first, later = earlier.duty, item.duty
    first.is_open = False
    first.confidence = max(first.confidence, later.confidence)
    for name in ("day", "clock", "repeat"):
        if getattr(later, name) is not None:
            setattr(first, name, getattr(later, name))
    if item.priority != "normal":
        earlier.priority = item.priority


def _text(reading: Reading, duty: Duty, places: list[int]) -> str:
    """Return the to-do's words, or "" where nothing is named."""
    if not places or (not duty.head and duty.kind != "noun" and _is_half_said(reading, places)):
        return ""
    if len(places) == 1 and not duty.head and duty.kind != "noun":
        verb = reading.at(places[0])
        if verb in _ENOUGH_ALONE and duty.day is not None:
            return spelled(reading, places)
        if verb != "decide":
            return ""
        places = [*places, *_open_choice(reading, duty)]
    text = spelled(reading, resolved(reading, duty, places))
    if (
        reading.at(places[0]) == "have"
        and len(places) == 3
        and reading.at(places[2]) in ("there", "back", "over")
    ):
        text = f"Take{text[4:]}"  # "I've got to have it there by eight"
    if duty.kind == "noun" and reading.at(duty.verb) in ("the", "my"):
        text = sentence_case(text.split(" ", 1)[-1])
    if not duty.head:
        return text
    if duty.kind == "state" and text.lower() in (
        "it",
        "it's",
        "that",
        "that's",
        "they",
        "they've",
        "they're",
        "this",
        "these",
        "those",
        "which",
        "it'll",
        "they'll",
    ):
        return ""
    is_name = reading.is_capital(duty.verb) and reading.at(duty.verb) not in DETERMINERS
    rest = text if is_name else text[:1].lower() + text[1:]
    return sentence_case(f"{duty.head} {rest}")


def _is_half_said(reading: Reading, places: list[int]) -> bool:
    """Tell whether the thing is missing: "figure out", or the person: "tell her"."""
    verb = reading.at(places[0])
    if len(places) != 2 or verb in ("go", "come"):
        return len(places) <= 2 and verb in ("go", "come")
    after = reading.at(places[1])
    if after in ("to", "with", "about", "for", "at", "of", "from"):
        return True
    if after in ("out", "in", "off", "up", "over", "back"):
        return verb in (
            "figure",
            "sort",
            "find",
            "work",
            "pick",
            "set",
            "hand",
            "send",
            "drop",
            "fill",
            "put",
            "look",
        )
    return (
        verb in ("tell", "ask", "see")
        and after in ("her", "him", "them")
        and _stands_for_nobody(reading, places)
    )


def _stands_for_nobody(reading: Reading, places: list[int]) -> bool:
    """Tell whether nobody was named whom the pronoun could mean."""
    duty = Duty(start=places[0], verb=places[0], end=places[-1] + 1, kind="must", confidence=1)
    return resolved(reading, duty, places) == places


def _lower_start(reading: Reading, places: list[int]) -> str:
    """Return the words without the capital of a beginning."""
    text = spelled(reading, places)
    return text if reading.is_capital(places[0]) else text[:1].lower() + text[1:]


def _open_choice(reading: Reading, duty: Duty) -> list[int]:
    """Return the choice that was thought about before "I have to decide": "whether to take the Berlin thing"."""
    for place in range(duty.start - 1, max(0, duty.start - 40), -1):
        if reading.words.follows(place, "whether to", "whether i", "about"):
            end = place + 1
            limit = min(reading.sentence(place)[1], place + 9)
            while end < limit and reading.at(end) not in (".", ",", "!", "?", "and", "so", "but", "because"):
                end += 1
            return list(range(place, end))
    return []


def _priority(reading: Reading, duty: Duty, until: int) -> str:
    """Return high or low where the words around the duty say so."""
    start, _ = reading.sentence(duty.start)
    _, end = reading.sentence(max(duty.verb, duty.end - 1))
    said = [
        reading.at(place)
        for place in range(max(start, duty.start - 14), min(end, max(until, duty.end), duty.end + 24))
    ]
    padded = f" {' '.join(said)} "
    if " everything else can wait " in padded:
        return "high"
    if any(f" {phrase} " in padded for phrase in (*LOW_PRIORITY, *NOT_HIGH)):
        return "low"
    return "high" if any(f" {phrase} " in padded for phrase in HIGH_PRIORITY) else "normal"


def _finished(reading: Reading, item: _Item, said_at: datetime) -> FoundTodo:
    """Return the to-do with its date, as far as one was said."""
    duty = item.duty
    chosen = [reading.dates[n] for n in (duty.day, duty.repeat, duty.clock) if n is not None]
    todo = FoundTodo(
        quote=reading.slice(duty.start, max(duty.end, duty.extra_quote)),
        text=item.text,
        priority=item.priority,
        owner="shared" if duty.is_shared else "me",
        confidence=duty.confidence,
    )
    if not chosen:
        return todo
    clock = reading.dates[duty.clock] if duty.clock is not None else None
    at = clock.at if clock and clock.at else next((due.at for due in chosen if due.at), None)
    delay = chosen[0].delay
    moment = said_at + delay if delay else None
    if at and chosen[0].on:
        moment = datetime.combine(chosen[0].on, at, tzinfo=said_at.tzinfo)
    return replace(
        todo,
        due_phrase=chosen[0].phrase,
        due_on=chosen[0].on,
        due_at=moment.astimezone(UTC) if moment else None,
        recurrence=reading.dates[duty.repeat].recurrence if duty.repeat is not None else None,
    )
