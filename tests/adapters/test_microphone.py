"""The microphone over real PortAudio, ALSA and PulseAudio, with speech played into it."""

import json
import shutil
import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber
from tests.parts import need_program, python_command, python_environment, run_python
from tests.unit.transcription.speech import blocks, said, silence, spoken, word_error_rate

pytestmark = pytest.mark.alone("sound server")

TEXT = "Tomorrow I need to send the budget to the finance team and water the plants in the kitchen"


class SoundServer:
    """A PulseAudio whose only microphone hears what is played."""

    def __init__(self, folder: Path) -> None:
        runtime = folder / "run" / "pulse"
        runtime.mkdir(parents=True)
        (folder / "run").chmod(0o700)
        self._socket = runtime / "native"
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = python_environment(
            XDG_RUNTIME_DIR=str(folder / "run"),
            PULSE_RUNTIME_PATH=str(runtime),
            HOME=str(folder),
            PULSE_SERVER=f"unix:{self._socket}",
        )

    def start(self) -> None:
        self._process = subprocess.Popen(
            [
                *("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disallow-exit"),
                *(
                    "--use-pid-file=no",
                    "-L",
                    f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}",
                ),
                *("-L", "module-null-sink sink_name=mic rate=16000 channels=1", "-L", "module-always-sink"),
            ],
            env=self.environment,
            stderr=subprocess.DEVNULL,
        )
        while self._run("pactl", "info").returncode:
            assert self._process.poll() is None
        self._run("pactl", "set-default-sink", "mic")
        self._run("pactl", "set-default-source", "mic.monitor")

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
            self._socket.unlink(missing_ok=True)

    def play(self, path: Path) -> None:
        assert self._run("paplay", "--device=mic", str(path)).returncode == 0

    def _run(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, env=self.environment, capture_output=True, check=False)


@pytest.fixture
def server() -> Iterator[SoundServer]:
    need_program("pulseaudio", "pactl", "paplay")
    folder = Path(mkdtemp(prefix="bd", dir="/tmp"))  # the path of a socket must be short
    found = SoundServer(folder)
    try:
        found.start()
        yield found
    finally:
        found.kill()
        shutil.rmtree(folder)


@pytest.fixture
def speech(tmp_path: Path) -> Path:
    path = tmp_path / "said.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(silence(0.3) + said(TEXT) + silence(0.6))
    return path


_RECORDS = """
import json, sys, threading, time
from datetime import UTC, datetime
from pathlib import Path
from braindump_cli.audio.kept import KeptEncoder, count_frames
from braindump_cli.audio.microphone import Microphone
from braindump_cli.audio.wav import SpoolWriter
from braindump_cli.ports import Speech
from braindump_cli.services.capture import Capture, Parts
from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber

class Clock:
    def now(self): return datetime.now(UTC)
    def monotonic(self): return time.monotonic()

folder = Path(sys.argv[1])
wants_end = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), wants_end.set()), daemon=True).start()
engine = PocketsphinxTranscriber()
with SpoolWriter(folder / "entry.wav") as spool:
    parts = Parts(
        Microphone(None, clock=Clock()), spool, Clock(),
        encoder=lambda: KeptEncoder(folder / "entry.opus", "opus"),
        listener=lambda: engine.listen(Speech("en", 0.0, lambda: iter(()), bytes)),
    )
    capture = Capture(parts)
    capture.start()
    capture.wait_for_sound(None)
    print("sound", flush=True)
    was_silent = False
    while not wants_end.wait(0.05):
        is_silent = capture.status().stalled_s > 0
        if is_silent != was_silent:
            print("silent" if is_silent else "sound", flush=True)
            was_silent = is_silent
    captured = capture.stop()
    text = engine.interpret(capture.text(None)).text
    kept = capture.kept(None)
    print(json.dumps({
        "text": text, "frames": spool.frames, "kept": count_frames(kept), "ended_by": captured.ended_by,
        "gaps": captured.gaps, "warnings": captured.warnings,
    }), flush=True)
"""


class Recorder:
    """A process that records."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def wait_for(self, news: str) -> None:
        assert self._process.stdout
        while (line := self._process.stdout.readline()) != f"{news}\n":
            assert line, f"it ended before it said {news!r}"

    def stop(self) -> dict[str, Any]:
        out, _ = self._process.communicate("\n")
        found: dict[str, Any] = json.loads(out.splitlines()[-1])
        return found


@pytest.fixture
def recorder(server: SoundServer, tmp_path: Path) -> Iterator[Recorder]:
    with subprocess.Popen(
        python_command(_RECORDS, tmp_path),
        env=server.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            found = Recorder(process)
            found.wait_for("sound")
            yield found
        finally:
            process.kill()


def test_what_is_said_into_the_microphone_is_what_is_heard(server, recorder, speech):
    server.play(speech)

    heard = recorder.stop()

    assert word_error_rate(TEXT, heard["text"]) <= 0.1
    assert heard["frames"] == heard["kept"]
    assert (heard["gaps"], heard["warnings"], heard["ended_by"]) == ([], [], "user")


def test_a_recording_holds_the_words_of_the_played_file(server, recorder, speech, tmp_path):
    server.play(speech)
    recorder.stop()

    with wave.open(str(tmp_path / "entry.wav")) as file:
        sound = file.readframes(file.getnframes())
    engine = PocketsphinxTranscriber()
    played = engine.interpret(engine.hear(spoken(blocks(speech.read_bytes()[44:])))).text
    assert word_error_rate(played, engine.interpret(engine.hear(spoken(blocks(sound)))).text) <= 0.06


def test_a_sound_server_that_dies_and_comes_back_costs_a_gap_and_nothing_else(server, recorder, speech):
    server.play(speech)
    server.kill()
    recorder.wait_for("silent")
    server.start()
    recorder.wait_for("sound")
    server.play(speech)

    heard = recorder.stop()

    assert word_error_rate(f"{TEXT} {TEXT}", heard["text"]) <= 0.15
    assert heard["frames"] == heard["kept"]
    assert sum(length_s for _, length_s in heard["gaps"]) > 1
    assert len(heard["warnings"]) == 1
    assert "went away" in heard["warnings"][0]


def test_a_sound_server_that_stays_away_leaves_what_was_said(server, recorder, speech):
    server.play(speech)
    server.kill()
    recorder.wait_for("silent")

    heard = recorder.stop()

    assert word_error_rate(TEXT, heard["text"]) <= 0.15
    assert heard["frames"] == heard["kept"]
    assert heard["gaps"]


_LISTS = """
import sys
from braindump_cli.audio.microphone import Microphone, list_devices
from braindump_cli.errors import DeviceError
try:
    print([device.name for device in list_devices()])
    Microphone(sys.argv[1] or None, clock=None).open()
except DeviceError as failure:
    print(failure.message, "|", failure.hint)
"""


def test_microphones_are_listed_and_a_wrong_name_is_told_with_them(server):
    said_ = run_python(_LISTS, "nope", env=server.environment)

    assert "'pulse'" in said_.stdout
    assert "'nope' is no microphone here. | There are: " in said_.stdout
    assert said_.stderr == ""


def test_without_portaudio_it_says_how_to_install_it():
    code = "import ctypes.util; ctypes.util.find_library = lambda name: None\n" + _LISTS

    said_ = run_python(code, "")

    assert said_.stdout.startswith(
        "PortAudio is not installed, so there is no microphone. | apt install libportaudio2"
    )


def test_without_portaudio_everything_else_is_there():
    code = """
import ctypes.util; ctypes.util.find_library = lambda name: None
import braindump_cli.audio.files, braindump_cli.audio.kept, braindump_cli.services.capture
import braindump_cli.transcription.pocketsphinx as engine
from braindump_cli.ports import Speech
engine.PocketsphinxTranscriber().listen(Speech("en", 0.0, lambda: iter(()), bytes))
print("here")
"""

    assert run_python(code).stdout == "here\n"
