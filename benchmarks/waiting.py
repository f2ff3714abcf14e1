"""How long somebody waits: for the text after the last word, and for the first insight after the text.

`python -m benchmarks.waiting FILE.wav` works on throw-away journals in $BRAINDUMP_HOME and prints JSON, in ms.
"""

import json
import os
import statistics
import sys
import time
import wave
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.loopback import servers
from braindump_cli.domain.entry import VOICE
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.job import ANALYSE, TRANSCRIBE
from braindump_cli.domain.leaving import LISTEN
from braindump_cli.domain.new_entry import NewEntry
from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.ports import Speech
from braindump_cli.runtime import Runtime
from braindump_cli.services import speech
from braindump_cli.services.capture import Limits
from braindump_cli.services.ladder import Ladder

if TYPE_CHECKING:
    from braindump_cli.domain.entry import Entry
    from braindump_cli.domain.insight import Findings

_ROUNDS = 5
_SPOKEN_S = 6.0  # the first time
_STEP_S = 0.017  # longer each time: a stop meets blocks anywhere
_BLOCK = SAMPLE_RATE // 20  # frames, as the microphone gives them


class Waited(NamedTuple):
    """One recording, in milliseconds."""

    text: float  # from the stop to the text in the journal
    bare: float  # what the server takes to answer a client that does nothing else
    rules: float  # from the text to the first insight
    rules_cpu: float  # of that, CPU time of the thread that is waited for
    model: float  # from the model's first words to the first insight of its own
    kb_a_minute: float  # on the live line


class Instant(NamedTuple):
    """A moment, by the clock and by the CPU time of this thread."""

    at: float
    busy: float


class Microphone:
    """Keeps capture.Source: a file at the pace at which it was spoken, without an end."""

    is_live = True

    def __init__(self, path: Path) -> None:
        self.warnings: list[str] = []
        with wave.open(str(path), "rb") as sound:
            self._sound = sound.readframes(sound.getnframes())
        self._next = 0
        self._began = 0.0
        self._is_open = False

    def open(self) -> None:
        """Let it flow."""
        self._began, self._is_open = time.monotonic(), True

    def read(self, timeout_s: float) -> bytes | None:
        """Return the next block once it has been spoken."""
        if not self._is_open:
            return None
        due_s = self._began + (self._next + 1) * _BLOCK / SAMPLE_RATE - time.monotonic()
        if due_s > timeout_s:
            time.sleep(timeout_s)
            return b""
        time.sleep(max(0.0, due_s))
        at = self._next * _BLOCK * FRAME_BYTES % (len(self._sound) - _BLOCK * FRAME_BYTES)
        self._next += 1
        return self._sound[at : at + _BLOCK * FRAME_BYTES]

    def close(self) -> None:
        """Stop the flow."""
        self._is_open = False


def main() -> None:
    """Print median and worst of some recordings; the first one loads what it needs."""
    sound = Path(sys.argv[1])
    with servers() as run:
        os.environ.update(run.settings)
        runtime = Runtime()
        waited = [
            _recorded(runtime, sound, told=run.told, spoken_s=_SPOKEN_S + at * _STEP_S)
            for at in range(_ROUNDS)
        ]
        runtime.close()
    costs = {name: [getattr(each, name) for each in waited] for name in Waited._fields}
    worst = {f"worst_{name}": max(all_) for name, all_ in costs.items()}
    print(json.dumps({name: statistics.median(all_) for name, all_ in costs.items()} | worst))


def _recorded(runtime: Runtime, sound: Path, *, told: Iterator[str], spoken_s: float) -> Waited:
    """Record as the command does, without its screen, and look at the clock on the way."""
    new = NewEntry(
        id=new_id(datetime.now(UTC)), kind=VOICE, created_at=datetime.now(UTC), zone="Europe/London", language="en"
    )  # fmt: skip
    session = speech.begin(new, Microphone(sound), _plan(runtime, new), studio=runtime.studio)
    for analyst in runtime.analysts:
        Thread(target=analyst.load, daemon=True).start()
    session.capture.wait(spoken_s)
    began = time.monotonic()
    captured = session.capture.stop()
    speech.keep(session, captured, desk=runtime.desk, studio=runtime.studio)
    failure = speech.hear_out(session, desk=runtime.desk, patience=lambda: True, told=id)
    runtime.work(new.id, kinds=(TRANSCRIBE,))
    heard, busy = time.monotonic(), time.thread_time()
    assert failure is None, failure
    assert runtime.entries.get(new.id).engine == "deepgram"
    rules, model = _understood(runtime, new.id)
    session.capture.kept(None)
    session.leave()
    first = float(next(told))
    line = next(
        row for row in runtime.ledger.log(since=None, until=None, limit=None) if row.purpose == LISTEN
    )
    return Waited(
        text=(heard - began) * 1000,
        bare=_bare_ms(runtime),
        rules=(rules.at - heard) * 1000,
        rules_cpu=(rules.busy - busy) * 1000,
        model=(model.at - first) * 1000,
        kb_a_minute=line.size_bytes / captured.duration_s * 60 / 1000,
    )


def _plan(runtime: Runtime, new: NewEntry) -> speech.Plan:
    nothing = Speech("en", 0.0, lambda: iter(()), bytes, entry_id=new.id)
    engines = [engine for engine in runtime.transcribers if engine.is_live]
    return speech.Plan("opus", Limits(), Ladder(engines, nothing), None)


def _understood(runtime: Runtime, entry_id: str) -> tuple[Instant, Instant]:
    """Return when the rules had found something, and when the model had."""
    first: dict[str, Instant] = {}

    def watch(_entry: "Entry", engine: str, _findings: "Findings") -> None:
        first.setdefault(engine, Instant(time.monotonic(), time.thread_time()))

    runtime.watcher = watch
    runtime.work(entry_id, kinds=(ANALYSE,))
    (model,) = (at for engine, at in first.items() if engine != "offline")
    return first["offline"], model


def _bare_ms(runtime: Runtime) -> float:
    """Return what the server takes from "this is all" to its last result."""
    from websockets.sync.client import connect

    base = runtime.settings.transcription_deepgram_base_url or ""
    address = f"{base.replace('http', 'ws', 1)}/v1/listen?model=nova-3&encoding=linear16&sample_rate=16000"
    with connect(address, additional_headers={"Authorization": "Token x"}, proxy=None) as line:
        for _ in range(round(_SPOKEN_S * SAMPLE_RATE / _BLOCK)):
            line.send(bytes(_BLOCK * FRAME_BYTES))
        time.sleep(0.2)  # what is on its way
        began = time.monotonic()
        line.send('{"type": "Finalize"}')
        while not json.loads(line.recv()).get("from_finalize"):
            pass
        return (time.monotonic() - began) * 1000


if __name__ == "__main__":
    main()
