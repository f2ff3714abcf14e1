"""What makes words no duty: a condition, a doubt, a dream, a report, a noun that looks like a verb."""

from braindump_cli.insights.offline.lexicon import (
    ACTION_AFTER,
    ADVERBS,
    ALSO_NOUNS,
    CLAUSE_OPENERS,
    DETERMINERS,
    FINITE,
    GET_INTO_A_STATE,
    KIN,
    NO_ACTION,
    PREPOSITIONS,
    PRONOUNS,
    SAME_IN_PAST,
    SENTENCE_MARKS,
    STOP_WORDS,
    SUBJECTS,
    VERBS,
)
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.trigger import Trigger

_BLOCKING_BEFORE = frozenset("if whether whenever unless how why where who which wonder wondering".split())
_DOUBTS = (
    "don't think", "don't feel like", "not sure", "do you think", "as if", "as though", "pretend", "doubt",
    "don't know if", "don't believe", "no idea if", "not convinced", "can't say", "hate that", "the way",
    "wish",
    "never thought", "pretending", "imagine", "used to think",
)  # fmt: skip
_SOFT = (
    "maybe", "perhaps", "i guess", "i suppose", "i feel like", "i know", "i keep thinking", "feel like",
    "thinking", "part of me thinks", "i wonder", "probably", "possibly", "i keep telling myself",
    "i always think",
)  # fmt: skip
_REPORTED = frozenset(
    "says said thinks thought reckons reckoned suggested suggests insists insisted believes claims tells"
    " saying told goes asks"
    " recommends recommended advises advised".split()
)
_STATES = (
    "to bed", "to sleep", "some sleep", "a grip", "my head", "my act", "more sleep", "back into", "to know",
    "some rest", "an early night", "the feeling", "a life", "some perspective", "back to normal", "a bit of",
)  # fmt: skip
_IDIOMS = (
    "hang on", "hold on", "come on", "thank god", "thank goodness", "do something", "check in with myself",
    "do nothing", "do better", "do my best", "turn up", "show up", "do anything", "make do", "try again",
    "go with the flow", "keep going", "call it a day", "call it", "let alone", "bear in mind", "do more",
    "do less", "read for a bit", "note this down", "write this down", "get this down", "get it together",
    "get done",
    "note that down", "note to", "note for", "note that", "watch tv", "call in sick", "take time",
    "take things",
    "take some time", "give up", "show me",
)  # fmt: skip
_CONDITION_REACH = 12  # words
_SETTLED = 0.8
_INVERTED = frozenset("do should did would can could does shall might".split())
_HABITS = frozenset("time days times when what reason once until than before after more".split())
_RELATIVES = frozenset("things stuff everything all anything something nothing thing lot much that's".split())
_DREAMS = (
    "someday", "some day", "one day", "if i ever", "if we ever", "if i had", "if i could", "if i won",
    "if i were", "if only", "in an ideal world", "in another life", "i wish", "i'd love", "dream", "daydream",
    "in a perfect world", "when i retire", "if money", "if i was", "ideal world", "i would love",
)  # fmt: skip
_MODALS = frozenset("is are was were can could would will might must should to not very".split())
_ORDER = frozenset("first next last one two three four five second third fourth right still well now".split())


def opens_clause(reading: Reading, place: int) -> bool:
    """Tell whether a clause can begin at `place`."""
    before = reading.at(place - 1)
    if before in _ORDER and reading.sentence(place)[0] != place:
        earlier = reading.at(place - 2)
        is_loose = earlier in ("", ",", "and", "then", "number", "but", "so", "ok", "okay", *SENTENCE_MARKS)
        return is_loose or reading.after_filler(place) or reading.sentence(place)[0] == place - 1
    return (
        before in ("", ",", *SENTENCE_MARKS)
        or before in CLAUSE_OPENERS
        or is_after_pause(reading, place)
        or reading.sentence(place)[0] == place
        or reading.date_at(place - 1) is not None
    )


def is_after_pause(reading: Reading, place: int) -> bool:
    """Tell whether "um" parts two clauses; of "had a, um, line through it" it does not."""
    before = reading.at(place - 1)
    is_open = before in DETERMINERS or before in PREPOSITIONS or before in _MODALS or before.endswith("n't")
    return reading.after_filler(place) and not is_open


def skip_adverbs(reading: Reading, place: int) -> int:
    """Return the place after adverbs that can stand between "I" and its verb."""
    while reading.at(place) in ADVERBS or reading.words.follows(
        place, "kind of", "sort of", "at least", "of course"
    ):
        place += 1 if reading.at(place) in ADVERBS else 2
    return place


def is_blocked(reading: Reading, trigger: Trigger) -> bool:
    """Tell whether the words before make it no duty: a condition, a doubt, a habit, another's opinion."""
    start, _ = reading.sentence(trigger.start)
    before = trigger.start - 1
    while before >= start and (reading.at(before) in ADVERBS or reading.at(before) in ("that", "like")):
        before -= 1
    word = reading.at(before) if before >= start else ""
    if word in _INVERTED or (trigger.kind != "remind" and reading.at(trigger.start) == "to"):
        return True
    is_date = reading.date_at(before) is not None or (
        word in ("before", "after") and reading.at(before + 1) in ("that", "then")
    )
    if (
        trigger.kind in ("must", "will", "promise")
        and not is_date
        and (word in _BLOCKING_BEFORE or word in _HABITS)
        and not reading.words.follows(before - 3, "one of these days", "one of those days")
    ):
        return True
    if word in _RELATIVES and not _takes_object(reading, trigger.verb + 1):
        return True
    dreamt = range(max(start, trigger.start - 24), trigger.start)
    if any(reading.words.follows(place, *_DREAMS) for place in dreamt):
        return True
    lead = " ".join(reading.at(k) for k in range(max(start, trigger.start - 5), trigger.start))
    if any(f"{doubt} " in f"{lead} " and f" {doubt} " in f" {lead} " for doubt in _DOUBTS):
        return True
    if word in ("me", "us") and reading.at(before - 1) in _REPORTED:
        word, before = reading.at(before - 1), before - 1
    if word in _REPORTED and trigger.kind in ("must", "will"):
        own = reading.at(before - 1) in ("i", "i've", "we", "myself")
        return not own
    return False


def is_remote(reading: Reading, trigger: Trigger) -> bool:
    """Tell whether it hangs on a condition without a day: "if I get the job I'll have to buy a suit"."""
    first = max(reading.sentence(trigger.start)[0], trigger.start - _CONDITION_REACH)
    for place in range(trigger.start - 1, first - 1, -1):
        word = reading.at(place)
        if word in ("so", "and", "but", "because", "anyway", "otherwise"):
            return False
        if word in ("if", "unless") and trigger.kind in ("must", "will"):
            return not reading.dates_between(place, trigger.verb + _CONDITION_REACH)
    return False


def is_softened(reading: Reading, trigger: Trigger) -> bool:
    """Tell whether the speaker only plays with the thought: "maybe I should", "I think I'm going to"."""
    start, _ = reading.sentence(trigger.start)
    lead = " ".join(reading.at(k) for k in range(max(start, trigger.start - 4), trigger.start))
    if trigger.confidence >= _SETTLED and lead.endswith(("i guess", "i suppose")):
        return False  # "I suppose I'd better" is said with a sigh, but is settled
    if trigger.kind == "will" and lead.endswith(("i think", "think that", "think")):
        return True
    return lead.endswith(_SOFT) or any(f" {word} " in f" {lead} " for word in ("maybe", "perhaps"))


def names_action(reading: Reading, verb: int, kind: str) -> bool:
    """Tell whether what stands at `verb` is something one can do and tick off."""
    word = reading.at(verb)
    if not word.isalpha() or word in FINITE or word in PRONOUNS or word in DETERMINERS or word in SUBJECTS:
        return False
    following = reading.at(verb + 1)
    if word in NO_ACTION:
        allowed = ACTION_AFTER.get(word, frozenset())
        return any(reading.words.follows(verb + 1, phrase) for phrase in allowed)
    if word == "get" and (following in GET_INTO_A_STATE or reading.words.follows(verb + 1, *_STATES)):
        return False
    if reading.words.follows(verb, *_IDIOMS):
        return False
    if following in ("have", "myself", "better", "over it") and word != "give":
        return False
    if word == "take" and "help" in (reading.at(verb + 2), reading.at(verb + 3)):
        return False
    if word in ("go", "come", "see", "tell", "ask") and following == "you":
        return False
    if word in ("take", "give") and reading.words.follows(
        verb + 1,
        "a break",
        "it easy",
        "care of myself",
        "a deep breath",
        "a day off",
        "a moment",
        "a minute",
        "up",
        "myself",
    ):
        return False
    if word == "make" and reading.words.follows(
        verb + 1, "peace", "it", "more of", "time for myself", "sense", "up my mind"
    ):
        return False
    return kind not in ("will", "imperative", "noun") or word in VERBS


def imperative_at(reading: Reading, verb: int, *, in_list: bool) -> bool:
    """Tell whether a bare verb at `verb` is an order to oneself rather than a noun or a story."""
    word = reading.at(verb)
    if word not in VERBS or reading.is_hyphenated(verb) or not names_action(reading, verb, "imperative"):
        return False
    following = reading.at(verb + 1)
    if not _takes_object(reading, verb + 1) or following in FINITE:
        return False
    if following in ("from", "was", "is", "and", "or", "of", "me", "you") or following in STOP_WORDS:
        return False
    if word == "back" and following != "up":
        return False
    is_dated = bool(reading.dates_between(verb + 1, verb + 6))
    if word in ALSO_NOUNS and not is_dated and not _has_marked_object(reading, verb + 1):
        return False
    if word in SAME_IN_PAST and not in_list and not reading.dates_between(verb, verb + 12):
        return False
    return following == "sure" or not _has_finite_verb(reading, verb + 1)


def _takes_object(reading: Reading, place: int) -> bool:
    word = reading.at(place)
    return (
        bool(word)
        and (word[0].isalnum() or reading.date_at(place) is not None)
        and word not in SUBJECTS - {"it", "you", "everyone", "everybody", "somebody", "nobody"}
    )


def _has_marked_object(reading: Reading, place: int) -> bool:
    word = reading.at(place)
    is_marked = (
        word in DETERMINERS
        or word in PRONOUNS
        or reading.is_capital(place)
        or word.endswith("'s")
        or word in KIN
    )
    return (
        is_marked
        or word[:1].isdigit()
        or (word in PREPOSITIONS and word not in ("of", "from", "with", "in", "at", "by"))
    )


def _has_finite_verb(reading: Reading, place: int) -> bool:
    """Tell whether a verb follows that makes the first word a noun: "call quality was", "plan for today is"."""
    for at in range(place, place + 6):
        word = reading.at(at)
        if word in (
            "that",
            "who",
            "which",
            "if",
            "when",
            "before",
            "what",
            "because",
            "to",
            "where",
            "how",
            "for",
            "so",
        ):
            return False
        if not word or word in SENTENCE_MARKS or word == "," or word in SUBJECTS:
            return False
        if word in FINITE or word.endswith("n't"):
            return True
    return False


def is_reported(reading: Reading, place: int) -> bool:
    """Tell whether "he said" stands just before `place`; what others told the speaker himself counts."""
    for at in range(place - 1, max(reading.sentence(place)[0], place - 3) - 1, -1):
        if reading.at(at) in _REPORTED:
            return reading.at(at + 1) not in ("me", "us") and reading.at(at - 1) not in ("i", "we", "i've")
    return False


def is_idle(reading: Reading, place: int) -> bool:
    """Tell whether the words before `place` make what follows a condition or a wish."""
    return reading.at(place - 1) in _BLOCKING_BEFORE or reading.at(place - 1) in _INVERTED
