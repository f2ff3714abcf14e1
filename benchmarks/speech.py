"""What a spoken entry costs: the whole way of a recording, and the wait for the text once speech has ended."""

import json
import random
import shutil
import subprocess
import sys
import wave
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.everyday import BRAINDUMP
from benchmarks.measuring import Command, Cost, python, run
from benchmarks.report import Part, Row, at_most

_SAID = Path(__file__).with_name("said.txt")
_RATE = 16_000
_MINUTE = 60 * _RATE  # frames
_SPOKEN = 10  # minutes that are said; longer recordings repeat them
_SENTENCES = 250  # a little more than that many minutes


class Heard(NamedTuple):
    """What one length of speech cost."""

    whole: Cost  # of `record --from`
    tail_ms: float  # CPU between the last sound and the text


def parts(work: Path, minutes: Sequence[int]) -> list[Part]:
    """Return the table, or none where there is no voice."""
    if not shutil.which("flite"):
        print("speech is left out: flite is not installed", file=sys.stderr)
        return []
    sounds = zip(minutes, recordings(work, minutes), strict=True)
    heard = {length: _heard(sound, work / f"home-{length}min") for length, sound in sounds}
    told = (
        "A synthetic voice (flite `rms`) that never tires; `record --from` does everything: decode, spool,"
        " recognise, understand, encode, verify, seal."
    )
    return [Part("Speech", told, list(_rows(heard)))]


def _rows(heard: Mapping[int, Heard]) -> Iterator[Row]:
    first = heard[1].whole.peak_mb
    for length, cost in heard.items():
        cpu_s = cost.whole.cpu_ms / 1000
        yield at_most(
            f"CPU of {_named(length)} / its length", cpu_s, 15 * length, unit="s", reference=60 * length
        )
    for length, cost in heard.items():
        yield at_most(f"text after the end of {_named(length)}, CPU", cost.tail_ms, 300, unit="ms")
    yield at_most("memory for 1 minute", first, 230, unit="MB")
    for length, cost in heard.items():
        if length > 1:
            yield at_most(
                f"memory for {_named(length)}, beyond that", cost.whole.peak_mb - first, 5, unit="MB"
            )


def _named(minutes: int) -> str:
    return f"{minutes} minute{'s' if minutes > 1 else ''}"


def _heard(sound: Path, home: Path) -> Heard:
    home.mkdir()
    whole = run(
        Command((BRAINDUMP, "record", "--from", str(sound), "--json"), home, expected='"is_draft": true')
    )
    tail = run(Command(python("-m", "benchmarks.hearing", sound), home))
    heard = Heard(whole.cost, json.loads(tail.answer)["tail_ms"])
    print(f"heard {sound.name}: {heard}", file=sys.stderr)  # it may take long until the table is there
    return heard


def recordings(work: Path, minutes: Sequence[int]) -> list[Path]:
    """Return a recording of each length."""
    spoken = _speak(work)
    return [_recording(spoken, length, work) for length in minutes]


def _speak(work: Path) -> Path:
    """Let a voice say ten minutes: the same sentences in an order that changes."""
    chance = random.Random(7)
    sentences = _SAID.read_text("utf-8").splitlines()
    text, sound = work / "spoken.txt", work / "spoken.wav"
    text.write_text("\n".join(chance.choice(sentences) for _ in range(_SENTENCES)), "utf-8")
    subprocess.run(["flite", "-voice", "rms", "-f", text, "-o", sound], check=True)
    return sound


def _recording(spoken: Path, minutes: int, work: Path) -> Path:
    """Cut or repeat what was said to that many minutes, a minute at a time: we must stay small."""
    path = work / f"{minutes}min.wav"
    with wave.open(str(spoken), "rb") as source, wave.open(str(path), "wb") as target:
        target.setparams(source.getparams())
        for minute in range(minutes):
            source.setpos(minute % _SPOKEN * _MINUTE)
            target.writeframes(source.readframes(_MINUTE))
    return path
