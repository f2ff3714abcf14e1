"""Whether two to-dos are the same duty, told twice."""

from functools import cache

_NEARLY_ALL = 0.6
_EMPTY = frozenset(
    "a an the my our your his her their its this that to for of on in at by with and or from about up out over"
    " off me i it them him then some any back again get do make".split()
)


def is_same(one: str, other: str) -> bool:
    """Tell whether the content words of one are, nearly all, among those of the other."""
    a, b = content(one), content(other)
    if not a or not b:
        return one == other
    shared = len(a & b)
    share = shared / (min(len(a), len(b)) if _verb(one) == _verb(other) else max(len(a), len(b)))
    return a == b or (shared >= 2 and share >= _NEARLY_ALL)


def _verb(text: str) -> str:
    return _stem(text.lower().partition(" ")[0])


@cache
def _stem(word: str) -> str:
    for ending in ("ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word.rstrip("e") if len(word) > 3 else word


def content(text: str) -> frozenset[str]:
    words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
    return frozenset(_stem(word) for word in words if word not in _EMPTY)
