"""Speech for tests: flite says it, sox brings it into the shape that we record."""

import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.parts import need_program

PAUSE_S = 0.7  # long enough that the next words are a sentence of their own


def say(path: Path, *sentences: str, voice: str = "slt", pause_s: float = PAUSE_S) -> Path:
    """Speak the sentences into a WAV at `path`, 16 kHz mono, with a pause after each."""
    need_program("flite", "sox")
    parts = [path.with_name(f"{path.stem}-{number}.wav") for number in range(len(sentences))]
    for part, sentence in zip(parts, sentences, strict=True):
        subprocess.run(["flite", "-voice", voice, "-t", sentence, "-o", part], check=True)
    shape = ["-r", "16000", "-c", "1", "-b", "16"]
    for part in parts:
        padded = part.with_suffix(".padded.wav")
        subprocess.run(["sox", part, *shape, padded, "pad", "0.2", f"{pause_s}"], check=True)
        padded.replace(part)
    subprocess.run(["sox", *parts, path], check=True)
    for part in parts:
        part.unlink()
    return path


def words_of(text: str) -> list[str]:
    """Return the words alone, as they are compared."""
    return re.findall(r"[a-z']+", text.lower())


def word_error_rate(heard: str, said: str) -> float:
    """Return how many words were added, lost or changed, for each that was said."""
    theirs, ours = words_of(heard), words_of(said)
    return _distance(theirs, ours) / len(ours)


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the least number of changes that make one list the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for count, word in enumerate(one, 1):
        diagonal, row[0] = row[0], count
        for place, wanted in enumerate(other, 1):
            step = min(row[place] + 1, row[place - 1] + 1, diagonal + (word != wanted))
            diagonal, row[place] = row[place], step
    return row[-1]
