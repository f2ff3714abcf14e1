"""What "it", "them" and "her" stand for: the thing or person named last."""

from braindump_cli.insights.offline.duty import Duty
from braindump_cli.insights.offline.lexicon import (
    ADVERBS,
    CONTACT_VERBS,
    DETERMINERS,
    FINITE,
    IRREGULAR_PARTICIPLES,
    KIN,
    PERSONS,
    PREPOSITIONS,
    PRONOUNS,
    ROLES,
    STOP_WORDS,
    SUBJECTS,
    THINGS,
    VERBS,
)
from braindump_cli.insights.offline.reading import Reading

_REACH = 45  # words looked back over
_NEAR = 18  # words within which a definite thing is preferred to a nearer one
_OWNERS = frozenset(("the", "my", "our", "his", "her", "their", "that"))
_DO_THAT = (
    "do that", "do it", "do this", "do them", "doing that", "doing it", "get it done", "get that done", "do so",
    "do both", "do all", "get round to it", "get around to it", "get this done", "sort it", "sort that",
    "make it", "get on it", "start doing", "get to it", "get to that", "handle it", "take it on", "own it",
    "own that",
)  # fmt: skip
_FINISHED = frozenset("ready done finished sorted sent out in over written back wrapped".split())
_AS_OBJECT = {
    "it's": "it", "it'll": "it", "that's": "that", "they": "them", "they've": "them", "they're": "them",
    "they'll": "them", "which": "that",
}  # fmt: skip
_NO_THINGS = frozenset(
    "minute moment hour way whole lot rest end middle bit kind sort light only meantime evening morning afternoon"
    " week month year truth point fact idea sake past future world while other same best worst most day night"
    " minutes hours days weeks right left top bottom back front first last second".split()
)
_WOMEN = frozenset(
    "mum mom grandma nana nan granny mummy gran sister mother wife daughter aunt auntie niece girlfriend granddaughter"
    " landlady lady woman".split()
)
_MEN = frozenset(
    "dad grandpa grandad daddy brother father husband son uncle nephew boyfriend grandson landlord man guy".split()
)
_NOT_A_NAME = frozenset("god ok i jesus christ christmas easter bank monday".split())


def refers_back(reading: Reading, places: list[int], *, is_taken: bool) -> bool:
    """Tell whether the duty is only "do that", "get it done", "have a first version done"."""
    said = [reading.at(place) for place in places if place >= 0]
    is_short = (
        len(said) <= 2 or said[2] in PREPOSITIONS or said[2] in ADVERBS or said[1] in ("it", "them", "so")
    )
    if len(said) <= 4 and (is_short or said[0] != "do") and " ".join(said).startswith(_DO_THAT):
        return True
    if len(said) == 3 and said[0] in ("have", "get") and said[1] in THINGS and said[2] in _FINISHED:
        return True
    return is_taken and (
        said[:1] == ["have"]
        and said[-1:] in (["done"], ["ready"], ["finished"])
        and ("version" in said or "draft" in said or "it" in said)
    )


def has_pronoun_object(reading: Reading, places: list[int]) -> bool:
    """Tell whether the verb acts on a bare pronoun: "ring them"."""
    return len(places) > 1 and pronoun_at(reading, places, 1)


def pronoun_at(reading: Reading, places: list[int], index: int) -> bool:
    """Tell whether a pronoun, not a determiner, stands at `index`: "take it back" but not "take that book"."""
    place = places[index]
    word = _plain(reading.at(place)) if place >= 0 else ""
    if word not in PRONOUNS:
        return False
    after = places[index + 1] if index + 1 < len(places) else -1
    if word not in DETERMINERS or after != place + 1:
        return True
    following = reading.at(after)
    return (
        following in PREPOSITIONS
        or following in ("and", "myself", "again", "tonight")
        or following in DETERMINERS
    )


def _plain(word: str) -> str:
    """Return "it" for "it's" and "them" for "they"."""
    return _AS_OBJECT.get(word, word)


def resolved(reading: Reading, duty: Duty, places: list[int]) -> list[int]:
    """Put the words a pronoun stands for in its place, where something fitting was named."""
    index = 0 if duty.head else 1
    for _ in range(min(len(places), 6) - index):
        if pronoun_at(reading, places, index):
            names = _antecedent(reading, duty, places[index])
            if names and reading.at(names[-1]).endswith("'s"):
                names = [*names[:-1], bare(names[-1])]
            if not names or set(names) & set(places):
                return places
            places = [*places[:index], *names, *places[index + 1 :]]
            if not is_person(reading, [abs(place) if place >= 0 else -place - 2 for place in names]):
                return places
            index += len(names) - 1
        index += 1
    return places


def bare(place: int) -> int:
    """Mark a word to be spelled without its "'s": of "the car's making a noise" the car is meant."""
    return -place - 2


def _antecedent(reading: Reading, duty: Duty, pronoun: int) -> list[int]:
    word = _plain(reading.at(pronoun))
    named = _named_before(
        reading,
        max(0, pronoun - _REACH),
        pronoun if duty.kind in ("promise", "asked", "imperative") else duty.verb,
    )
    people = [places for places in named if is_person(reading, places)]
    if word in PERSONS:
        people = [places for places in people if _fits(reading.at(places[-1]), word)]
        if word == "them" and not _is_contact(reading, pronoun):
            several = [places for places in named if reading.at(places[-1]).endswith("s")]
            several = [places for places in several if reading.at(places[0]) in DETERMINERS] or several
            return (several or people or [[]])[-1]
        if word == "them" and _is_contact(reading, pronoun) and (many := _many(reading, named)):
            return many[-1]
        if duty.kind == "asked" and duty.start < duty.verb:
            return (
                [duty.start]
                if duty.start in {place for places in people for place in places}
                else (people[-1] if people else [])
            )
        return people[-1] if people else []
    if word == "one":
        kinds = [places for places in named if reading.at(places[0]) in ("a", "an")]
        return kinds[-1] if kinds else []
    things = [places for places in named if not is_person(reading, places)]
    if topic := _topic(reading, duty, things):
        return topic
    if word == "them" and _is_contact(reading, pronoun):
        definite = [places for places in people if reading.at(places[0]) in DETERMINERS]
        things = _many(reading, named) or definite or people or named
    elif word in ("them", "those", "these"):
        things = [places for places in things if reading.at(places[-1]).endswith("s")] or things
    if word == "that" and things:
        return things[-1]
    return _best(reading, things)


def _many(reading: Reading, named: list[list[int]]) -> list[list[int]]:
    """Return those that are several people: "the boiler people", "the neighbours"."""
    last = [(places, reading.at(places[-1])) for places in named]
    return [
        places
        for places, word in last
        if word in ("people", "team") or (word.removesuffix("s") in ROLES and word.endswith("s"))
    ]


def _is_contact(reading: Reading, pronoun: int) -> bool:
    """Tell whether the pronoun stands for whom one calls: "ring them", "reply to them"."""
    verb = reading.at(pronoun - 2) if reading.at(pronoun - 1) == "to" else reading.at(pronoun - 1)
    return verb in CONTACT_VERBS or verb in ("respond", "talk", "speak", "answer", "chase", "nudge")


def _fits(person: str, pronoun: str) -> bool:
    """Tell whether "her" can be Mum, and "him" can not."""
    if pronoun == "them":
        return True
    person = person.removesuffix("'s")
    if person in (
        "kids",
        "parents",
        "people",
        "girls",
        "boys",
        "couple",
        "team",
        "tenants",
        "league",
        "company",
    ):
        return False
    return person not in (_WOMEN if pronoun == "him" else _MEN)


def _topic(reading: Reading, duty: Duty, things: list[list[int]]) -> list[int]:
    """Return the thing put first: "and the hearing test, they sent a letter, so I'd better book that"."""
    start = reading.words.skip(
        reading.sentence(duty.verb)[0], "and then", "then", "and", "oh and", "so", "also", "oh"
    )
    start = reading.words.skip(start, ",")
    for places in things:
        if places[0] == start and reading.at(places[-1] + 1) in (",", "it's", "it", "they", "they're"):
            return places
    return []


def _best(reading: Reading, things: list[list[int]]) -> list[int]:
    """Return the nearest thing that is definite and no adjunct, else the nearest definite, else the nearest."""
    if not things:
        return []
    near = [places for places in things if things[-1][0] - places[0] <= _NEAR]
    definite = [places for places in near if reading.at(places[0]) in _OWNERS]
    free = [
        places
        for places in definite
        if reading.at(places[0] - 1) not in PREPOSITIONS - {"for", "about", "with"}
    ]
    for choice in (free, definite, things):
        if choice:
            return choice[-1]
    return []


def _named_before(reading: Reading, start: int, end: int) -> list[list[int]]:
    """Return the things and people named in a stretch, nearest last."""
    found: list[list[int]] = []
    place = start
    while place < end:
        after = _named_until(reading, place, end)
        is_thing = after > place + 1
        if is_thing and after < end and reading.at(after) in ("for", "of", "about"):
            after = (
                max(after, _named_until(reading, after + 1, end))
                if _named_until(reading, after + 1, end) > after + 1
                else after
            )
        if after > place:
            found.append(list(range(place, after)))
        place = max(after, place + 1)
    return found


def _named_until(reading: Reading, place: int, limit: int) -> int:
    """Return the end of the name or the thing that begins at `place`, or `place`."""
    word = reading.at(place)
    if word in KIN and not word.endswith("'s") and reading.at(place - 1) not in DETERMINERS:
        return place + 1
    if reading.at(place) in ("aunt", "auntie", "uncle") and reading.at(place + 1).isalpha():
        return min(limit, place + 2)
    if reading.at(place) in ("mister", "mr", "mrs", "dr", "miss", "ms"):
        return min(limit, place + 2)
    owns = word.endswith("'s") and word not in SUBJECTS and (reading.is_capital(place) or word[:-2] in KIN)
    if (is_name(reading, place) or _opens_as_name(reading, place)) and not owns:
        return place + 1
    is_led = owns or word in (*_OWNERS, "a", "an", "another", "this", "some")
    if not is_led or reading.date_at(place) is not None:
        return place
    end = place + 1
    while end < min(limit, place + 6) and _continues_thing(reading, end, place):
        end += 1
    return end if end > place + 1 and reading.at(end - 1) not in _NO_THINGS else place


def _opens_as_name(reading: Reading, place: int) -> bool:
    """Tell whether a name opens a sentence: "Jan wants a lift"."""
    word = reading.at(place)
    known = (
        word in VERBS | SUBJECTS | ADVERBS | DETERMINERS | STOP_WORDS | PREPOSITIONS | FINITE | _NOT_A_NAME
    )
    is_first = reading.is_capital(place) and reading.sentence(place)[0] == place and word.isalpha()
    says = reading.at(place + 1) in (
        "wants",
        "said",
        "says",
        "needs",
        "asked",
        "has",
        "is",
        "told",
        "thinks",
        "keeps",
    )
    return (
        is_first
        and not known
        and says
        and reading.date_at(place) is None
        and not word.endswith(("s", "thing"))
    )


def is_name(reading: Reading, place: int) -> bool:
    """Tell whether a capital inside a sentence shows a name."""
    word = reading.at(place)
    if not reading.is_capital(place) or reading.sentence(place)[0] == place or not word.isalpha():
        return False
    return (
        word not in SUBJECTS
        and word not in ADVERBS
        and word not in _NOT_A_NAME
        and reading.date_at(place) is None
    )


def _continues_thing(reading: Reading, place: int, start: int) -> bool:
    word = reading.at(place)
    if (
        not word[:1].isalpha()
        or word in PREPOSITIONS
        or word in FINITE
        or word in SUBJECTS
        or word in STOP_WORDS
    ):
        return False
    if place > start + 1 and (word in IRREGULAR_PARTICIPLES or word.endswith("ed") or word == "ready"):
        return False
    if reading.at(place - 1).endswith("'s") and word.endswith("ing"):
        return False
    if (
        word in ADVERBS
        or word in DETERMINERS
        or word in ("and", "or", "who", "day", "time", "way", "that", "to")
    ):
        return False
    begins_duty = place > start + 1 and word in VERBS and reading.at(place + 1) in DETERMINERS
    return reading.date_at(place) is None and not begins_duty


def is_person(reading: Reading, places: list[int]) -> bool:
    """Tell whether the words name somebody one can call."""
    end = next(
        (n for n, place in enumerate(places) if n and reading.at(place) in ("for", "of", "about")),
        len(places),
    )
    last = reading.at(places[end - 1]).removesuffix("'s")
    if reading.at(places[0]) in ("aunt", "auntie", "uncle"):
        return True
    if reading.at(places[0]) in ("mister", "mr", "mrs", "dr", "miss", "ms"):
        return True
    return last in KIN or last in ROLES or (len(places) == 1 and reading.is_capital(places[0]))
