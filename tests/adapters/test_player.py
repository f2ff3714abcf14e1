"""Loudspeakers: on a real sound server whose microphone hears what is played, and where there are none."""

import struct
import subprocess
from itertools import pairwise

import pytest

from braindump_cli.audio import player
from tests.parts import python_environment, run_python
from tests.sound_server import SoundServer
from tests.waiting import until

_PLAY = """
import struct, sys
sys.path[:0] = sys.argv[1:]
from datetime import timedelta
from time import sleep
from braindump_cli.audio import player
from tests.accounts import WallClock
from tests.fakes import FakeClock

still = FakeClock()
clock, wait = {clock}
ramp = b"".join(struct.pack("<h", 500 + n // 8) for n in range(32_000))  # two seconds, up to 4499
asked = []
going = player.Going(lambda played_s: asked.append(played_s) or played_s < {until_s}, wait, clock)
print(player.play([ramp[:20_000], ramp[20_000:]], going))
"""


REAL = "WallClock(), sleep"
QUICK = "still, lambda span_s: still.advance(timedelta(seconds=span_s))"  # waiting takes no time


def levels(heard):
    """Return what was heard of the ramp; whoever begins to listen late misses its beginning."""
    content = heard.read_bytes()
    found = struct.unpack(f"<{len(content) // 2}h", content[: len(content) // 2 * 2])
    return [level for level in found if level >= 500]


@pytest.mark.alone("sound server")
def test_what_is_played_is_heard_to_its_end(tmp_path):
    with SoundServer.running(tmp_path / "s") as server:
        environment = python_environment(**server.environment)
        heard = tmp_path / "heard"
        form = ("--rate=16000", "--channels=1", "--format=s16le", "--latency-msec=20")
        with heard.open("wb") as file:
            listener = subprocess.Popen(
                ["parec", "--device=mic.monitor", *form], stdout=file, env=environment
            )
        try:
            played = run_python(_PLAY.format(until_s=99, clock=REAL), env=environment)
            until(lambda: max(levels(heard), default=0) == 4_499, told=lambda: f"{played}", within_s=20)
        finally:
            listener.kill()
            listener.wait()

    found = levels(heard)
    assert played.stdout.strip() == "2.0", played.stderr
    assert max(after - before for before, after in pairwise(found)) <= 1  # no gap
    assert len(found) > 16_000


@pytest.mark.alone("sound server")
def test_it_stops_when_somebody_has_heard_enough(tmp_path):
    with SoundServer.running(tmp_path / "s") as server:
        played = run_python(
            _PLAY.format(until_s=0.5, clock=REAL), env=python_environment(**server.environment)
        )

    assert 0.4 < float(played.stdout) < 0.7


_DEAF = """
class PortAudioError(Exception):
    pass

def query_devices(kind=None):
    return {"default_samplerate": 16000.0, "max_output_channels": 1}

def check_output_settings(**_):
    pass

class RawOutputStream:
    write_available = 0

    def __init__(self, **_):
        pass

    def start(self):
        pass

    def close(self):
        pass
"""


def test_a_device_that_takes_no_sound_is_given_up(tmp_path):
    (tmp_path / "sounddevice.py").write_text(_DEAF)

    played = run_python(_PLAY.format(until_s=99, clock=QUICK), tmp_path)

    assert "DeviceError: The loudspeaker takes no sound any more." in played.stderr


@pytest.mark.parametrize("rate", [44_100, 48_000])
def test_a_device_of_another_rate_hears_the_same_length(rate):
    shape = player._Shape(rate, 2)
    blocks = [bytes(16_000 * 2)] * 3

    converted = b"".join(player._converted(blocks, shape))

    assert abs(len(converted) / 4 / rate - 3.0) < 0.01
