"""A sound server of our own whose microphone hears what we play: PulseAudio with a null sink."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.parts import need, need_program
from tests.waiting import until


class SoundServer:
    """PulseAudio in a folder; recorders and players find it by `environment`."""

    def __init__(self, folder: Path) -> None:
        need_program("pulseaudio", "pactl", "paplay")
        plugins = list(Path("/usr/lib").glob("*/alsa-lib/libasound_module_pcm_pulse.so"))
        need(plugins, "not installed: libasound2-plugins, by which PortAudio finds PulseAudio")
        self._folder = folder
        self._socket = folder / "pulse" / "native"
        self._socket.parent.mkdir(parents=True)
        folder.chmod(0o700)
        self._process: subprocess.Popen[bytes] | None = None
        self.environment = {
            "XDG_RUNTIME_DIR": str(folder),
            "PULSE_RUNTIME_PATH": str(self._socket.parent),
            "PULSE_SERVER": f"unix:{self._socket}",
        }

    @classmethod
    @contextmanager
    def running(cls, folder: Path) -> Iterator[Self]:
        """Give a server that runs until the end of the block."""
        server = cls(folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()

    def start(self) -> None:
        """Start it and wait until its microphone is there."""
        modules = (
            f"module-native-protocol-unix auth-anonymous=1 socket={self._socket}",
            "module-null-sink sink_name=mic rate=16000 channels=1",
            "module-always-sink",
        )
        loads = [word for module in modules for word in ("-L", module)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", *loads],
                env=self._known(),
                stdout=log,
                stderr=log,
            )
        until(lambda: self._pactl("info"), told=(self._folder / "log").read_text)
        assert self._pactl("set-default-sink", "mic")
        assert self._pactl("set-default-source", "mic.monitor")

    def kill(self) -> None:
        """Kill it, as a crash would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None
        self._socket.unlink(missing_ok=True)

    def play(self, sound: Path) -> None:
        """Play a file into the microphone, to its end."""
        subprocess.run(["paplay", "--device=mic", sound], env=self._known(), check=True)

    def _pactl(self, *words: str) -> bool:
        return (
            subprocess.run(["pactl", *words], env=self._known(), capture_output=True, check=False).returncode
            == 0
        )

    def _known(self) -> dict[str, str]:
        return {**os.environ, **self.environment, "HOME": str(self._folder)}
