"""How people announce a duty: "I need to", "remind me to", "I said I'd", "note to self"."""

from dataclasses import replace

from braindump_cli.insights.offline.announcements import (
    ASKED,
    CERTAIN,
    FAINT,
    FAIR,
    FORWARD,
    GERUND_LEADS,
    LIKELY,
    MUST,
    NOMINAL,
    NOUN_REMIND,
    OPENED,
    PROMISE,
    REMIND,
    SAID_I,
    VAGUE,
    WILL,
    WISHED,
)
from braindump_cli.insights.offline.guards import opens_clause, skip_adverbs
from braindump_cli.insights.offline.lexicon import (
    CLAUSE_OPENERS,
    DETERMINERS,
    HEDGES,
    SENTENCE_MARKS,
    SUBJECTS,
    VERBS,
)
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.trigger import Trigger
from braindump_cli.insights.offline.verbs import base_of_gerund, base_of_participle

_REMINDER_REACH = 18  # words from "remind me" to what to do
_REMIND_STARTS = frozenset(phrase.split()[0] for phrase in REMIND)
_NEEDS_SUBJECT = frozenset(("am", "are", "better", "shall", "forgot", "said", "want", "will", "must"))
_TASK_LEADS = frozenset(
    "the my our one first next only main another other last priority high top all".split()
)
_TASKS = frozenset(
    "thing job task step priority errand plan chore duty action mission homework goal aim list remains left".split()
)


def trigger_at(reading: Reading, place: int) -> Trigger | None:
    """Return the duty announced at `place`, or None; whether it counts is for `is_blocked` to say."""
    found = _first_person(reading, place) or _said_i(reading, place) or _fixed(reading, place)
    found = found or _in_charge(reading, place) or _main_task(reading, place)
    return _doing(reading, found) if found else None


def _doing(reading: Reading, trigger: Trigger) -> Trigger:
    """Read a verb in "-ing": "I'm meant to be ringing Ben", "get round to paying"."""
    done = base_of_participle(reading.at(trigger.verb + 1))
    if trigger.kind == "will" and reading.at(trigger.verb) == "have" and done in VERBS:
        return replace(trigger, verb=trigger.verb + 1, head=done or "")  # "by June I'll have made a will"
    verb = trigger.verb + 1 if reading.at(trigger.verb) == "be" else trigger.verb
    base = base_of_gerund(reading.at(verb)) if reading.at(verb) not in VERBS else None
    is_time = reading.at(trigger.start) == "it's" or reading.at(trigger.start - 1) in (
        "high",
        "about",
        "it's",
    )
    if is_time and reading.at(verb - 1) == "i" and reading.at(verb) not in VERBS:
        base = base_of_participle(reading.at(verb))  # "it's time I cleaned the oven"
    return replace(trigger, verb=verb, head=base) if base and base in VERBS else trigger


def _in_charge(reading: Reading, place: int) -> Trigger | None:
    """Read "I'm in charge of booking the hall", "we settled on me sending the chapters"."""
    after = reading.words.follows(place, *GERUND_LEADS)
    if not after or not base_of_gerund(reading.at(after)):
        return None
    start = reading.sentence(place)[0]
    lead = [reading.at(k) for k in range(max(start, place - 5), place)]
    own = {"i'm", "i", "i've", "we", "we've", "we're", "me"} & {*lead, reading.at(after - 1)}
    return Trigger(max(start, place - 1), after, FAIR, "must") if own else None


def _main_task(reading: Reading, place: int) -> Trigger | None:
    """Read "what I can actually do is", "my only job this week is to", "first thing tomorrow is calling"."""
    word = reading.at(place)
    if word == "what":
        task = place + 1 if reading.at(place + 1) in ("i", "i'm", "we", "i've", "i'll") else 0
    elif word in _TASK_LEADS and (
        opens_clause(reading, place) or reading.at(place - 1) in ("suppose", "guess")
    ):
        task = next((k for k in range(place, place + 5) if reading.at(k) in _TASKS), 0)
    else:
        return None
    for at in range(task + 1, task + 9) if task else ():
        said = reading.at(at)
        if said == "is":
            verb = skip_forward(
                reading, reading.words.skip(at + 1, "to", "that i", "that we", "i", "for me to")
            )
            told = reading.at(verb) in VERBS or base_of_gerund(reading.at(verb)) in VERBS
            leads = word == "what" or reading.at(at + 1) in ("to", "for") or reading.at(verb) not in VERBS
            return Trigger(place, verb, FAIR, "must") if told and leads else None
        if said in SENTENCE_MARKS or said in (",", "that", "") or said in SUBJECTS - {"i", "we", "i've"}:
            return None
    return None


def _first_person(reading: Reading, place: int) -> Trigger | None:
    """Read "I still have to", "we're going to", "I've promised to", or the same without its subject."""
    opened = OPENED.get(reading.at(place))
    if opened:
        subject, auxiliary = opened
        after = skip_adverbs(reading, place + 1)
    elif opens_clause(reading, place):
        subject, auxiliary, after = "i", "", skip_adverbs(reading, place)
        if after == place and reading.at(after) in _NEEDS_SUBJECT and not _is_terse(reading, place):
            return None
    else:
        return None
    return _auxiliary(reading, place, after, opened=(subject, auxiliary))


def _auxiliary(reading: Reading, place: int, after: int, *, opened: tuple[str, str]) -> Trigger | None:
    subject, auxiliary = opened
    for kind, table in (("promise", PROMISE), ("must", MUST), ("will", WILL)):
        for phrase, confidence in table.items():
            end = _spoken(reading, after, phrase, auxiliary=auxiliary)
            if end:
                hedged = any(reading.at(k) in HEDGES for k in range(place, after))
                verb = skip_forward(reading, end)
                hedged = hedged or any(reading.at(k) in HEDGES for k in range(end, verb))
                must = any(reading.at(k) in ("have", "need", "got", "gotta") for k in range(end, verb))
                sure = FAINT if hedged else CERTAIN if must else confidence
                return Trigger(place, verb, sure, "must" if must else kind, is_shared=subject == "we")
    if auxiliary == "have" and (end := reading.words.follows(after, "got to", "still got to", "only got to")):
        return Trigger(place, skip_forward(reading, end), CERTAIN, "must", is_shared=subject == "we")
    if auxiliary == "would" and reading.at(after) == "better":
        return Trigger(place, skip_forward(reading, after + 1), LIKELY, "must", is_shared=subject == "we")
    return None


def _is_terse(reading: Reading, place: int) -> bool:
    """Tell whether a sentence begins "Must ring the vet", as in notes."""
    opens = reading.sentence(place)[0] == place or (
        reading.sentence(place)[0] == place - 1 and reading.at(place - 1) in CLAUSE_OPENERS
    )
    is_modal = reading.at(place) in ("must", "better", "will") and reading.at(place + 1) in VERBS
    return opens and is_modal and reading.at(reading.sentence(place)[1] - 1) != "?"


def _spoken(reading: Reading, after: int, phrase: str, *, auxiliary: str) -> int:
    """Return the place after `phrase`, whose first word may have been said in "I'm" or "I've"."""
    first, _, rest = phrase.partition(" ")
    if auxiliary:
        if first != auxiliary:
            return 0
        return reading.words.follows(after, rest) if rest else after
    if not rest:
        return reading.words.follows(after, phrase)
    if reading.at(after) != first:
        return 0
    return reading.words.follows(skip_adverbs(reading, after + 1), rest)


def _said_i(reading: Reading, place: int) -> Trigger | None:
    """Read "I promised Sam I'd", "I told her I would", "we agreed that I'll"."""
    if reading.at(place) not in ("i", "i've", "we", "ive", "and", "also") and not opens_clause(
        reading, place
    ):
        return None
    told = (
        skip_adverbs(reading, place + 1)
        if reading.at(place) in ("i", "i've", "we", "ive", "and", "also")
        else place
    )
    if reading.at(told) not in SAID_I:
        return None
    for at in range(told + 1, told + 8):
        if reading.at(at) in SENTENCE_MARKS:
            return None
        if reading.at(at) in ("i'd", "i'll", "id"):
            return Trigger(place, skip_forward(reading, at + 1), LIKELY, "promise")
        if after := reading.words.follows(at, "i would", "i will", "to"):
            if reading.at(told) == "told" and reading.at(at) == "to":
                return None
            if reading.at(after) in VERBS:
                return Trigger(place, skip_forward(reading, after), LIKELY, "promise")
    return None


def _fixed(reading: Reading, place: int) -> Trigger | None:
    """Read fixed phrases: "remind me to", "it's my turn to", "the next step is to", "Mum wants me to"."""
    if end := _dated_reminder(reading, place):
        return Trigger(place, skip_forward(reading, end), CERTAIN, "remind")
    for phrase, confidence in REMIND.items() if reading.at(place) in _REMIND_STARTS else ():
        if (end := reading.words.follows(place, phrase)) and _may_remind(reading, place, end):
            end = reading.words.skip(end, ":", ",", "is", "for today")
            end = reading.words.skip(end, "i need to", "i have to", "i must", "to", ":")
            if not phrase.endswith((" to", " i")) and reading.at(skip_forward(reading, end)) not in VERBS:
                continue
            return Trigger(place, skip_forward(reading, end), confidence, "remind")
    if end := reading.words.follows(place, *NOMINAL):
        return Trigger(place, skip_forward(reading, end), FAIR, "must")
    if reading.at(place) == "is" and reading.at(place + 1) in VERBS and _sums_up(reading, place):
        return Trigger(place, place + 1, FAIR, "must")
    if end := reading.words.follows(place, *WISHED):
        return Trigger(place - 1, skip_forward(reading, end), FAINT, "asked") if place else None
    if (end := reading.words.follows(place, *ASKED)) and not _is_denied(reading, place):
        start = place - 1 if reading.at(place - 1).isalpha() and reading.sentence(place)[0] < place else place
        return Trigger(start, skip_forward(reading, end), FAIR, "asked")
    if opens_clause(reading, place) and (end := reading.words.follows(place, "let me")):
        return Trigger(place, skip_forward(reading, end), VAGUE, "will")
    return None


def _sums_up(reading: Reading, place: int) -> bool:
    """Tell whether "is" ends "the thing I have to do, the only thing, is"."""
    start, _ = reading.sentence(place)
    if reading.at(place + 2) not in DETERMINERS:
        return False
    lead = range(max(start, place - 12), place)
    return any(
        reading.words.follows(k, "have to do", "need to do", "got to do", "must do", "should do")
        for k in lead
    )


def _is_denied(reading: Reading, place: int) -> bool:
    """Tell whether nobody asked: "nobody would need me to", "she didn't ask me to"."""
    lead = [reading.at(k) for k in range(max(reading.sentence(place)[0], place - 3), place)]
    return any(word.endswith("n't") or word in ("nobody", "never", "not", "would", "if") for word in lead)


def _dated_reminder(reading: Reading, place: int) -> int:
    """Return the place after "remind me on Thursday to", "remind me, an hour before the call, to", or 0."""
    after = reading.words.follows(place, "remind me", "remind us")
    if not after or reading.at(after) in ("of", "that", "how", "what", "why"):
        return 0
    for at in range(after + 1, min(after + _REMINDER_REACH, reading.sentence(place)[1])):
        end = reading.words.follows(at, "to", "that i need to", "i need to", "i have to", "that i have to")
        if (
            end
            and reading.at(end) in VERBS
            and reading.at(at - 1) not in ("what", "how", "where", "need", "have")
        ):
            return end
    return 0


def _may_remind(reading: Reading, place: int, end: int) -> bool:
    """Keep "to do" and "remember to" to where they start something: "what to do", "I remember to" do not."""
    if reading.at(place) in ("to", "todo"):
        return opens_clause(reading, place) and reading.at(end) in (":", ",", "list")
    if reading.at(place) == "remember" or reading.at(place) == "note":
        return opens_clause(reading, place) or reading.at(place - 1) in ("to", "must", "should")
    return reading.at(place - 1) not in ("to", "will", "you", "didn't", "always", "they", "who")


def noun_reminder(reading: Reading, place: int) -> int:
    """Return where the thing begins in "don't forget the passport", or 0."""
    end = reading.words.follows(place, *NOUN_REMIND)
    if not end or not opens_clause(reading, place) or reading.at(place - 1) in ("i", "to"):
        return 0
    end = reading.words.skip(end, "about", ":", ",")
    if reading.at(place) == "remember" and reading.at(end) not in ("the", "my"):
        return 0
    return end if reading.at(end) in DETERMINERS or reading.is_capital(end) else 0


def skip_forward(reading: Reading, place: int) -> int:
    """Return the place of the verb proper: "I need to | actually sit down and | write"."""
    for _ in range(4):
        onward = reading.words.follows(place, *FORWARD)
        if not onward or (
            reading.at(place) in ("be", "start", "still", "to") and reading.at(onward) not in VERBS
        ):
            break
        if reading.at(place) == "start" and not reading.at(onward).endswith("ing"):
            break
        if reading.at(place) == "be" or (
            reading.at(place) == "sit" and reading.at(reading.words.skip(onward, ",")) not in VERBS
        ):
            break
        place = reading.words.skip(onward, ",") if reading.at(place) == "sit" else onward
    while (number := reading.date_at(place)) is not None:
        place = reading.date_range(number)[1]
        place = reading.words.skip(place, ",")
    return place
