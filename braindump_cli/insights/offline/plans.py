"""Duties told as what is arranged: "I'm writing to her today", "I've a form to fill in", "I want it done by Friday"."""

from braindump_cli.domain.due.vocabulary import CARDINALS
from braindump_cli.insights.offline.actions import read_actions
from braindump_cli.insights.offline.duty import Duty
from braindump_cli.insights.offline.guards import is_idle, names_action, opens_clause, skip_adverbs
from braindump_cli.insights.offline.lexicon import (
    ADVERBS,
    DETERMINERS,
    FINITE,
    KIN,
    PREPOSITIONS,
    PRONOUNS,
    SENTENCE_MARKS,
    STOP_WORDS,
    SUBJECTS,
    VERBS,
)
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.verbs import base_of_gerund, base_of_participle

# What one attends or undergoes rather than does.
_ATTENDED = frozenset(
    "go come leave stay attend visit meet see join start begin stop finish work sleep run train have watch"
    " keep"
    " think try feel move rest walk swim look get show hope live change wear drive travel help teach study"
    " host interview play learn turn do talk let wait read cook".split()
)
_MOTION = frozenset("going driving popping heading nipping cycling walking coming swinging".split())
_RESIGNED = (
    "i suppose", "i guess", "suppose", "guess", "that means", "which means", "looks like", "so it looks like",
)  # fmt: skip
_NOT_WHEN = frozenset(
    "if when until till unless whenever while where as because once after before then who what".split()
)
_HAVING = (
    "i've got", "i've still got", "i have", "i still have", "we've got", "we have", "i've also got", "i've",
    "there's",
    "there are", "there's still", "there is", "there's also", "that leaves", "i also have", "we still have",
)  # fmt: skip
_NOT_TO_DO = frozenset(
    "do say be think see tell go catch eat wear live look show offer sleep get give come know read watch"
    " hope run".split()
)
_WANTING = (
    "i want",
    "i need",
    "i'd like",
    "we need",
    "we want",
    "i'll need",
    "i've got to have",
    "i have to have",
)
_BODILESS = frozenset(
    "break sleep rest time help holiday drink coffee shower hug minute moment day night nap space patience"
    " energy money"
    " change life plan quiet peace walk therapy someone something nothing everyone everything people you"
    " to more less"
    " advice support room air water food wine tea hand reason push permission kick word answer answers lot"
    " bit love"
    " him her them it that this those these one company courage distraction man woman attention comfort"
    " pint second"
    " routine silence darkness each structure sunlight rain variety context inspiration exercise"
    " motivation stability proof"
    " anything miracle week weekend month year clarity distance closure sun sunshine warmth".split()
)
_NEEDING = (
    "i need",
    "we need",
    "i also need",
    "we also need",
    "i still need",
    "we still need",
    "need",
    "and i need",
)
_HABIT_IS = (
    "the deal is", "homework is", "the rule is", "my rule is", "the plan is", "my plan is", "the routine is",
    "the idea is",
    "the agreement is", "the task is", "my new rule is",
)  # fmt: skip
_QUANTITY = (
    "some more",
    "some",
    "more",
    "a new",
    "new",
    "another",
    "a couple of",
    "two",
    "three",
    "four",
    "a few",
    "a",
)


def _arranged(reading: Reading, place: int) -> list[Duty]:
    """Read "I'm writing to her today", "so I suppose I'm taking him some eggs"."""
    after = skip_adverbs(reading, place + 1) if reading.at(place) in ("i'm", "im", "we're") else 0
    base = base_of_gerund(reading.at(after)) if after else None
    if not base or is_idle(reading, place) or _is_asked(reading, place):
        return []
    verb, end, head = after, read_actions(reading, after)[0][1], base
    if reading.at(after) in _MOTION:
        verb = _purpose(reading, after, end)
        head = reading.at(verb) if verb else ""
        end = read_actions(reading, verb)[0][1] if verb else end
    elif base not in VERBS or base in _ATTENDED:
        return []
    if not head or not (_is_dated(reading, place, after=after, end=end) or _is_resigned(reading, place)):
        return []
    if not _takes_thing(reading, verb + 1) or reading.at(verb + 1) in ("myself", "me", "you"):
        return []
    if reading.words.follows(verb, "it easy") or reading.words.follows(verb + 1, "it easy", "the town"):
        return []
    lead = _clause_start(reading, place)
    return [Duty(start=place, verb=verb + 1, end=end, kind="will", confidence=0.62, head=head, lead=lead)]


def _purpose(reading: Reading, after: int, end: int) -> int:
    """Return the verb of "I'm driving over there on Saturday to fetch it", or 0."""
    for at in range(after + 1, max(end, after + 9)):
        if reading.at(at) in SENTENCE_MARKS or reading.at(at) in SUBJECTS:
            return 0
        if (
            reading.at(at) in ("to", "and")
            and reading.at(at + 1) in VERBS
            and names_action(reading, at + 1, "will")
        ):
            return at + 1
    return 0


def _is_asked(reading: Reading, place: int) -> bool:
    return reading.at(place - 1) in _NOT_WHEN or reading.at(reading.sentence(place)[1] - 1) == "?"


def _is_dated(reading: Reading, place: int, *, after: int, end: int) -> bool:
    """Tell whether a day to come was said with it, or just before it."""
    first = _clause_start(reading, place)
    numbers = [*reading.dates_between(after, end + 1), *reading.dates_between(first, place)]
    limit = min(reading.sentence(place)[1], end + 9)
    numbers += [n for n in reading.dates_between(end, limit) if reading.at(reading.date_range(n)[0]) == "by"]
    days = [reading.dates[n] for n in numbers]
    return any(due.on and not due.recurrence and not due.is_time_only for due in days)


def _clause_start(reading: Reading, place: int) -> int:
    first = place
    while first > max(reading.sentence(place)[0], place - 10) and not _is_other_clause(reading, first - 1):
        first -= 1
    return first


def _is_other_clause(reading: Reading, place: int) -> bool:
    return reading.at(place) in SUBJECTS | FINITE | SENTENCE_MARKS | _NOT_WHEN - {"after", "before"}


def _is_resigned(reading: Reading, place: int) -> bool:
    start = max(reading.sentence(place)[0], place - 2)
    return any(reading.words.follows(k, *_RESIGNED) == place for k in range(start, place))


def _takes_thing(reading: Reading, place: int) -> bool:
    word = reading.at(place)
    return (
        bool(word)
        and word[0].isalnum()
        and word not in STOP_WORDS
        and word not in ("and", "or", "but", "that")
    )


def _on_that_day(reading: Reading, place: int) -> list[Duty]:
    """Read "tomorrow I hand in my laptop", "Monday I post the form"."""
    number = reading.date_at(place - 1) if reading.at(place) in ("i", "we") else None
    if number is None or reading.at(place + 1) not in VERBS - _ATTENDED or not opens_clause(reading, place):
        return []
    due = reading.dates[number]
    is_ahead = due.on is not None and due.on > reading.today and not due.recurrence and not due.is_time_only
    first = reading.date_range(number)[0]
    before = reading.at(first - 1)
    object_at = reading.words.skip(place + 2, "in", "out", "back", "up", "off", "over")
    has_object = (
        reading.at(object_at) in DETERMINERS or reading.is_capital(object_at) or reading.at(object_at) in KIN
    )
    if not is_ahead or not has_object or before in _NOT_WHEN or _is_asked(reading, first):
        return []
    spans = read_actions(reading, place + 1)
    return [
        Duty(start=first if not k else start, verb=start, end=end, kind="will", confidence=0.62)
        for k, (start, end) in enumerate(spans)
    ]


def _at_hand(reading: Reading, place: int) -> list[Duty]:
    """Read "I've got a form to fill in", "there's the rent to pay by Friday"."""
    after = reading.words.follows(place, *_HAVING)
    if (
        not after
        or is_idle(reading, place)
        or (reading.at(place - 1) != "then" and _is_asked(reading, place))
    ):
        return []
    after = skip_adverbs(reading, after)
    if reading.at(after) in ("until", "till") and (number := reading.date_at(after)) is not None:
        verb = reading.words.follows(reading.date_range(number)[1], "to")
        if reading.at(verb) not in VERBS or not verb:
            return []
        return [
            Duty(start=place, verb=verb, end=read_actions(reading, verb)[0][1], kind="must", confidence=0.8)
        ]
    for at in range(after + 1, after + 7):
        word = reading.at(at)
        if word == "to" and reading.at(at + 1) in VERBS - _NOT_TO_DO and at > after + 1:
            return _to_be_done(reading, place, (after, at))
        if word in SUBJECTS or word in FINITE or word in SENTENCE_MARKS or word == ",":
            return []
    return []


def _to_be_done(reading: Reading, place: int, thing: tuple[int, int]) -> list[Duty]:
    verb = thing[1] + 1
    first = reading.at(thing[0])
    if first not in DETERMINERS and first not in CARDINALS and not first[:1].isdigit():
        return []
    if reading.at(thing[0] + 1) in (
        "lot",
        "few",
        "thing",
        "things",
        "bit",
        "chance",
        "right",
        "way",
        "reason",
    ):
        return []
    end = read_actions(reading, verb)[0][1]
    if reading.at(verb + 1) in DETERMINERS | PRONOUNS or reading.is_capital(verb + 1):
        return []  # "I've got a friend to call me"
    return [
        Duty(
            start=place, verb=thing[0], end=thing[1], kind="state", confidence=0.65, head=reading.at(verb),
            tail=(verb + 1, end) if end > verb + 1 else (0, 0), extra_quote=end,
        )
    ]  # fmt: skip


def _to_have_done(reading: Reading, place: int) -> list[Duty]:
    """Read "I want the outline finished by Friday", "I need Denise to follow me down"."""
    after = reading.words.follows(place, *_WANTING)
    if not after or is_idle(reading, place) or _is_asked(reading, place) or not _opens(reading, place):
        return []
    word = reading.at(after)
    is_word = word in VERBS | DETERMINERS | _BODILESS | PREPOSITIONS | ADVERBS | PRONOUNS | SUBJECTS
    is_person = word in KIN or reading.is_capital(after) or (not is_word and word.isalpha())
    if is_person and reading.at(after + 1) == "to" and reading.at(after + 2) in VERBS:
        end = read_actions(reading, after + 2)[0][1]
        return [Duty(start=place, verb=after, end=end, kind="will", confidence=0.62, head="ask")]
    if reading.at(after) not in DETERMINERS or reading.at(after) in PRONOUNS:
        return []
    for at in range(after + 2, after + 6):
        base = base_of_participle(reading.at(at))
        if base in VERBS - {"do"} and reading.at(at) not in VERBS:
            end = read_actions(reading, at)[0][1]
            dated = bool(reading.dates_between(at, end + 4))
            duty = Duty(
                start=place,
                verb=after,
                end=at,
                kind="state",
                confidence=0.65,
                head=base or "",
                extra_quote=end,
            )
            return [duty] if dated else []
        if reading.at(at) in SUBJECTS | FINITE | PREPOSITIONS or not reading.at(at).isalpha():
            return []
    return []


def _opens(reading: Reading, place: int) -> bool:
    return opens_clause(reading, place) or reading.at(place - 1) in ("because", "that", "cause")


def _needed(reading: Reading, place: int) -> list[Duty]:
    """Read "we need cat litter", "I need milk, bread and eggs", "I need new strings for the bass"."""
    after = reading.words.follows(place, *_NEEDING)
    if not after or not opens_clause(reading, place) or is_idle(reading, place) or _is_asked(reading, place):
        return []
    if reading.at(place) == "need" and reading.sentence(place)[0] != place:
        return []
    noun = reading.words.skip(after, *_QUANTITY)
    word = reading.at(noun)
    known = word in _BODILESS | DETERMINERS | SUBJECTS | PREPOSITIONS | ADVERBS | VERBS | PRONOUNS | FINITE
    if known or not word.isalpha() or reading.is_capital(noun) or reading.at(noun + 1) in ("to", "more"):
        return []
    is_thing = reading.at(noun) not in STOP_WORDS and not {reading.at(noun + k) for k in range(3)} & _BODILESS
    end = read_actions(reading, after - 1)[0][1]
    if reading.at(noun - 1) == "a" or not is_thing or end <= noun or word.endswith(("ing", "ed", "ly")):
        return []
    return [Duty(start=place, verb=after, end=end, kind="state", confidence=0.62, head="get")]


def _agreed_habit(reading: Reading, place: int) -> list[Duty]:
    """Read "the homework is that every morning I write down one thing", "the deal is stretches daily"."""
    after = reading.words.follows(place, *_HABIT_IS)
    if not after or _is_asked(reading, place):
        return []
    after = reading.words.skip(after, "that")
    number = reading.date_at(after)
    if number is not None and reading.dates[number].recurrence:
        verb = reading.words.skip(reading.date_range(number)[1], "i", ", i", "i have to", "i've to")
        if reading.at(verb) not in VERBS:
            return []
        return [
            Duty(start=place, verb=verb, end=read_actions(reading, verb)[0][1], kind="will", confidence=0.65)
        ]
    end = read_actions(reading, after - 1)[0][1]
    recurs = any(reading.dates[n].recurrence for n in reading.dates_between(after, end))
    is_thing = (
        reading.at(after) in DETERMINERS or reading.at(after) not in VERBS | SUBJECTS | PRONOUNS | FINITE
    )
    return (
        [Duty(start=place, verb=after, end=end, kind="state", confidence=0.62, head="do")]
        if recurs and is_thing
        else []
    )


PLANNED = (_agreed_habit, _arranged, _on_that_day, _at_hand, _to_have_done, _needed)
