"""Words a model wrote: made harmless, and compared with words that were said."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_LINK = re.compile(
    r"!?\[([^\]]*)\]\([^)]*\)"  # of a Markdown link only the words stay
    r"|\b[a-z][a-z0-9+.-]{1,12}://\S*|\b(?:javascript|data|mailto|tel|file):\S+|\bwww\.\S+"
    r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|org|net|io|ai|app|dev|info|biz|co|uk|de|ru|cn|xyz|link|ly|me|sh)\b(?:/\S*)?",
    re.IGNORECASE,
)
_MARKER = re.compile(r"<{2,}|>{2,}|\b(?:entry|notes|end)[-_ ][0-9a-f]{16}\b", re.IGNORECASE)
_SENTENCE = re.compile(r".+?(?:[.!?…。！？]+[\"'”’)]*(?=\s|$)|$)|.+?[。！？]", re.DOTALL)  # noqa: RUF001 - other scripts
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_EMPTY = frozenset(
    "a an the and or but so if as at by for from in into of off on onto out over per than that this these those to up"
    " with about after again all also am any are be been before being can could did do does doing done don down get"
    " gets got had has have having he her here him his how i it its just let me more most my need needs no not now"
    " our ours own please really she should some still such their them then there they thing things too um uh us very"
    " was we were what when where which while who whom why will would you your myself mine i'm i've i'll i'd it's"
    " that's don't can't".split()
)
_LONGEST = 3_000  # characters that are looked at; all that we ask for is shorter
_ENDINGS = ("ing", "ed", "es")  # that even words of three letters take
_LONGEST_ENDING = 4  # letters by which two forms of a word may differ: call, calling


def plain(written: object) -> str:
    """Return the first of a model's words on one line: no controls, no links; "" where our marks stand in them."""
    if not isinstance(written, str) or _MARKER.search(written[:_LONGEST]):
        return ""
    kept = "".join(_visible(letter) for letter in written[:_LONGEST])
    return " ".join(_LINK.sub(lambda link: link[1] or " ", kept).split())


def _visible(letter: str) -> str:
    if letter.isspace():
        return " "
    category = unicodedata.category(letter)
    return "" if category[0] == "C" else letter


def cut(text: str, longest: int) -> str:
    """Return at most `longest` characters, whole words where there are blanks."""
    if len(text) <= longest:
        return text
    short = text[: longest + 1]
    return (short.rpartition(" ")[0] if " " in short else text[:longest]).rstrip(" ,;:-")


def sentences(text: str) -> list[str]:
    """Return a short text's sentences, end marks included."""
    return [said for found in _SENTENCE.findall(text) if (said := found.strip())]


def content_words(text: str) -> list[str]:
    """Return the words that tell something, lower case; scripts without blanks in pairs of letters."""
    return list(_content(text))


def _content(text: str) -> Iterator[str]:
    for word in _WORD.findall(text.lower().replace("’", "'")):
        bare = word.removesuffix("'s")
        if _is_unspaced(bare):
            yield from (bare[n : n + 2] for n in range(max(len(bare) - 1, 1)))
        elif bare not in _EMPTY and (len(bare) > 2 or bare.isdecimal()):
            yield bare


def _is_unspaced(word: str) -> bool:
    """Tell whether the script knows no blanks between words: Chinese, Japanese, Thai."""
    return "\u0e00" <= word[0] <= "\u0eff" or "\u3040" <= word[0] <= "\u9fff"


class Said:
    """Content words that were said, in which other forms of them are found."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._by_start: dict[str, set[str]] = {}
        for word in self._words:
            self._by_start.setdefault(word[:3], set()).add(word)

    def knows(self, word: str) -> bool:
        """Tell whether the word was said, in this form or a near one; numbers only as they are."""
        if word in self._words:
            return True
        if any(letter.isdecimal() for letter in word):
            return False
        return any(is_form_of(word, other) for other in self._by_start.get(word[:3], ()))

    def share(self, text: str) -> float:
        """Return which part of the content words of `text` was said, 0 to 1; 0 where it has none."""
        words = content_words(text)
        return sum(map(self.knows, words)) / len(words) if words else 0.0


def is_form_of(one: str, other: str) -> bool:
    """Tell whether two words are forms of one: sent and send, call and calling."""
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if shared is None:
        shared = min(len(one), len(other))
    shorter, longer = sorted((one, other), key=len)
    if shared < 3 or shared < len(shorter) - 1:
        return False
    ending = len(longer) - shared
    return ending <= 1 or (ending <= _LONGEST_ENDING and (shared > 3 or longer.endswith(_ENDINGS)))


def alike(one: str, other: str) -> float:
    """Return how much of the content words of two short texts is shared, 0 to 1."""
    a, b = set(content_words(one)), set(content_words(other))
    if not a or not b:
        return 0.0
    shared = sum(map(Said(b).knows, a))
    return shared / (len(a) + len(b) - shared)
