"""Where the words of a duty end, and how one sentence holds several: "call the vet, buy milk and eggs and pay Sam"."""

from braindump_cli.insights.offline.lexicon import (
    ADVERBS,
    CONTACT_VERBS,
    DETERMINERS,
    FINITE,
    JOINED_AFTER_CONTACT,
    KIN,
    PREPOSITIONS,
    PRONOUNS,
    SENTENCE_MARKS,
    STOP_WORDS,
    SUBJECTS,
    VERBS,
)
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.verbs import base_of_participle

_LONGEST = 28  # words of one duty before it is cut; longer ones are stories
_LINKS = frozenset(
    ("and", "then", "also", "plus", "or", ",", "maybe", "finally", "next", "secondly", "lastly", "oh", "um")
)
_BREAKS = (
    "before", "well me", "that's me", "till it", "till i", "till he", "till she", "till they", "and i",
    "and we", "and it's", "and he", "and she", "and they", "and that's", "when i", "when we",
    "when he", "when she", "when they", "if i", "if the", "if it", "if there's", "if possible", "what else",
    "for real", "you know", "i mean", "or else", "and it", "or it", "or they", "or he", "or she", "no rush",
    "no hurry", "not urgent", "at some point", "no wait", "as soon as", "that one's", "that one is",
    "other than that", "apart from that", "after i", "and then i", "and there", "and my", "and the rest",
    "and so", "now that", "even though", "in case", "rather than", "instead of", "as long as", "like i",
    "and yes", "by the way", "who knows", "let alone", "not that", "and everything", "and all that",
    "and stuff",
    "or something", "just in case", "and that", "these days", "it's", "and not", "but", "either way",
    "to be honest", "on top of", "the only", "since i", "since he", "since she", "since it", "since they",
    "since we", "until i", "until it", "until he", "until she", "first of all", "number one", "number two",
    "number three", "number four", "for once", "and honestly", "and um", "not the", "the thing is",
    "and hopefully", "and maybe i", "the one", "not because", "doesn't matter", "otherwise", "like before",
    "probably the", "after he", "after she", "after they", "after it", "by then", "and and", "and also i",
    "and apparently", "then i", "which", "or i", "or we", "and this",
)  # fmt: skip
_BEFORE_FINITE = frozenset(("who", "that", "whatever", "to", "the", "a", "my"))
_QUESTIONS = frozenset(("how", "where", "what", "whether", "why", "who", "if"))
_TELLING = frozenset(
    ("tell", "know", "remind", "inform", "warn", "explain", "ask", "check", "see", "decide", "out")
)
_EVERYBODY = frozenset("everyone everybody somebody nobody someone".split())
_ASKING = frozenset(("what", "who", "how", "why", "where"))
_AFTER_HAS = frozenset(
    "got been already all not the a only out given taken said coming gone really so".split()
)
_HELPING = frozenset(
    ("help", "let", "make", "have", "see", "watch", "get", "go", "come", "start", "stop", "try", "do")
)

Span = tuple[int, int]


def read_actions(reading: Reading, verb: int) -> list[Span]:
    """Return the ranges of the verb phrases that start at `verb`, split where a new verb begins."""
    spans: list[Span] = []
    start = verb
    limit = reading.sentence(verb)[1]
    while start < limit and len(spans) < 12:
        end = _phrase_end(reading, start, limit)
        spans.append((start, max(end, start + 1)))
        following = _next_verb(reading, end, limit)
        if not following and runs_on(reading, end, start):
            following = end
        if following <= start:
            break
        start = following
    return _join_contacts(reading, spans)


def _phrase_end(reading: Reading, start: int, limit: int) -> int:
    """Return the end of one verb phrase."""
    place = start + 1
    while place < min(limit, start + _LONGEST):
        number = reading.date_at(place)
        if number is not None:
            place = max(reading.date_range(number)[1], place + 1)
            continue
        if _stops(reading, place, start) or runs_on(reading, place, start):
            break
        if reading.at(place) == "," and not _list_goes_on(reading, place, limit):
            break
        if reading.at(place) in ("and", "or", "then") and (
            _next_verb(reading, place, limit) or not _noun_follows(reading, place + 1)
        ):
            break
        place += 1
    return _back_off(reading, start, min(place, limit))


def _stops(reading: Reading, place: int, start: int) -> bool:
    """Tell whether the words from `place` on are no part of the duty."""
    word = reading.at(place)
    if word in SENTENCE_MARKS or reading.words.follows(place, *_BREAKS):
        return True
    if word == "right" and reading.at(place + 1) in ("now", "away"):
        return False
    if word in STOP_WORDS:
        return not (word in ("so", "also") and reading.at(place + 1) == "that")
    if _in_question(reading, place, start):
        return False
    if word in SUBJECTS:
        return _begins_clause(reading, place, start)
    if word in ("there", "here"):
        ends = reading.at(place + 1) in ("by", "before", "to", "and", "for", "", *SENTENCE_MARKS)
        return not (ends or reading.date_at(place + 1) is not None)
    return _turns(reading, place, start)


def _begins_clause(reading: Reading, place: int, start: int) -> bool:
    """Tell whether the subject of a new clause stands at `place`, rather than "email everyone", "fix it"."""
    word = reading.at(place)
    if word in _EVERYBODY and place <= start + 3 and not _finite_at(reading, place + 1):
        return False
    if word in ("it", "you") and (place == start + 1 or not _finite_at(reading, place + 1)):
        return False
    return not _is_told(reading, place, start)


def _turns(reading: Reading, place: int, start: int) -> bool:
    """Tell whether a story, a question or another duty goes on from `place`."""
    word = reading.at(place)
    if word in ("remind", "remember", "don't", "dont", "gotta", "note", "doesn't"):
        return True
    if word in _ASKING and reading.date_at(place - 1) is not None:
        return True  # "by the first | what do you buy"
    if word == "and" and reading.at(place + 1) in PREPOSITIONS:
        return True
    if word.endswith("'s") and (reading.at(place + 1).endswith("ing") or reading.at(place + 1) in _AFTER_HAS):
        return place > start + 1  # "send it round | Lotte's sorting the drums"
    if word in ("need", "have") and reading.at(place + 1) == "to":
        return True
    is_had_done = reading.at(start) in ("get", "have") and base_of_participle(word) is not None
    return word in FINITE and not is_had_done and reading.at(place - 1) not in _BEFORE_FINITE


def _in_question(reading: Reading, place: int, start: int) -> bool:
    """Tell whether the words belong to an indirect question: "ask if he can cover", "find out where they are"."""
    for before in range(place - 1, max(start, place - 5), -1):
        word = reading.at(before)
        if word in _QUESTIONS:
            return reading.at(before - 1) not in ("", ",") and (word != "if" or reading.at(start) in _TELLING)
        if word == ",":
            return False
    return False


def _is_told(reading: Reading, place: int, start: int) -> bool:
    """Tell whether a clause is what shall be told: "tell Mum I can't come"."""
    return reading.at(start) in ("tell", "let", "remind", "warn", "inform") and 2 <= place - start <= 4


def _finite_at(reading: Reading, place: int) -> bool:
    word = reading.at(place)
    return word in FINITE or word.endswith(("n't", "'s")) or (word.endswith("s") and word[:-1] in VERBS)


def runs_on(reading: Reading, place: int, start: int) -> bool:
    """Tell whether a new duty begins without a mark: "on the way home | charge the lights", "Friday | text her"."""
    word, before = reading.at(place), reading.at(place - 1)
    if (
        word not in VERBS
        or place <= start + 1
        or before in SUBJECTS | FINITE
        or not _has_clear_object(reading, place)
    ):
        return False
    if reading.date_at(place - 1) is not None:
        return True
    if reading.at(start) in _HELPING or before in PREPOSITIONS or before in DETERMINERS or before in ADVERBS:
        return False
    return (
        reading.is_run_on(place)
        and before not in ("and", "or", "then", ",", "not", "who", "that", "please")
        and (before not in VERBS and before not in PRONOUNS)
    )


def _has_clear_object(reading: Reading, verb: int) -> bool:
    following = reading.at(verb + 1)
    return (
        following in DETERMINERS
        or following in ("him", "them", "it")
        or following in KIN
        or (following.endswith("'s") and following not in SUBJECTS)
    )


def _back_off(reading: Reading, start: int, end: int) -> int:
    """Give back the beginning of a new clause: "call Ben the weather | is awful"."""
    if reading.at(end) in FINITE and end - start > 2:
        for place in range(end - 1, max(start + 1, end - 5), -1):
            if reading.at(place) in DETERMINERS and reading.at(place - 1) not in PREPOSITIONS:
                end = place
                break
    if reading.at(end) == "before" and reading.at(end - 1) in (
        "week",
        "day",
        "days",
        "weeks",
        "night",
        "month",
    ):
        end = max(start + 1, end - 2)  # "written a week | before that"
    while end > start + 1 and reading.at(end - 1) in (
        "and",
        "or",
        ",",
        "that",
        "which",
        "then",
        "as",
        "like",
        "who",
        "if",
        "what",
    ):
        if reading.at(end - 1) == "that" and reading.at(end) not in SUBJECTS:
            break
        end -= 1
    return end


def _list_goes_on(reading: Reading, comma: int, limit: int) -> bool:
    """Tell whether the comma stands within a list of things: "milk, eggs and bread"; or before a date."""
    after = comma + 1
    if reading.date_at(after) is not None:
        return True
    if _next_verb(reading, comma, limit):
        return False
    for place in range(after, min(after + 6, limit)):
        word = reading.at(place)
        if place > after and word in ("and", "or"):
            return _noun_follows(reading, place + 1)
        if place > after and word == ",":
            return reading.at(place + 1) in ("and", "or") or _list_goes_on(
                reading, place, min(limit, comma + _LONGEST)
            )
        if _ends_list(reading, place):
            return False
    return False


def _ends_list(reading: Reading, place: int) -> bool:
    word = reading.at(place)
    if word in SUBJECTS or word in FINITE or word in SENTENCE_MARKS or word in STOP_WORDS:
        return True
    if word in PREPOSITIONS - {"of", "for"} or word in ADVERBS:
        return True
    return bool(reading.words.follows(place, *_BREAKS)) or word in (
        "that",
        "who",
        "what",
        "not",
        "no",
        "don't",
        "to",
        "how",
        ",",
    )


def _noun_follows(reading: Reading, place: int) -> bool:
    """Tell whether "and" joins things rather than clauses."""
    word = reading.at(place)
    if (
        not word
        or not word[0].isalnum()
        or word in SUBJECTS - {"you"}
        or word in STOP_WORDS
        or word in FINITE
    ):
        return False
    for at in range(place, place + 4):
        if reading.at(at) in FINITE:
            return False
        if reading.at(at) in SENTENCE_MARKS or reading.at(at) in (",", ""):
            break
    return True


def _next_verb(reading: Reading, place: int, limit: int) -> int:
    """Return where the next verb of a list stands after "and", "," or "then", or 0."""
    at = place
    while at < limit and reading.at(at) in _LINKS:
        at += 1
    if at == place:
        return 0
    at = reading.words.skip(at, "also", "then", "to", "probably", "just", "then to", "also to")
    while (number := reading.date_at(at)) is not None:
        at = reading.words.skip(reading.date_range(number)[1], ",", "to")
    if at >= limit or reading.at(at + 1) in FINITE or reading.at(place) == "or":
        return 0
    if reading.is_hyphenated(at):
        return 0
    if reading.at(at) in VERBS:
        return at if _has_object(reading, at) else 0
    return at if _must_be_verb(reading, at) else 0


def _must_be_verb(reading: Reading, place: int) -> bool:
    """Tell whether an unknown word is a verb: "and load the van"."""
    word = reading.at(place)
    if (
        not word.isalpha()
        or word in SUBJECTS
        or word in FINITE
        or word in PREPOSITIONS
        or word in DETERMINERS
    ):
        return False
    if word in STOP_WORDS or word in ADVERBS or word in PRONOUNS or word.endswith(("ing", "ed", "ly", "s")):
        return False
    is_plain = (
        not reading.is_capital(place)
        and word not in KIN
        and word not in ("not", "no", "all", "then", "what", "half", "if")
    )
    return is_plain and reading.at(place + 1) in ("the", "my", "our")


def _has_object(reading: Reading, verb: int) -> bool:
    """Tell whether a word is a verb by what follows: "water the plants", but not "milk and water"."""
    following = reading.at(verb + 1)
    if reading.at(verb - 1) in DETERMINERS or not following:
        return False
    if following in DETERMINERS or following in PRONOUNS or following in PREPOSITIONS - {"of"}:
        return True
    if reading.date_at(verb + 1) is not None or reading.is_capital(verb + 1):
        return True
    if following in STOP_WORDS or following in SUBJECTS or following in ("and", "or", "of"):
        return False
    return following[0].isalnum()


def _join_contacts(reading: Reading, spans: list[Span]) -> list[Span]:
    """Keep "ring the dentist and move my appointment" one duty: the second verb is done by the call."""
    joined: list[Span] = []
    for start, end in spans:
        before = joined[-1] if joined else None
        is_call = before and reading.at(before[0]) in CONTACT_VERBS and _joins(reading, before, start)
        is_same_thing = before and _is_same_thing(reading, before, start)
        if before and (is_call or is_same_thing) and end - before[0] <= 16:
            joined[-1] = (before[0], end)
        else:
            joined.append((start, end))
    return joined


def _is_same_thing(reading: Reading, before: Span, start: int) -> bool:
    """Tell whether the second verb goes on with the first one's thing: "fold the washing and put it away"."""
    days = [n for n in reading.dates_between(*before) if not reading.dates[n].recurrence]
    goes_on = reading.at(start - 1) == "and" and reading.at(start - 2) != ","
    return goes_on and not days and reading.at(start + 1) in ("it", "them")


def _joins(reading: Reading, before: Span, start: int) -> bool:
    """Tell whether the second verb belongs to the first: "call the bank and get flowers" does not."""
    verb = reading.at(start)
    if (
        verb not in JOINED_AFTER_CONTACT
        or before[1] - before[0] > 7
        or reading.at(start - 1) not in ("and", "to", ",")
    ):
        return False
    if reading.at(start - 1) == ",":
        return reading.at(start + 1) in ("him", "her", "them")
    if verb == "go":
        return reading.at(start + 1) in ("through", "over")
    if verb in ("ask", "see", "tell", "find", "check"):
        return reading.at(start + 1) in (*_QUESTIONS, "for", "about", "out", *PRONOUNS)
    return verb not in ("get", "make", "book", "order", "send") or reading.at(start + 1) in PRONOUNS
