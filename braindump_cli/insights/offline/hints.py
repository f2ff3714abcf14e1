"""Duties that are told without being announced: left undone, owed, in need of doing, somebody's or nobody's."""

from braindump_cli.insights.offline.actions import read_actions
from braindump_cli.insights.offline.duty import Duty
from braindump_cli.insights.offline.guards import is_idle, names_action, opens_clause, skip_adverbs
from braindump_cli.insights.offline.lexicon import DETERMINERS, FINITE, KIN, SENTENCE_MARKS, SUBJECTS, VERBS
from braindump_cli.insights.offline.plans import PLANNED
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.states import STATED
from braindump_cli.insights.offline.triggers import noun_reminder
from braindump_cli.insights.offline.verbs import base_of_gerund, base_of_participle
from braindump_cli.insights.offline.wording import noun_phrase

_ANYBODY = frozenset("somebody someone somebody's someone's who's who one everybody everyone".split())
_ANYBODY_MUST = (
    "has to", "needs to", "should", "must", "got to", "has got to", "is going to", "going to", "of us has to",
    "of us needs to", "of us should", "will", "ought to", "wants to do",
)  # fmt: skip
_LAPSED = (
    "i was supposed to", "i was meant to", "i should have", "i should've", "i shoulda", "i forgot to",
    "i didn't", "i never managed to",
    "i was going to", "i meant to", "i keep forgetting to", "i keep putting off",
)  # fmt: skip
_UNDONE = (
    "i never", "i still never", "i still haven't", "i haven't", "still haven't", "we still haven't",
    "i still have not", "i've still not", "haven't", "i have not", "i've not", "i still havent", "i havent",
    "we haven't",
)  # fmt: skip
_GOT_ROUND_TO = ("got round to", "gotten around to", "got around to", "gotten round to")
_VAGUE = frozenset(
    "see go stop do find make hear meet get decide".split()
)  # "I haven't seen him", "I never heard"
_DATED_ENOUGH = frozenset(("find", "make", "decide", "see"))
_OUT_OF = (
    "we're out of", "i'm out of", "we've run out of", "i've run out of", "we're nearly out of",
    "we are out of",
    "we're running out of", "i'm nearly out of", "we're low on", "there's no more", "we ran out of",
)  # fmt: skip
_OUT_OF_OTHER = frozenset(
    "time patience energy steam ideas words money luck options space room breath hours sync touch date"
    " control hand here"
    " office town it control practice place order shape bed sorts".split()
)
_SHOPPING = (
    "groceries",
    "grocery run",
    "grocery list",
    "shopping list",
    "food shop",
    "shopping",
    "supermarket run",
)
_SHOPS = frozenset(
    "shop shops store supermarket chemist chemist's pharmacy market bakery butcher butcher's grocer".split()
)
_ON_ME = (
    "i'm on the hook for", "i'm down for", "i'm in charge of", "i'm responsible for", "i am on the hook for",
    "i got landed with", "i've been landed with",
)  # fmt: skip
_OWING = ("i've owed", "i have owed", "i owe", "i still owe", "i also owe", "we owe", "i do owe")
_OWED_TO = KIN | frozenset(("my", "the", "her", "him", "them", "our"))
_MONEY = frozenset(
    "quid pounds pound dollars bucks euros money tenner fiver twenty fifty thirty forty hundred ten".split()
)


def hinted(reading: Reading, place: int) -> list[Duty]:
    """Return the duties told at `place`; open ones wait until the speaker takes them on."""
    for read in (
        _run_out,
        _groceries,
        _routine,
        _lapsed,
        _others,
        _owed,
        _on_the_hook,
        _left_undone,
        *STATED,
        *PLANNED,
    ):
        if found := read(reading, place):
            return found
    return []


def _run_out(reading: Reading, place: int) -> list[Duty]:
    """Read "we're out of nappies"."""
    after = reading.words.follows(place, *_OUT_OF)
    if not after or reading.at(after) in _OUT_OF_OTHER or reading.at(after) in DETERMINERS | SUBJECTS:
        return []
    _, end = noun_phrase(reading, after, min(reading.sentence(place)[1], after + 3))
    return (
        [Duty(start=place, verb=after, end=end, kind="state", confidence=0.6, head="buy")]
        if end > after
        else []
    )


def _shop_for(reading: Reading, place: int) -> int:
    """Return the place after "so for the DIY shop," or "from the chemist:", or 0."""
    after = reading.words.follows(place, "for the", "from the", "at the")
    for at in range(after, after + 3) if after else ():
        if reading.at(at) in _SHOPS:
            return (
                at + 2
                if reading.at(at + 1) in (",", ":")
                else reading.words.follows(at + 1, "i need", "we need")
            )
    return 0


def _groceries(reading: Reading, place: int) -> list[Duty]:
    """Read "Shopping list: milk, eggs and bread" and the like as one thing to buy."""
    first = reading.words.skip(
        reading.sentence(place)[0], "okay so", "so", "right", "then", "and", "oh", "also"
    )
    after = first == place and (reading.words.follows(place, *_SHOPPING) or _shop_for(reading, place))
    if not after:
        return []
    is_shop = not reading.words.follows(place, *_SHOPPING)
    start = after if is_shop else reading.words.skip(after, ", okay .", ", ok .", ", right .", ":", ",", ".")
    end = reading.sentence(start)[1] if start > after or is_shop else start
    words = [reading.at(k) for k in range(start, end)]
    while words and words[-1] in SENTENCE_MARKS:
        words.pop()
    if len(words) < 2 or any(
        word in SUBJECTS or word in FINITE or (word in VERBS and not is_shop) for word in words
    ):
        return []
    return [Duty(start=place, verb=start, end=start + len(words), kind="list", confidence=0.7, head="buy")]


def _routine(reading: Reading, place: int) -> list[Duty]:
    """Read "I'm doing the knee exercises every day": a habit taken up, if it says when."""
    after = skip_adverbs(reading, place + 1) if reading.at(place) in ("i'm", "im", "we're") else 0
    base = base_of_gerund(reading.at(after)) if after else None
    if not base or base not in VERBS or is_idle(reading, place):
        return []
    end = read_actions(reading, after)[0][1]
    if not any(reading.dates[n].recurrence for n in reading.dates_between(after, end)):
        return []
    return [Duty(start=place, verb=after + 1, end=end, kind="will", confidence=0.65, head=base)]


def _lapsed(reading: Reading, place: int) -> list[Duty]:
    """Read "I was supposed to send the contract": open until the speaker says to do it now."""
    after = reading.words.follows(place, *_LAPSED)
    if not after or is_idle(reading, place):
        return []
    verb = reading.words.skip(after, "actually", "really", "even")
    head = ""
    if reading.at(after - 1) in ("have", "off"):
        read = base_of_participle if reading.at(after - 1) == "have" else base_of_gerund
        head = read(reading.at(verb)) or "?"
    if (head or reading.at(verb)) not in VERBS or not (head or names_action(reading, verb, "must")):
        return []
    end = read_actions(reading, verb)[0][1]
    start = verb + bool(head)
    return [Duty(start=place, verb=start, end=end, kind="open", confidence=0.7, head=head, is_open=True)]


def _others(reading: Reading, place: int) -> list[Duty]:
    """Read "somebody has to own the budget deck": open until the speaker takes it."""
    after = reading.words.follows(place + 1, *_ANYBODY_MUST) if reading.at(place) in _ANYBODY else 0
    if not after or not names_action(reading, after, "must"):
        return []
    spans = read_actions(reading, after)
    return [
        Duty(start=start, verb=start, end=end, kind="open", confidence=0.7, is_open=True)
        for start, end in spans
    ]


def _on_the_hook(reading: Reading, place: int) -> list[Duty]:
    """Read "I'm on the hook for the sandwiches", "I'm in charge of the music"."""
    after = reading.words.follows(place, *_ON_ME)
    if not after or reading.at(after) not in DETERMINERS or is_idle(reading, place):
        return []
    end = read_actions(reading, after - 1)[0][1]
    head = "sort out" if reading.at(after - 1) == "of" else "get"
    return (
        [Duty(start=place, verb=after, end=end, kind="owed", confidence=0.65, head=head)]
        if end > after
        else []
    )


def _owed(reading: Reading, place: int) -> list[Duty]:
    """Read "I owe Kendra feedback", "I still owe Sam twenty quid"."""
    after = reading.words.follows(place, *_OWING)
    is_person = reading.is_capital(after) or reading.at(after) in _OWED_TO
    if not after or not is_person or is_idle(reading, place):
        return []
    end = read_actions(reading, after)[0][1]
    is_money = any(reading.at(k) in _MONEY or reading.at(k)[:1].isdigit() for k in range(after, end))
    head = "pay" if is_money else "give"
    return [Duty(start=place, verb=after, end=end, kind="owed", confidence=0.75, head=head)]


def _left_undone(reading: Reading, place: int) -> list[Duty]:
    """Read "I still haven't chased Lorenzo", "I never got round to calling her", "I've not paid the rent yet"."""
    after = reading.words.follows(place, *_UNDONE)
    if not after or not (opens_clause(reading, place) or reading.at(place) in ("i", "we", "i've")):
        return []
    verb = reading.words.skip(after, "even", "actually", "yet")
    base = base_of_participle(reading.at(verb))
    if reading.words.follows(after, *_GOT_ROUND_TO):
        verb = after + 3
        base = base_of_gerund(reading.at(verb))
    if not base or base not in VERBS:
        return []
    if base in _VAGUE and not (base in _DATED_ENOUGH and reading.dates_between(verb, verb + 8)):
        return []
    says_still = "still" in (reading.at(place), reading.at(place + 1)) or _says_yet(reading, verb)
    end = read_actions(reading, verb)[0][1]
    return [
        Duty(
            start=place, verb=verb + 1, end=end, kind="undone", confidence=0.7, head=base,
            is_open=not says_still, is_shared=reading.at(place) == "we",
        )
    ]  # fmt: skip


def _says_yet(reading: Reading, place: int) -> bool:
    _, end = reading.sentence(place)
    return any(reading.at(k) == "yet" for k in range(place, min(end, place + 14)))


def thing_to_remember(reading: Reading, place: int) -> list[Duty]:
    """Read "don't forget the passport"."""
    start = noun_reminder(reading, place)
    if not start:
        return []
    _, end = noun_phrase(reading, start, reading.sentence(place)[1])
    ahead = reading.date_at(end)
    stop = reading.date_range(ahead)[1] if ahead is not None else end
    return [Duty(start=place, verb=start, end=stop, kind="noun", confidence=0.7)]
