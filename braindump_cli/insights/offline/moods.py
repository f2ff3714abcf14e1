"""Feelings the speaker names in the first person; nothing is read between the lines."""

from braindump_cli.domain.insight import Mood
from braindump_cli.insights.offline.lexicon import SENTENCE_MARKS
from braindump_cli.insights.offline.reading import Reading
from braindump_cli.insights.offline.wording import noun_phrase

_MOST = 5
# valence, energy: the words that name it, each its own label unless one stands before a colon
_FEELINGS = {
    (2, 2): (
        "excited thrilled elated ecstatic delighted overjoyed buzzing energised energized exhilarated "
        "euphoric"
    ),
    (2, 1): (
        "happy joyful proud amazing wonderful inspired fantastic great alive cheerful loved hopeful "
        "optimistic motivated"
    ),
    (1, 1): "confident determined curious amused playful keen eager upbeat productive",
    (2, -1): "grateful thankful blessed content peaceful serene fulfilled seen",
    (1, -1): (
        "relieved calm relaxed lighter light rested comfortable safe okay good better settled soothed "
        "chilled fine"
    ),
    (-1, 2): (
        "nervous anxious stressed restless tense jittery panicky overwhelmed frantic worried scared afraid"
    ),
    (-2, 2): "furious angry terrified panicked livid enraged horrified",
    (-1, 1): (
        "annoyed frustrated irritated jealous guilty embarrassed ashamed uneasy impatient grumpy cross "
        "resentful sick"
    ),
    (-1, -1): (
        "tired sad lonely down flat bored disappointed homesick gloomy drained weary low discouraged dizzy "
        "stuck numb exhausted knackered shattered worn unmotivated lost bad rubbish unhappy melancholy "
        "useless"
    ),
    (-2, -1): (
        "miserable depressed hopeless devastated heartbroken awful terrible worthless empty broken horrible"
    ),
}
_PHRASES = {
    "wiped out": (-1, -2),
    "fed up": (-1, 1),
    "stressed out": (-1, 2),
    "over the moon": (2, 2),
    "burnt out": (-2, -2),
    "burned out": (-2, -2),
    "worn out": (-1, -2),
    "on edge": (-1, 2),
    "at peace": (2, -2),
    "freaking out": (-2, 2),
    "on top of the world": (2, 2),
    "looking forward to": (1, 1),
    "at ease": (1, -1),
    "heart broken": (-2, -1),
    "freaked out": (-1, 2),
    "pretty good": (1, 0),
    "well rested": (1, -1),
    "in a good mood": (1, 1),
    "in a bad mood": (-1, 1),
    "out of sorts": (-1, -1),
}
_WORDS = {word: levels for levels, words in _FEELINGS.items() for word in words.split()}
_FEELING_VERBS = frozenset(("feel", "feeling", "felt", "feels"))
_SELF = frozenset(("i'm", "im", "i've", "i"))
_BETWEEN = frozenset(
    "so very really quite pretty a bit little kind of sort slightly just still honestly properly also and super"
    " too all feeling been am was feel felt actually incredibly extremely terribly such rather weirdly strangely"
    " somewhat totally completely oddly genuinely got get more much low-key tired happy not never n't or but now"
    " today both basically already , absolutely truly low key excited proud sad well".split()
)
_OTHER_SENSES = {
    "happy": "to with for birthday",
    "afraid": "i so not that",
    "good": "at to with for",
    "fine": "with by",
    "great": "at to",
    "sick": "leave note day",
    "okay": "with so um",
    "bad": "at",
    "down": "to for the at with on in",
    "better": "get go call do not at off check ring ask send make be",
    "light": "the",
    "lost": "my the a it two three weight",
    "broken": "my",
    "seen": "the a him her it them that",
    "empty": "the",
    "low": "on key",
    "stuck": "in at behind",
    "flat": "hunting",
    "safe": "to",
    "keen": "to",
    "scared": "of",
    "loved": "it that the him her my every this how",
    "settled": "the on in",
    "rested": "the",
    "worn": "the my a",
    "cross": "the",
    "alive": "when",
}
_NOT_A_FEELING_BEFORE = {word: frozenset(after.split()) for word, after in _OTHER_SENSES.items()}
_UNCERTAIN = frozenset(
    (
        "if",
        "whether",
        "when",
        "could",
        "would",
        "should",
        "might",
        "want",
        "need",
        "wish",
        "to",
        "wanted",
        "used",
    )
)


def moods(reading: Reading) -> tuple[Mood, ...]:
    """Return the feelings named with "I feel", "I'm" and the like, each once."""
    found: dict[str, Mood] = {}
    place = 0
    while place < len(reading) and len(found) < _MOST:
        label, levels, end = _feeling(reading, place)
        if levels and (start := _owner(reading, place)) is not None:
            mood = _mood(reading, label, levels, span=(start, place, end))
            if mood:
                found.setdefault(mood.label, mood)
        place = max(end, place + 1)
    return tuple(found.values())


def _feeling(reading: Reading, place: int) -> tuple[str, tuple[int, int] | None, int]:
    if end := reading.words.follows(place, *_PHRASES):
        label = " ".join(reading.at(k) for k in range(place, end))
        return label, _PHRASES[label], end
    word = reading.at(place)
    levels = _WORDS.get(word)
    if levels and reading.at(place + 1) in _NOT_A_FEELING_BEFORE.get(word, ()):
        levels = None
    return word, levels, place + 1


def _owner(reading: Reading, place: int) -> int | None:
    """Return where "I feel" or "I'm" stands that the word at `place` belongs to, or None."""
    first = reading.sentence(place)[0]
    at = place - 1
    verb_seen = False
    while at >= max(first, place - 9):
        word = reading.at(at)
        if word in ("i'm", "im") or (word in ("makes", "made", "making") and reading.at(at + 1) == "me"):
            return at if not _is_uncertain(reading, at) else None
        if word == "i":
            return at if verb_seen and not _is_uncertain(reading, at) else None
        if word == "i've" and verb_seen:
            return at
        if word in _FEELING_VERBS and (
            at == first or reading.at(at - 1) in SENTENCE_MARKS | {"and", "so", ",", "but", "just"}
        ):
            return at
        verb_seen = verb_seen or word in ("feel", "felt", "am", "was", "feeling", "been", "got", "get")
        if word not in _BETWEEN and word not in _WORDS and word != "me":
            return None
        at -= 1
    return None


def _is_uncertain(reading: Reading, place: int) -> bool:
    first, end = reading.sentence(place)
    before = [reading.at(k) for k in range(max(first, place - 3), place)]
    return any(word in _UNCERTAIN for word in before) or (reading.at(end - 1) == "?" and end - first < 30)


def _mood(
    reading: Reading, label: str, levels: tuple[int, int], *, span: tuple[int, int, int]
) -> Mood | None:
    """Return the mood, turned round by "not"; of "not sad" nothing is known."""
    start, place, end = span
    between = [reading.at(k) for k in range(start, place)]
    is_negated = any(
        word in ("not", "never", "don't", "didn't", "isn't") or word.endswith("n't") for word in between[-4:]
    )
    valence, energy = levels
    if is_negated and valence < 0:
        return None
    if is_negated:
        label, valence, energy = f"not {label}", -1, min(energy, 0)
    about, quote_end = _about(reading, end)
    return Mood(
        label=label, valence=valence, energy=energy, quote=reading.slice(start, quote_end), about=about
    )


def _about(reading: Reading, place: int) -> tuple[str | None, int]:
    """Return what the feeling is about, where "about" or "of" says so."""
    if reading.at(place) not in ("about", "of", "for"):
        return None, place
    start, end = noun_phrase(reading, place + 1, reading.sentence(place)[1])
    if end <= start or reading.at(start) in ("it", "that", "this", "being", "when", "how", "what", "a"):
        return None, place
    return reading.slice(start, end), end
