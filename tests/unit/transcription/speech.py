"""Speech for tests, by flite."""

import subprocess
import wave
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from braindump_cli.ports import Speech
from tests.parts import need_program

BYTES_PER_S = 32_000


@cache
def _said(text: str, voice: str) -> bytes:
    with TemporaryDirectory() as folder:
        raw, wav = Path(folder) / "raw.wav", Path(folder) / "said.wav"
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", raw], check=True)
        subprocess.run(["sox", "-R", raw, "-r", "16000", "-c", "1", "-b", "16", wav], check=True)
        with wave.open(str(wav)) as file:
            return bytes(file.readframes(file.getnframes()))


def said(text: str, voice: str = "rms") -> bytes:
    """Return speech: 16 kHz, mono, 16-bit."""
    need_program("flite", "sox")
    return _said(text, voice)


def silence(seconds: float) -> bytes:
    """Return no sound at all."""
    return bytes(int(seconds * BYTES_PER_S) // 2 * 2)


def blocks(sound: bytes, size: int = BYTES_PER_S // 10) -> list[bytes]:
    """Cut sound as a microphone would."""
    return [sound[at : at + size] for at in range(0, len(sound), size)]


def spoken(sound: Iterable[bytes] = ()) -> Speech:
    """Return sound as a transcriber is given it; without any, what is not known yet while it is heard live."""
    return Speech(language="en", duration_s=0.0, blocks=lambda: iter(sound), compact=bytes)


def word_error_rate(wanted: str, heard: str) -> float:
    """Return the edits that turn what was heard into what was said, per word said."""
    one, other = _words(wanted), _words(heard)
    row = list(range(len(other) + 1))
    for number, word in enumerate(one, 1):
        diagonal, row[0] = row[0], number
        for at, heard_word in enumerate(other, 1):
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, diagonal + (word != heard_word))
    return row[-1] / len(one)


def _words(text: str) -> list[str]:
    return text.lower().replace(".", "").replace(",", "").split()
