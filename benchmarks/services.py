"""What Deepgram and OpenAI cost on this machine: waiting, memory, and bytes that leave.

Both stand in as loopback servers.
"""

import json
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.everyday import BRAINDUMP
from benchmarks.loopback import servers
from benchmarks.measuring import Command, Run, python, run
from benchmarks.report import Part, Row, at_most
from benchmarks.speech import recordings

_EXPECTED = '"engine": "deepgram"'


def parts(work: Path) -> list[Part]:
    """Return the tables, or none where there is no voice."""
    if not shutil.which("flite"):
        print("services are left out: flite is not installed", file=sys.stderr)
        return []
    one, ten = recordings(work, (1, 10))
    waited = _measured("benchmarks.waiting", one, work)
    return [
        Part(
            "Services, waiting",
            "A microphone at the pace of speech, a live Deepgram and a streaming OpenAI on this machine, in a process"
            " of their own; clock time, the median of five recordings. The reference is a bare client of the same"
            " server.",
            list(_waiting(waited)),
        ),
        Part(
            "Services, memory",
            "`record --from` with keys for both services: decode, spool, encode, send, understand, seal.",
            list(_memory(one, ten, work)),
        ),
        Part(
            "Services, what leaves",
            "For each minute of speech.",
            list(_sent(waited, _measured("benchmarks.sending", ten, work))),
        ),
        Part(
            "Services, live sound in both forms",
            "Six seconds at the pace of speech on a line to the same server, which decodes Ogg Opus and must find every"
            " word; the wait is from the last block to the last result, the server's own time included.",
            list(_forms(_measured("benchmarks.live_forms", one, work))),
        ),
    ]


def _measured(module: str, sound: Path, work: Path) -> dict[str, float]:
    """Return what one of our programs prints."""
    home = work / f"home-{module}"
    home.mkdir()
    found: dict[str, float] = json.loads(run(Command(python("-m", module, sound), home)).answer)
    return found


def _waiting(found: Mapping[str, float]) -> Iterator[Row]:
    bar_ms = 300 + found["bare"]
    yield at_most(
        "from the stop to the final text", found["text"], round(bar_ms), unit="ms", reference=found["bare"]
    )
    yield at_most("the same, the worst of them", found["worst_text"], None, unit="ms")
    yield at_most("from the text to the first insight, by rules", found["rules"], 50, unit="ms")
    yield at_most("the same, CPU, the first of the process", found["worst_rules_cpu"], 50, unit="ms")
    yield at_most("from the model's first words to an insight of it", found["model"], 200, unit="ms")
    yield at_most("the same, the worst of them", found["worst_model"], 200, unit="ms")


def _memory(one: Path, ten: Path, work: Path) -> Iterator[Row]:
    first, long = (_recorded(sound, work).cost.peak_mb for sound in (one, ten))
    yield at_most("memory for 1 minute", first, 280, unit="MB")
    yield at_most("memory for 10 minutes, beyond that", long - first, 5, unit="MB")


def _recorded(sound: Path, work: Path) -> Run:
    home = work / f"home-services-{sound.stem}"
    home.mkdir()
    with servers() as running:
        words = (BRAINDUMP, "record", "--from", str(sound), "--json")
        return run(Command(words, home, _EXPECTED, settings=running.settings))


def _sent(live: Mapping[str, float], found: Mapping[str, float]) -> Iterator[Row]:
    yield at_most("a file, Ogg Opus", found["file_kb_a_minute"], 200, unit="kB")
    yield at_most("live, linear16", live["kb_a_minute"], 2000, unit="kB")
    yield at_most("Ogg Opus live: sound held back at most", found["opus_held_s"], None, unit="s")
    yield at_most("Ogg Opus live: from the last frame to its end, CPU", found["opus_tail_ms"], 300, unit="ms")


def _forms(found: Mapping[str, float]) -> Iterator[Row]:
    for form, name in (("linear16", "linear16"), ("opus", "Ogg Opus")):
        yield at_most(f"{name}: the wait", found[f"{form}_wait_ms"], 300, unit="ms")
        yield at_most(f"{name}: the longest wait of five", found[f"{form}_worst_ms"], None, unit="ms")
        yield at_most(f"{name}: a minute", found[f"{form}_kb_a_minute"], 2000, unit="kB")
