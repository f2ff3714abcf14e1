"""What others promised, what is done, and what was decided."""

from braindump_cli.domain.insight import Finished, Remark, WaitingFor
from braindump_cli.insights.offline.actions import read_actions
from braindump_cli.insights.offline.guards import opens_clause, skip_adverbs
from braindump_cli.insights.offline.lexicon import ADVERBS, DETERMINERS, KIN, PRONOUNS, ROLES, VERBS
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.references import is_name
from braindump_cli.insights.offline.verbs import base_of_participle
from braindump_cli.insights.offline.wording import sentence_case, spelled, words_of

_MOST = 10
_WILL = (
    "will", "is going to", "are going to", "is gonna", "said he'd", "said she'd", "said they'd", "said he'll",
    "said she'll", "said they'll", "promised to", "promised he'd", "promised she'd", "agreed to", "offered to",
    "is supposed to", "said he would", "said she would", "said they would", "promised me", "promised he'll",
    "promised she'll", "has promised to", "has agreed to", "said he will", "said she will",
)  # fmt: skip
_CONTRACTED = {
    "he'll": "he",
    "she'll": "she",
    "they'll": "they",
    "he's": "he",
    "she's": "she",
    "they're": "they",
}
_OTHERS = frozenset(("he", "she", "they"))
_NOT_DONE_BY = frozenset(
    "get go come see tell say ask leave walk find hear keep hold meet know stop talk try look let run feel speak"
    " think do make take give have put watch listen work play sit stay wake move show".split()
)
_DECIDED = (
    "i've decided", "i have decided", "i decided", "we decided", "we've decided", "we agreed", "we all agreed",
    "i've made up my mind", "i'm going with", "we're going with", "i'm not doing", "i'm not going to",
    "decided to", "the decision is", "final decision",
)  # fmt: skip


def waiting_for(reading: Reading) -> tuple[WaitingFor, ...]:
    """Return what other people said they would do."""
    found: list[WaitingFor] = []
    named = ""
    for place in range(len(reading)):
        who, after = _somebody(reading, place)
        if not who:
            continue
        if who.lower() not in _OTHERS:
            named = who
        verb = _promise(reading, place, after)
        if not verb or reading.at(verb) not in VERBS or _is_doubtful(reading, place):
            continue
        start, end = read_actions(reading, verb)[0]
        dates = reading.dates_between(start, end)
        what = spelled(reading, words_of(reading, start, end))
        is_vague = end - start < 2 or (reading.at(start + 1) in ("it", "that") and end - start == 2)
        if is_vague or len(found) >= _MOST or any(other.what == what for other in found):
            continue
        found.append(
            WaitingFor(
                who=named if who.lower() in _OTHERS and named else sentence_case(who),
                what=what,
                quote=reading.slice(place, end),
                due_on=reading.dates[dates[0]].on if dates else None,
            )
        )
    return tuple(found)


def _somebody(reading: Reading, place: int) -> tuple[str, int]:
    """Return who stands at `place`, and the place after: a name, "Mum", "the landlord", "she"."""
    word = reading.at(place)
    raw = reading.slice(place, place + 1).removesuffix("'s").removesuffix("’s")
    bare = word.removesuffix("'s")
    if bare in KIN and reading.at(place - 1) not in DETERMINERS:
        return sentence_case(raw), place + 1
    if word in _OTHERS or word in _CONTRACTED:
        return _CONTRACTED.get(word, word), place + 1
    if word in ("the", "my", "our") and reading.at(place + 1) in ROLES:
        return reading.slice(place, place + 2), place + 2
    starts = reading.sentence(place)[0] == place
    is_known = reading.is_capital(place) and (
        not starts or reading.at(place + 1) in ("said", "promised", "will", "is", "agreed")
    )
    if (
        is_known
        and (is_name(reading, place) or starts)
        and bare.isalpha()
        and bare not in PRONOUNS | ADVERBS | DETERMINERS | VERBS
    ):
        return raw, place + 1
    return "", place


def _promise(reading: Reading, place: int, after: int) -> int:
    """Return where the promised verb stands, or 0."""
    word = reading.at(place)
    if word.endswith("'ll"):
        return skip_adverbs(reading, after)
    if word.endswith("'s") and (end := reading.words.follows(after, "going to", "gonna")):
        return skip_adverbs(reading, end)
    end = reading.words.follows(skip_adverbs(reading, after), *_WILL)
    return skip_adverbs(reading, end) if end else 0


def _is_doubtful(reading: Reading, place: int) -> bool:
    start, end = reading.sentence(place)
    lead = [reading.at(k) for k in range(max(start, place - 4), place)]
    return reading.at(end - 1) == "?" or any(
        word in ("if", "whether", "wish", "hope", "doubt", "maybe") for word in lead
    )


def done(reading: Reading) -> tuple[Finished, ...]:
    """Return what the speaker has finished: "I've ordered the router", "paid the council tax"."""
    found: list[Finished] = []
    for place in range(len(reading)):
        word = reading.at(place)
        if word in ("i", "i've", "we", "we've", "ive") and opens_clause(reading, place):
            verb = skip_adverbs(reading, place + 1)
            verb = verb + 1 if reading.at(verb) == "have" else verb
        elif opens_clause(reading, place) and reading.at(place - 1) in (
            "",
            ".",
            "and",
            ",",
            "finally",
            "already",
        ):
            verb = place
        else:
            continue
        while reading.at(verb) in ("already", "finally", "just"):
            verb += 1
        if remark := _finished(reading, place, verb):
            found.append(remark)
    return tuple({remark.text: remark for remark in reversed(found)}.values())[::-1][:_MOST]


def _finished(reading: Reading, place: int, verb: int) -> Finished | None:
    base = base_of_participle(reading.at(verb))
    if not base or base not in VERBS or base in _NOT_DONE_BY or base == reading.at(verb):
        return None
    following = reading.at(verb + 1)
    has_object = (
        following in DETERMINERS
        or following in KIN
        or reading.is_capital(verb + 1)
        or following in ("out", "off", "up")
    )
    told = {reading.at(k) for k in range(max(reading.sentence(place)[0], place - 6), verb)}
    if not has_object or told & {
        "if",
        "used",
        "never",
        "wish",
        "not",
        "should",
        "had",
        "when",
        "dad",
        "he",
        "she",
        "they",
    }:
        return None
    start, end = read_actions(reading, verb)[0]
    return Finished(
        text=spelled(reading, words_of(reading, start, end)), quote=reading.slice(min(place, start), end)
    )


def decisions(reading: Reading) -> tuple[Remark, ...]:
    """Return what the speaker has settled: the clause from "I've decided" on."""
    found: list[Remark] = []
    place = 0
    while place < len(reading):
        after = reading.words.follows(place, *_DECIDED)
        if not after or (reading.at(place) == "decided" and not opens_clause(reading, place)):
            place += 1
            continue
        end = _clause_end(reading, after)
        if end - after >= 2 or reading.at(after - 1) not in ("decided", "agreed"):
            text = sentence_case(reading.slice(place, end))
            found.append(Remark(text=text, quote=reading.slice(place, end)))
        place = max(end, place + 1)
    return tuple(found)[:_MOST]


def _clause_end(reading: Reading, place: int) -> int:
    limit = min(reading.sentence(place - 1)[1], place + 20)
    end = place
    while end < limit and reading.at(end) not in (
        ".",
        ",",
        "!",
        "?",
        ";",
        "because",
        "but",
        "so",
        "um",
        "cause",
        "which",
    ):
        end += 1
    return end
