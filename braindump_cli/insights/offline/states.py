"""Duties told as the state of a thing: "the car needs servicing", "the books have to go back", "it must be signed"."""

from braindump_cli.insights.offline.actions import read_actions
from braindump_cli.insights.offline.duty import Duty
from braindump_cli.insights.offline.guards import is_idle, is_reported
from braindump_cli.insights.offline.lexicon import (
    DETERMINERS,
    FINITE,
    KIN,
    PREPOSITIONS,
    ROLES,
    SENTENCE_MARKS,
    STOP_WORDS,
    SUBJECTS,
    VERBS,
)
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.trigger import Trigger
from braindump_cli.insights.offline.verbs import base_of_gerund, base_of_participle
from braindump_cli.insights.offline.wording import noun_phrase

_NEEDS = (
    "needs to be", "need to be", "needs", "need", "wants", "want", "has to be", "have to be", "must be",
    "has got to be",
    "have got to be", "will have to be", "will need to be", "'ll have to be", "got to be",
)  # fmt: skip
_BEFORE_NEEDS = frozenset("still also really definitely both all just probably then 've".split())
_POINTERS = frozenset("this that these those a some your their".split())
_STANDS_FOR = frozenset("it it's that that's this they they've they'll these those it'll which".split())
_NOT_BY_ME = frozenset(
    "say see find make hold keep give let go know tell think try put set take bring run do".split()
)
_GOES_BACK = (
    "has to go back", "have to go back", "needs to go back", "need to go back", "goes back", "go back",
    "is due back",
    "are due back", "due back", "needs to be back", "has to be back", "have to be back", "is going back",
    "are going back", "must go back",
)  # fmt: skip
_GOES_IN = (
    "are going in", "is going in", "going in", "has to go in", "have to go in", "goes in", "go in",
    "is going off",
    "are going off", "going off", "are off", "is off", "has to be in", "have to be in", "must be in",
    "has to go off", "have to go off", "needs to go off", "goes off to", "has to be in", "have to be in", "must be in",
)  # fmt: skip
_GONE = {"return": ("going back", "due back"), "send": ("going in", "going off", "off to", "going out")}
_PLACED = frozenset(("in", "on", "into", "under", "onto", "through", "out"))
_GO_BY_THEMSELVES = frozenset(
    "children people flight train bus plane ferry shop school everyone world life".split()
)
_NO_ONES = frozenset("world people life society government heart soul country system".split())
_MUST_GO = ("needs to go", "need to go", "has to go", "have to go", "must go")
_REACH = 8  # words after which a date is no longer that of the thing
_NO_THINGS = frozenset(
    "thing things way day time place stuff person one people life week bit lot point".split()
)
_SHORT_MARKS = frozenset((*SENTENCE_MARKS, ","))

Span = tuple[int, int]


def _needs_doing(reading: Reading, place: int) -> list[Duty]:
    """Read "the car needs servicing", "the form needs to be signed by Friday", "it has to be cut back"."""
    after = reading.words.follows(place, *_NEEDS)
    if not after or is_idle(reading, place):
        return []
    said = reading.words.skip(after, "properly", "a good", "urgently", "seriously", "really", "all", "both")
    read = base_of_participle if reading.at(after - 1) == "be" else base_of_gerund
    base = read(reading.at(said))
    thing = _subject_before(reading, place)
    if not base or base not in VERBS or not thing or _done_by_others(reading, said + 1):
        return []
    if reading.at(thing[1] - 1) in _NO_ONES or is_reported(reading, thing[0]):
        return []
    end = read_actions(reading, said)[0][1]
    if (number := reading.date_at(said + 1)) is not None:
        end = max(end, min(reading.date_range(number)[1], reading.sentence(place)[1]))
    is_bare = reading.at(thing[0]) in _STANDS_FOR
    if (is_bare and base in _NOT_BY_ME and reading.at(after - 1) == "be") or (
        is_bare and not reading.dates_between(said, end + 3)
    ):
        return []
    return [_state(thing, said + 1, end, head=base)]


def _done_by_others(reading: Reading, place: int) -> bool:
    """Tell whether "by Anna" follows rather than "by Friday"."""
    named = reading.is_capital(place + 1) or reading.at(place + 1) in KIN | {
        "someone",
        "somebody",
        "them",
        "him",
        "her",
    }
    named = named or (reading.at(place + 1) in ("the", "a") and reading.at(place + 2) in ROLES)
    return reading.at(place) == "by" and named and reading.date_at(place + 1) is None


def _state(thing: Span, after: int, end: int, *, head: str) -> Duty:
    tail = (after, end) if end > after else (0, 0)
    return Duty(
        start=thing[0], verb=thing[0], end=thing[1], kind="state", confidence=0.65, head=head, tail=tail,
        extra_quote=end,
    )  # fmt: skip


def _goes(reading: Reading, place: int) -> list[Duty]:
    """Read "the books go back on Friday", "those are going in by the tenth", "the slip needs to go in his bag"."""
    for phrases, verb in ((_GOES_BACK, "return"), (_GOES_IN, "send"), (_MUST_GO, "put")):
        head = verb
        after = reading.words.follows(place, *phrases)
        thing = _subject_before(reading, place) if after else None
        if reading.at(place) in ("they're", "it's") and head != "put":
            after = reading.words.follows(place + 1, *_GONE[head])
            thing = (place, place + 1) if after else None
        if not thing or is_idle(reading, place) or _is_somebody(reading, thing):
            continue
        end = read_actions(reading, after - 1)[0][1]
        if head == "send" and reading.at(after - 1) == "in" and reading.at(after) in DETERMINERS:
            head, after = "put", after - 1  # "that's going in the dryer tonight"
        is_placed = head == "put" and reading.at(after) in _PLACED
        if head == "put" and reading.at(after) in ("to", "off"):
            head = "send"
        dated = any(
            not reading.dates[n].recurrence for n in reading.dates_between(after, max(end, after + 3))
        )
        if (head == "put" and not is_placed) or not dated:
            continue
        return [_state(thing, after, max(end, after), head=head)]
    return []


def _is_somebody(reading: Reading, thing: Span) -> bool:
    end = next((k for k in range(thing[0] + 1, thing[1]) if reading.at(k) in PREPOSITIONS), thing[1])
    words = {reading.at(place) for place in range(thing[0], end)}
    return bool(words & (KIN | ROLES | _GO_BY_THEMSELVES)) or (
        thing[1] - thing[0] == 1 and reading.is_capital(thing[0])
    )


def _wants_a_new(reading: Reading, place: int) -> list[Duty]:
    """Read "the drawer needs a new handle"."""
    after = reading.words.follows(
        place, "needs a new", "need a new", "needs new", "need new", "needs another"
    )
    thing = _subject_before(reading, place) if after else None
    if not thing or is_idle(reading, place) or reading.at(thing[0]) in _STANDS_FOR:
        return []
    start = place + 1
    _, end = noun_phrase(reading, after, min(reading.sentence(place)[1], after + 4))
    if end <= after:
        return []
    return [
        Duty(
            start=thing[0], verb=start, end=end, kind="state", confidence=0.62, head="get", extra_quote=end,
            tail=(thing[0], thing[1]), link="for",
        )
    ]  # fmt: skip


def _wanted(reading: Reading, place: int) -> list[Duty]:
    """Read "the club wants the form by Friday": open, unless it is "my form" they want."""
    after = reading.words.follows(
        place, "wants", "want", "needs", "need", "expects", "is expecting", "are expecting"
    )
    thing = _subject_before(reading, place) if after else None
    if not thing or reading.at(after) not in DETERMINERS or is_idle(reading, place):
        return []
    if reading.at(thing[0]) in _STANDS_FOR or reading.at(after) in _POINTERS:
        return []
    end = read_actions(reading, after - 1)[0][1]
    dates = reading.dates_between(after, end + 2)
    if not any(reading.at(reading.date_range(n)[0]) in ("by", "before", "no") for n in dates):
        return []
    last = max(reading.date_range(dates[0])[1], after)
    is_mine = reading.at(after) == "my"
    return [
        Duty(
            start=thing[0], verb=thing[0], end=thing[1], kind="wanted", confidence=0.62, head="send",
            tail=(after, last), extra_quote=last, is_open=not is_mine,
        )
    ]  # fmt: skip


def put_first(reading: Reading, trigger: Trigger) -> Duty | None:
    """Read "a parcel that I need to collect": the thing stands before what is to be done with it."""
    verb = trigger.verb
    if reading.at(verb) not in VERBS - _NOT_BY_ME - {"see", "get", "meet", "come", "work", "have"}:
        return None
    end = read_actions(reading, verb)[0][1]
    particle = verb + 2 if reading.at(verb + 1) in ("in", "back", "up", "off", "out") else verb + 1
    rest = [k for k in range(particle, end) if reading.date_at(k) is None]
    relative = reading.at(trigger.start - 1) in ("that", "which")
    thing = _subject_before(reading, trigger.start, even_new=True) if not rest else None
    if not thing or not (relative or reading.at(thing[1] - 1) not in ("so", ",")):
        return None
    if (
        reading.at(thing[0]) in _STANDS_FOR
        or reading.at(thing[1] - 1) in _NO_THINGS
        or _is_somebody(reading, thing)
    ):
        return None
    return Duty(
        start=thing[0], verb=thing[0], end=thing[1], kind="state", confidence=trigger.confidence, head=reading.at(verb),
        tail=(verb + 1, particle) if particle > verb + 1 else (0, 0), extra_quote=max(end, verb + 1),
        is_shared=trigger.is_shared,
    )  # fmt: skip


def _subject_before(reading: Reading, place: int, *, even_new: bool = False) -> Span | None:
    """Return the thing named just before `place`: with "the" or "my", or "it", or bare at a sentence's start."""
    end = place
    while reading.at(end - 1) in _BEFORE_NEEDS or (reading.at(end - 1) in ("that", "which") and end - 1 > 0):
        if reading.at(end - 1) in ("that", "which") and reading.at(end - 2) in (
            *_SHORT_MARKS,
            "",
            "and",
            "but",
            "so",
        ):
            break
        end -= 1
    if reading.at(end - 1) in _STANDS_FOR:
        return end - 1, end
    first = reading.sentence(place)[0]
    if end == first and first:  # "The passport. Needs renewing."
        end, first = first - 1, reading.sentence(first - 1)[0]
    for start in range(end - 1, max(end - 6, first) - 1, -1):
        word = reading.at(start)
        if word in DETERMINERS - _POINTERS or (even_new and word in ("a", "an", "some")):
            return (_with_its_place(reading, start, first), end) if end - start > 1 else None
        if word in FINITE or word in _SHORT_MARKS or word in SUBJECTS or word in STOP_WORDS:
            return None
    is_bare = 0 < end - first <= 3 and all(reading.at(k).isalpha() for k in range(first, end))
    return (first, end) if is_bare and reading.at(first) not in PREPOSITIONS | VERBS else None


def _with_its_place(reading: Reading, start: int, first: int) -> int:
    """Step from "the back" to "the blender at the back"."""
    if reading.at(start - 1) not in PREPOSITIONS or reading.at(start - 1) in (
        "by",
        "since",
        "before",
        "after",
    ):
        return start
    for at in range(start - 2, max(first, start - 6) - 1, -1):
        word = reading.at(at)
        if word in DETERMINERS - _POINTERS or word in ("a", "an"):
            return at if at < start - 2 else start
        if not word.isalpha() or word in FINITE or word in SUBJECTS or word in VERBS or word in STOP_WORDS:
            return start
    return start


STATED = (_needs_doing, _goes, _wants_a_new, _wanted)
