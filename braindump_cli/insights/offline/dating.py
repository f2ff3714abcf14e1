"""Which of the dates in a text belongs to which duty."""

from braindump_cli.insights.offline.duty import Duty
from braindump_cli.insights.offline.lexicon import ADVERBS, FINITE, SENTENCE_MARKS, SUBJECTS, VERBS
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.same import content

_SHIFTS = frozenset("move reschedule push postpone change shift bring rebook swap delay put moved".split())
_DEADLINE_WORDS = frozenset("by before due deadline deadline's until latest than so expires expire".split())
_CLOSING_WORDS = frozenset(
    "due deadline deadline's expires expire runs out closes ends by before renews lapses cutoff".split()
)
_PRESSING_WORDS = _CLOSING_WORDS | {"has", "have", "needs", "must", "gets"}
_IT_IS = frozenset(("is", "on", "it's", "that's", "today's", "was"))
_EASY_WORDS = frozenset(
    "and also then so um oh ok okay , : first but well at work anyway right on uh yeah now that home like thing"
    " finally morning afternoon evening next plus though otherwise ideally or because since maybe".split()
)
_ASKING_FOR = frozenset("needs need wants want expects expecting asked said promised fills".split())
_TAKING_BACK = (
    "no", "well no", "actually", "wait", "hang on", "hold on", "sorry", "i tell a lie", "oh no",
    "scratch that",
    "correction", "or no", "oh wait", "make that", "no wait", "i mean",
)  # fmt: skip
_HAVE_IT = (
    "have it", "have them", "has it", "has them", "have that", "want it", "wants it", "want them",
    "wants them",
    "need it", "needs it", "need them", "needs them", "expecting it", "expect it", "we said", "i said",
    "get it",
    "it'd have to be", "it has to be", "it'll be", "so that's", "so that'll be", "that's", "so it's",
    "asked for it",
    "waiting for it", "wants that", "need that", "so it'll be", "it'd be", "so that means", "call it",
    "so say",
)  # fmt: skip
_RECKONED = frozenset("a week day days two weeks few before that after the this then night".split())
_OWN = frozenset("the my our his her their".split())
_SETTLES = ("it is", "it is then", "then", "i'd say", "i reckon", "let's say")
_STORY_WORDS = frozenset("was were went had did came got said told".split())
_IT_IS_ON = (
    "that's on", "which is on", "it's on", "that is on", "that's", "it's", "which is", "who's", "is on", "is",
    "is due", "are due", "it's due", "they're due", "that's due", "deadline is", "deadline's",
)  # fmt: skip
_CORRECTED_BY = (
    "no wait", "wait no", "actually", "sorry", "i mean", "make that", "or rather", "correction", "no",
    "make it",
    "scratch that", "wait", "hang on", "hold on", "let's say", "on second thoughts", "oh wait",
)  # fmt: skip
_ABOUT_IT = (
    "by", "before", "ideally", "deadline", "due", "it's due", "that's due", "they're due", "it needs to be",
    "needs to be", "that needs to", "it has to be", "that has to", "no later", "at the latest",
    "the deadline",
    "it's got to", "it has to go", "it needs to go", "they have to go", "they need to go", "must be",
    "it needs to", "they need it", "she needs it", "he needs it", "they want it",
    "he wants it", "she wants it", "that's for", "it's for", "it must", "probably", "hopefully", "has to be",
    "it'll have to be", "the latest", "maybe", "let's say", "say", "they have to be", "they need to",
    "both by",
    "all by", "both", "all of that", "all of it", "i want it done", "i want that done", "sometime",
    "some time",
    "actually", "no wait", "no", "sorry", "wait", "make that", "make it", "well", "that's me", "that's my",
    "i want that", "i want it", "and that's", "that one's", "this is due", "that's got to", "they need them",
    "that's", "it expires", "it runs out", "they expire", "on", "he's expecting", "she's expecting",
)  # fmt: skip


def give_dates(reading: Reading, duties: list[Duty]) -> None:
    """Give each duty its day, its time of day and what it repeats on, by their numbers in the reading."""
    for number, duty in enumerate(duties):
        before = duties[number - 1] if number else None
        after = duties[number + 1] if number + 1 < len(duties) else None
        _take(reading, duty, _within(reading, duty))
        if duty.day is None:
            _take(reading, duty, _shared(reading, duties, number))
        if duty.day is None:
            _take(reading, duty, _said_before(reading, duty, before) or _pressed(reading, duty))
        later = _said_after(reading, duty, after)
        if later and (duty.day is None or _may_override(reading, duty.day, later[-1])):
            _take(reading, duty, later)
        if duty.day is None and duty.repeat is None:
            used = {earlier.day for earlier in duties[:number]}
            _take(reading, duty, [found for found in _of_thing(reading, duty) if found not in used])
        if duty.day is None and duty.repeat is None:
            _take(reading, duty, _day_of_condition(reading, duty))
        if duty.day is None and duty.clock is not None and before and _same_sentence(reading, before, duty):
            duty.day = before.day
        if correction := _corrected_next(reading, duty, after):
            _take(reading, duty, [correction])
    _share_all(reading, duties)


def _take(reading: Reading, duty: Duty, numbers: list[int]) -> None:
    """Sort chosen dates into day, clock and repetition."""
    for number in numbers:
        due = reading.dates[number]
        if due.recurrence:
            duty.repeat = number
        elif due.is_time_only:
            duty.clock = number
        else:
            duty.day = number


def _same_sentence(reading: Reading, before: Duty, duty: Duty) -> bool:
    return reading.sentence(before.verb) == reading.sentence(duty.verb) and duty.start - before.end < 30


def _within(reading: Reading, duty: Duty) -> list[int]:
    """Return the dates inside the duty's own words: one day, a deadline before others, a correction before all."""
    numbers = [
        number
        for number in reading.dates_between(duty.start, max(duty.end, duty.extra_quote))
        if not is_target(reading, duty.verb, number)
    ]
    days = [
        number
        for number in numbers
        if not reading.dates[number].is_time_only and not reading.dates[number].recurrence
    ]
    if duty.kind == "promise":  # "I said tomorrow but I'll do it on Saturday"
        days = [number for number in days if reading.date_range(number)[0] >= duty.verb] or days
    others = [number for number in numbers if number not in days]
    if not days:
        return [*others[:2], *_by_then(reading, duty)]
    deadlines = [number for number in days if _is_deadline(reading, number)]
    chosen = (deadlines or days)[0]
    if _is_corrected(reading, reading.date_range(days[0])[1], reading.date_range(days[-1])[0]):
        chosen = days[-1]
    return [*others[:2], chosen]


def is_target(reading: Reading, verb: int, number: int) -> bool:
    """Tell whether a date is where something is moved to or from: "reschedule the call to Friday"."""
    start, _ = reading.date_range(number)
    first = reading.at(start)
    if first in ("from", "till", "until"):
        return any(reading.at(place) in _SHIFTS for place in range(max(verb, start - 12), start))
    if reading.at(start - 1) not in ("to", "from", "till", "until") or start - 1 <= verb:
        return False
    return any(reading.at(place) in _SHIFTS for place in range(max(verb, start - 12), start))


def _is_deadline(reading: Reading, number: int) -> bool:
    start, end = reading.date_range(number)
    if reading.at(start - 1) == "so" and (reading.at(end) in SUBJECTS or reading.at(end) in VERBS):
        return reading.at(start) in _DEADLINE_WORDS
    return any(reading.at(place) in _DEADLINE_WORDS for place in range(start - 1, end))


def _pressed(reading: Reading, duty: Duty) -> list[int]:
    """Return the deadline of "they need the form today, so I have to scan that"."""
    start, _ = reading.sentence(duty.start)
    so = next(
        (k for k in range(duty.start - 1, max(start, duty.start - 4) - 1, -1) if reading.at(k) == "so"), 0
    )
    if not so:
        return []
    for number in reversed(reading.dates_between(max(start, so - 12), so)):
        due = reading.dates[number]
        first, end = reading.date_range(number)
        clause = [reading.at(k) for k in range(max(start, first - 9), first)]
        presses = any(word in _ASKING_FOR for word in clause) or any(
            word in _CLOSING_WORDS for word in clause
        )
        is_near = so - end <= 2 or (so - end <= 8 and _is_deadline(reading, number))
        if due.on and not due.recurrence and not due.is_time_only and presses and is_near:
            return [number]
    return []


def _day_of_condition(reading: Reading, duty: Duty) -> list[int]:
    """Return the day of "if it's still up in the morning I'll have to ring at eight"."""
    start = max(reading.sentence(duty.start)[0], duty.start - 12)
    has_if = any(reading.at(k) in ("if", "unless") for k in range(start, duty.start))
    days = [n for n in reading.dates_between(start, duty.start) if _is_day(reading, n)]
    return days[-1:] if has_if else []


def _corrected_next(reading: Reading, duty: Duty, after: Duty | None) -> int | None:
    """Return the last date of a next sentence that takes the day back: "No, I tell a lie, it's Monday"."""
    place = reading.sentence(max(duty.end, duty.extra_quote) - 1)[1]
    if duty.day is None or place >= len(reading):
        return None
    start, end = reading.sentence(place)
    if after and after.start < end and reading.dates_between(after.start, end):
        end = after.start
    if not reading.words.follows(start, *_TAKING_BACK) or end - start > 22:
        return None
    days = [n for n in reading.dates_between(start, end) if _is_day(reading, n)]
    return days[-1] if days else None


def _is_day(reading: Reading, number: int) -> bool:
    due = reading.dates[number]
    return due.on is not None and not due.recurrence and not due.is_time_only


def _by_then(reading: Reading, duty: Duty) -> list[int]:
    """Resolve "by then" to the last date said before."""
    for place in (duty.start - 2, *range(duty.verb, duty.end + 1)):
        if reading.words.follows(place, "by then", "before then", "before that", "by that point"):
            return reading.dates_between(max(0, place - 40), place)[-1:]
    return []


def _shared(reading: Reading, duties: list[Duty], number: int) -> list[int]:
    """Return the date said before a list, for each of its verbs: "tomorrow I have to call Ben and buy milk"."""
    duty = duties[number]
    first = number
    while first and duty.group and duties[first - 1].group == duty.group:
        first -= 1
    if first == number:
        return reading.dates_between(duty.lead, min(duty.start, duty.lead + 8))[-1:] if duty.lead >= 0 else []
    head = duties[first]
    lead = [n for n in (head.day, head.repeat) if n is not None and reading.date_range(n)[0] < head.verb]
    if head.lead >= 0:
        lead = lead or reading.dates_between(head.lead, head.verb)[-1:]
    return lead


def _share_all(reading: Reading, duties: list[Duty]) -> None:
    """Give the date of "..., all before ten" to the whole list before it."""
    for number, duty in enumerate(duties):
        said = duty.clock if duty.clock is not None else duty.day
        if (
            said is None
            or not duty.group
            or reading.at(reading.date_range(said)[0] - 1) not in ("all", "both")
        ):
            continue
        for other in duties[max(0, number - 9) : number]:
            if other.group == duty.group:
                other.day = duty.day if other.day is None else other.day
                other.clock = duty.clock if other.clock is None else other.clock


def _said_before(reading: Reading, duty: Duty, before: Duty | None) -> list[int]:
    """Return the date just before the duty: "tomorrow I have to", "then in two weeks I need to"."""
    start, _ = reading.sentence(duty.start)
    if start and reading.at(start - 1) == ":":
        start, _ = reading.sentence(start - 1)  # "first thing tomorrow: call the school"
    earliest = max(start, before.end if before and before.end <= duty.start else start)
    numbers = reading.dates_between(max(earliest, duty.start - 30), duty.start)
    numbers = [number for number in numbers if not before or number not in (before.day, before.clock)]
    for number in reversed(numbers):
        first, end = reading.date_range(number)
        between = [reading.at(place) for place in range(end, duty.start) if reading.date_at(place) is None]
        told = [reading.at(place) for place in range(max(earliest, first - 6), first)]
        if len(between) <= 6 and all(word in _EASY_WORDS or word in ADVERBS for word in between):
            concludes = between[-1:] == ["so"] and _is_deadline(reading, number)
            if (
                not (concludes or _opens(reading, number, earliest))
                or any(word in _STORY_WORDS for word in told)
                or (between[-1:] == ["so"] and reading.at(first - 1) in _IT_IS)
            ):
                return []
            return [*_day_beside(reading, number, earliest), number]
        break
    return []


def _opens(reading: Reading, number: int, earliest: int) -> bool:
    """Tell whether a date opens its clause: "on Friday I have to", but not "the call I prepare for tonight"."""
    first, _ = reading.date_range(number)
    before = reading.at(first - 1)
    if (
        first <= earliest
        or before in _EASY_WORDS
        or before in ADVERBS
        or before in SENTENCE_MARKS
        or before in _IT_IS
    ):
        return True
    if reading.at(first) == "due" or reading.date_at(first - 1) is not None:
        return True
    clause = [reading.at(place) for place in range(max(earliest, first - 6), first)]
    return not any(word in SUBJECTS or word in FINITE or word in VERBS for word in clause)


def _day_beside(reading: Reading, number: int, earliest: int) -> list[int]:
    """Return the day that stands just before a time of day: "today, before five, I must"."""
    if not reading.dates[number].is_time_only:
        return []
    first, _ = reading.date_range(number)
    return reading.dates_between(max(earliest, first - 3), first)[-1:]


def _said_after(reading: Reading, duty: Duty, after: Duty | None) -> list[int]:
    """Return dates said after the duty: a correction, "by Friday at the latest", "it's on Saturday"."""
    start = max(duty.end, duty.extra_quote, duty.taken)
    _, limit = reading.sentence(max(duty.verb, start - 1))
    reach = min(limit, after.start) if after else limit
    near = [
        n for n in reading.dates_between(start, min(reach, start + 40)) if not reading.dates[n].recurrence
    ]
    found = [number for number in near if _belongs_after(reading, duty, number, start=start)]
    if found:
        deadlines = [number for number in found if _is_deadline(reading, number)]
        return (deadlines or found)[-1:]
    if after and after.start < limit:
        return []
    return _next_sentence(reading, duty, limit, after=after)


def _belongs_after(reading: Reading, duty: Duty, number: int, *, start: int) -> bool:
    first, _ = reading.date_range(number)
    if is_target(reading, duty.verb, number) or _is_of_something_else(reading, duty, start=start, end=first):
        return False
    if _is_deadline(reading, number):
        return True
    between = range(start, first)
    counted = {reading.at(p) for p in between if reading.at(p).isalpha()}
    if first - start <= 7 and counted & {"before", "after"} and counted <= _RECKONED:
        return True
    if first - start <= 4 and all(
        not reading.at(p).isalpha() or reading.at(p) in ADVERBS or reading.at(p) in ("all", "both", "say")
        for p in between
    ):
        return True
    if (
        reading.at(start) == "before"
        and first - start <= 8
        and not any(reading.at(p) == "," for p in between)
    ):
        return True
    end = reading.date_range(number)[1]
    if first - start <= 16 and reading.words.follows(end, *_SETTLES):
        return True
    lead = range(max(start, first - 5), first)
    if first - start <= 14 and any(reading.words.follows(p, *_HAVE_IT) in (first, first - 1) for p in lead):
        return True
    is_on = any(reading.words.follows(p, *_IT_IS_ON) == first for p in range(max(start, first - 3), first))
    is_on = is_on or any(reading.at(p) in _CLOSING_WORDS for p in range(max(start, first - 2), first))
    return (first - start <= 12 and is_on) or _is_corrected(reading, start, first)


def _is_of_something_else(reading: Reading, duty: Duty, *, start: int, end: int) -> bool:
    """Tell whether another thing is due then: "call the landlord and the tax return is due on Friday"."""
    words = [reading.at(place) for place in range(start, end + 1)]  # a phrase may begin with "due"
    for i, joint in enumerate(words[:-3]):
        if joint in ("and", "but") and words[i + 1] in _OWN and "due" in words[i + 2 :]:
            named = set(words[i + 2 : words.index("due", i + 2)]) - {"is", "are"}
            return not named & {reading.at(place) for place in range(duty.verb, duty.end)}
    return False


def _is_corrected(reading: Reading, start: int, end: int) -> bool:
    return 0 <= end - start <= 14 and any(
        reading.words.follows(place, *_CORRECTED_BY) for place in range(start, end)
    )


def _may_override(reading: Reading, chosen: int, later: int) -> bool:
    """Let a later date win if it corrects the earlier or names the deadline."""
    _, end = reading.date_range(chosen)
    start, _ = reading.date_range(later)
    if start < end:
        return False
    return _is_corrected(reading, end, start) or (
        _is_deadline(reading, later) and not _is_deadline(reading, chosen) and start - end <= 14
    )


def _next_sentence(reading: Reading, duty: Duty, place: int, *, after: Duty | None) -> list[int]:
    """Return the date of a short sentence about what was just said: "By Friday, ideally." "It's due on the 5th."."""
    if place >= len(reading):
        return []
    start, end = reading.sentence(place)
    start = reading.words.skip(start, "and", "so", "oh", "but", "well", "like", "or")
    if (after and after.start < end) or end - start > 18:
        return []
    numbers = [number for number in reading.dates_between(start, end) if not reading.dates[number].recurrence]
    if not numbers:
        return []
    if reading.at(reading.date_range(numbers[0])[1]) == ":":
        return []
    first, _ = reading.date_range(numbers[0])
    if first - start <= 8 and any(reading.at(p) in _CLOSING_WORDS for p in range(start, first)):
        about = {word[:5] for word in content(" ".join(reading.at(p) for p in range(start, first)))}
        if about & {
            word[:5] for word in content(" ".join(reading.at(p) for p in range(duty.verb, duty.end)))
        }:
            return numbers[:1]
    end_of_date = reading.date_range(numbers[-1])[1]
    if reading.words.follows(end_of_date, *_SETTLES) and reading.at(
        reading.date_range(numbers[-1])[0] - 1
    ) in ("so", "", ".", ","):
        return numbers[-1:]
    if any(
        reading.words.follows(p, *_HAVE_IT) in (first, first - 1) for p in range(start, min(start + 5, first))
    ):
        return numbers[:1]
    if first != start and not (reading.words.follows(start, *_ABOUT_IT) and first - start <= 8):
        return []
    rest = [p for p in range(start, end) if reading.date_at(p) is None and reading.at(p).isalpha()]
    is_short = len(rest) <= 4 and not any(reading.at(p) in SENTENCE_MARKS for p in range(start, end - 1))
    says_due = any(reading.at(p) in _CLOSING_WORDS for p in range(start, start + 6))
    return (
        numbers[-1:]
        if (is_short and _is_plain(reading, rest)) or says_due or _is_deadline(reading, numbers[0])
        else []
    )


def _is_plain(reading: Reading, rest: list[int]) -> bool:
    """Tell whether the words beside the date tell no story of their own, as "Saturday was lovely" does."""
    return not any(
        reading.at(p) in _STORY_WORDS or reading.at(p) in ("is", "are", "i", "we", "there's") for p in rest
    )


def _of_thing(reading: Reading, duty: Duty) -> list[int]:
    """Return the deadline said before of the thing itself: "the MOT runs out on the 22nd ... so book the MOT"."""
    wanted = content(" ".join(reading.at(p) for p in range(duty.verb, duty.end)))
    for number in reversed(reading.dates_between(max(0, duty.start - 40), duty.start)):
        first, _ = reading.date_range(number)
        due = reading.dates[number]
        clause = [reading.at(p) for p in range(max(0, first - 9), first)]
        marks = [k for k, word in enumerate(clause) if word in SENTENCE_MARKS]
        clause = clause[marks[-1] + 1 :] if marks else clause
        closes = any(word in _PRESSING_WORDS for word in [*clause, reading.at(first)])
        if closes and not due.recurrence and not due.is_time_only and wanted & content(" ".join(clause)):
            return [number]
    return []
