"""People, places and topics that are named, each with its evidence; no evidence, no name."""

from collections.abc import Iterable

from braindump_cli.domain.due.vocabulary import MONTHS, WEEKDAYS
from braindump_cli.domain.insight import Mention
from braindump_cli.insights.offline.lexicon import (
    ADVERBS,
    DETERMINERS,
    FINITE,
    KIN,
    PREPOSITIONS,
    ROLES,
    STOP_WORDS,
    SUBJECTS,
    VERBS,
)
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.references import is_name

_MOST = 12
_TITLES = frozenset(
    "mr mrs ms miss mister dr doctor professor prof aunt auntie uncle granny grandma grandpa".split()
)
_PERSON_BEFORE = frozenset(
    "call ring phone email text message ask tell told asked remind chase chased meet met invite invited thank"
    " with called rang emailed texted helped help visit visited saw owe promised lend lent and pay paid ping"
    " chatted miss".split()
)
_PERSON_AFTER = frozenset(
    "said says asked told thinks thought wants wanted called texted rang promised agreed offered laughed smiled cried"
    " emailed will replied answered keeps moved came went has did".split()
)
_PLACE_BEFORE = frozenset("in near around across outside visit visiting visited".split())
_TRAVEL = frozenset(
    "train trip flight flights travel drive drove driving fly flew flying go going went gone move moved moving"
    " tickets ticket bus ferry journey come came back walked sail get got weekend holiday commute".split()
)
_TALK_TO = frozenset(
    "talk talked speak spoke write wrote send sent reply replied say said give gave listen listening lend".split()
)
_NO_NAME = frozenset(
    "god christmas easter halloween ok okay tv pc internet google netflix zoom slack trello asana amazon iphone"
    " apple excel instagram whatsapp facebook youtube spotify uber tesco ikea lidl aldi python linux windows mac"
    " english french german spanish italian dutch chinese japanese russian polish portuguese latin greek turkish"
    " arabic hindi british american european indian irish scottish welsh i vat mot gp nhs ceo hr it phd cv pdf"
    " usb api ai jesus christ english microsoft nike sainsbury's covid bbc monopoly scrabble lego bluetooth wifi"
    " gmail outlook paypal ebay etsy black boxing valentine year new years thanksgiving ramadan eid diwali"
    " hanukkah mum's club street road avenue park hall house".split()
)
_PLACES = frozenset(
    "london paris berlin leeds manchester glasgow edinburgh dublin madrid barcelona lisbon porto rome milan"
    " vienna munich hamburg amsterdam brussels copenhagen stockholm oslo helsinki prague warsaw budapest athens"
    " istanbul tokyo kyoto beijing shanghai delhi mumbai nashik sydney melbourne perth auckland toronto montreal"
    " vancouver chicago boston seattle austin denver utah texas california florida york portland miami dallas"
    " houston portugal spain france italy germany england scotland wales ireland inverness cardiff belfast"
    " bristol brighton oxford cambridge bath norwich canada america mexico brazil argentina chile peru india"
    " china japan korea thailand vietnam australia greece turkey egypt morocco kenya nigeria ghana norway sweden"
    " denmark finland iceland poland switzerland austria belgium holland cornwall devon yorkshire birmingham"
    " liverpool sheffield newcastle".split()
)
_FIRST_NAMES = frozenset(
    "adam ahmed aisha alan alex alice amy andrea andrew anna anne ben beth brian carla carlos charlotte chloe"
    " chris claire clara dan dana daniel dave david derek diego ella ellen emily emma eric eva fatima fiona"
    " george hannah harry helen henry ian isabel jake james jamie jane jason jenny jess jessica jim joe john"
    " jonas josh julia julie kate katie karen kevin laura lena leo lewis liam linda lisa louis louise lucas lucy"
    " luke marcus maria marie marta martin mary max megan mia michael mike mohammed nadia nancy natalie nathan"
    " neil nick nicola nina noah nora oliver olivia omar oscar paul paula peter phil priya rachel raj rebecca"
    " richard rita robert ruth ryan sally sam samantha sandra sara sarah sean simon sofia sophie stephen steve"
    " susan tess theo thomas tim toby tom tony victoria yusuf zara zoe".split()
)
_TOPICS = {
    "work": (
        "meeting client boss deadline standup office colleague project manager team invoice slides "
        "presentation sprint review release customer job shift migration postmortem"
    ),
    "health": (
        "doctor dentist medication pill tablets surgery prescription physio hospital blood appointment "
        "therapist gp pharmacy symptoms dizzy"
    ),
    "money": (
        "rent bank invoice invoices tax mortgage savings salary budget bill bills deposit insurance refund "
        "loan"
    ),
    "study": (
        "exam exams essay thesis lecture seminar university coursework revision homework dissertation "
        "library finals"
    ),
    "family": (
        "mum dad sister brother daughter son grandma kids baby mother father nana grandad parents wife "
        "husband"
    ),
    "home": (
        "kitchen boiler garden landlord flat plumber bathroom laundry garage tap fridge bins cleaning oven "
        "heating"
    ),
    "travel": (
        "flight flights passport hotel train tickets airport trip visa suitcase luggage holiday itinerary"
    ),
    "sport": "gym marathon training race match football swimming run yoga workout tennis cycling pitch",
    "pets": "dog cat vet puppy kitten worming leash litter",
    "sleep": "sleep slept insomnia nap awake asleep bed",
}
_WORDS_FOR_A_TOPIC = 2  # one word alone may be chance
_TOPIC_OF = {word: topic for topic, words in _TOPICS.items() for word in words.split()}


def people(reading: Reading) -> tuple[Mention, ...]:
    """Return who was named: kin by their family name, others where the words around show a person."""
    return _mentions(reading, (_person(reading, place) for place in range(len(reading))))


def places(reading: Reading) -> tuple[Mention, ...]:
    """Return the places named."""
    return _mentions(reading, (_place(reading, place) for place in range(len(reading))))


def topics(reading: Reading) -> tuple[Mention, ...]:
    """Return subjects for which at least two different words stand in the text."""
    words: dict[str, dict[str, int]] = {}
    for place in range(len(reading)):
        word = reading.at(place)
        if word in _TOPIC_OF:
            words.setdefault(_TOPIC_OF[word], {}).setdefault(word, place)
    strong = {topic: spots for topic, spots in words.items() if len(spots) >= _WORDS_FOR_A_TOPIC}
    ranked = sorted(strong, key=lambda topic: -len(strong[topic]))[:3]
    return tuple(
        Mention(name=topic, quote=reading.slice(min(strong[topic].values()), min(strong[topic].values()) + 1))
        for topic in ranked
    )


def _mentions(reading: Reading, ranges: Iterable[tuple[int, int] | None]) -> tuple[Mention, ...]:
    found: dict[str, Mention] = {}
    for span in ranges:
        if span:
            quote = reading.slice(*span).removesuffix("'s").removesuffix("’s")
            name = quote if quote[:1].isupper() else quote.title()
            found.setdefault(name.lower(), Mention(name=name, quote=quote))
    return tuple(found.values())[:_MOST]


def _person(reading: Reading, place: int) -> tuple[int, int] | None:
    word = reading.at(place).removesuffix("'s")
    if reading.at(place - 1) in _TITLES and reading.is_capital(place - 1):
        return None
    if (
        word in _TITLES
        and reading.is_capital(place)
        and reading.is_capital(place + 1)
        and reading.date_at(place + 1) is None
    ):
        return place, place + 2
    if word in KIN:
        return (
            (place, place + 1)
            if reading.at(place - 1) not in DETERMINERS and reading.at(place + 1) not in KIN
            else None
        )
    if not _could_be_name(reading, place, word) or _place(reading, place):
        return None
    if word in _FIRST_NAMES or _acts_like_person(reading, place):
        return place, place + 1
    return None


def _could_be_name(reading: Reading, place: int, word: str) -> bool:
    raw = reading.slice(place, place + 1)
    if (
        not word.isalpha()
        or len(word) < 2
        or word in _NO_NAME
        or word in MONTHS
        or word in WEEKDAYS
        or reading.date_at(place) is not None
    ):
        return False
    if word in _FIRST_NAMES and not reading.is_capital(place):
        return reading.at(place - 1) not in DETERMINERS
    is_shouted = raw.isupper() and len(raw) > 1
    return reading.is_capital(place) and not is_shouted and word not in ROLES and _is_uncommon(word)


def _is_uncommon(word: str) -> bool:
    return not any(
        word in group
        for group in (VERBS - _FIRST_NAMES, PREPOSITIONS, DETERMINERS, SUBJECTS, STOP_WORDS, ADVERBS, FINITE)
    )


def _acts_like_person(reading: Reading, place: int) -> bool:
    """Tell whether the words beside an unknown capital show a person: "ask Lorenzo", "Aisha's", "Priya said"."""
    before, after = reading.at(place - 1), reading.at(place + 1)
    starts = reading.sentence(place)[0] == place
    if starts:
        return after in ("said", "says", "asked", "told", "promised", "agreed", "texted", "laughed") or (
            after == "is" and reading.at(place + 2) == "going"
        )
    if not is_name(reading, place):
        return False
    if before == "to":
        return reading.at(place - 2) in _TALK_TO
    return before in _PERSON_BEFORE or after in _PERSON_AFTER


def _place(reading: Reading, place: int) -> tuple[int, int] | None:
    """Return the range of a place: a known one, or a name after "in", or "to" with a word of travel before it."""
    word = reading.at(place).removesuffix("'s")
    if not _could_be_place(reading, place, word):
        return None
    if word in _PLACES:
        return place, place + 1
    is_unsure = word in _FIRST_NAMES or reading.at(place).endswith("'s") or not _is_uncommon(word)
    if is_unsure or not is_name(reading, place):
        return None
    before = reading.at(place - 1)
    travels = any(reading.at(k) in _TRAVEL for k in range(place - 4, place - 1))
    is_there = before in _PLACE_BEFORE or (before in ("to", "from") and travels)
    return (place, place + 1) if is_there else None


def _could_be_place(reading: Reading, place: int, word: str) -> bool:
    if not reading.is_capital(place) or reading.date_at(place) is not None or not word.isalpha():
        return False
    if word in _NO_NAME or word in _TITLES or word in ROLES or word in MONTHS or word in WEEKDAYS:
        return False
    is_person = reading.at(place - 1) in _TITLES or reading.at(place + 1) in ("said", "says", "asked", "told")
    return not is_person
