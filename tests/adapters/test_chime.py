"""The chime and the user's own file, played by PortAudio into a real sound server and recorded from its monitor."""

import subprocess
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.parts import need_program, python_environment, run_python
from tests.sound_server import SoundServer
from tests.waiting import until

pytestmark = pytest.mark.alone("sound server")

PLAY = """
import sys
from pathlib import Path
from braindump_cli.audio.chime import Chime
from braindump_cli.ports.focus import Notice
print(Chime(Path(sys.argv[1]) if sys.argv[1:] else None).tell(Notice("Done", "")))
"""
RATE = 44_100


@pytest.fixture
def server(tmp_path: Path) -> Iterator[SoundServer]:
    need_program("parecord")
    with SoundServer.running(tmp_path / "pulse") as server:
        yield server


def heard_while_playing(server: SoundServer, folder: Path, *words: object) -> np.ndarray:
    """Return what came out of the loudspeakers, -1 to 1, while it was played."""
    known = python_environment(**server.environment)
    file = folder / "heard.raw"
    with subprocess.Popen(
        [
            "parecord",
            "--raw",
            f"--rate={RATE}",
            "--channels=1",
            "--format=s16le",
            "--device=mic.monitor",
            file,
        ],
        env=known,
    ) as recorder:
        until(lambda: file.exists() and file.stat().st_size)
        played = run_python(PLAY, *words, env=known)
        before = file.stat().st_size
        until(lambda: file.stat().st_size > before + RATE)  # what the server still held
        recorder.terminate()
    assert played.stdout == "()\n", played.stderr
    return np.frombuffer(file.read_bytes(), "<i2") / 32_768


def loudest_hertz(sound: np.ndarray) -> float:
    return float(np.fft.rfftfreq(len(sound), 1 / RATE)[np.abs(np.fft.rfft(sound)).argmax()])


def test_the_chime_is_heard(server, tmp_path):
    sound = heard_while_playing(server, tmp_path)

    (loud,) = np.nonzero(np.abs(sound) > 0.02)
    assert 0.3 < (loud[-1] - loud[0]) / RATE < 1
    assert loudest_hertz(sound) == pytest.approx(880, abs=5) or loudest_hertz(sound) == pytest.approx(
        587, abs=5
    )


def test_the_users_own_file_is_heard(server, tmp_path):
    own = tmp_path / "own.wav"
    tone = (np.sin(np.arange(16_000) / 16_000 * 2 * np.pi * 440) * 12_000).astype("<i2")
    with wave.open(str(own), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(np.repeat(tone, 2).tobytes())

    sound = heard_while_playing(server, tmp_path, own)

    assert np.abs(sound).max() > 0.2
    assert loudest_hertz(sound) == pytest.approx(440, abs=5)
