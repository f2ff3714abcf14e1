"""Verb forms: from "chased", "servicing" and "to be painted" back to the word a duty starts with."""

from braindump_cli.insights.offline.lexicon import IRREGULAR_PARTICIPLES, VERBS

_DOUBLED = frozenset("bdgklmnprtvz")


def base_of_participle(word: str) -> str | None:
    """Return "chase" for "chased", or None for a word that is no participle."""
    if word in IRREGULAR_PARTICIPLES:
        return IRREGULAR_PARTICIPLES[word]
    if not word.endswith("ed") or len(word) < 4:
        return None
    return _base(word[:-2])


def base_of_gerund(word: str) -> str | None:
    """Return "service" for "servicing", or None for a word without "ing"."""
    if not word.endswith("ing") or len(word) < 5:
        return None
    return _base(word[:-3])


def _base(stem: str) -> str:
    """Return the best guess among known verbs: "chas" is chase, "cancell" cancel, "repli" reply."""
    guesses = [stem, f"{stem}e"]
    if len(stem) > 3 and stem[-1] == stem[-2]:
        guesses.append(stem[:-1])
    if stem.endswith("i"):
        guesses.insert(0, f"{stem[:-1]}y")
    known = [guess for guess in guesses if guess in VERBS]
    if known:
        return known[0]
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in _DOUBLED - {"l"}:
        return stem[:-1]
    return guesses[0] if stem.endswith("i") else f"{stem}e" if stem[-1:] in "cvzu" else stem
