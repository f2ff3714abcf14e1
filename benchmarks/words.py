"""An invented language: 4,000 words, the first ones said most often."""

import random

RARE = "xylographer"  # not a word of it
_BEGIN = "b c d f g h j k l m n p r s t v w br cl dr gr pl st tr".split()
_VOWEL = "a e i o u ai ea ee ou".split()
_END = ["", "", *"n r s t l m nd st ck".split()]


def vocabulary(size: int = 4000) -> list[str]:
    """Return its words, always the same; short ones are said most often, as in every language."""
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < size:
        syllables = chance.choice((1, 1, 2, 2, 3))
        parts = (
            chance.choice(_BEGIN) + chance.choice(_VOWEL) + chance.choice(_END) for _ in range(syllables)
        )
        found.setdefault("".join(parts))
    return sorted(found, key=len)
