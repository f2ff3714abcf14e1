from collections.abc import Callable
from typing import TypedDict

class PortAudioError(Exception): ...

class _Device(TypedDict):
    name: str
    index: int
    max_input_channels: int
    default_samplerate: float

class _Default:
    device: tuple[int, int]

default: _Default

class RawInputStream:
    def __init__(
        self,
        samplerate: float | None = None,
        blocksize: int | None = None,
        device: int | None = None,
        channels: int | None = None,
        dtype: str | None = None,
        latency: float | str | None = None,
        callback: Callable[..., None] | None = None,
        finished_callback: Callable[[], None] | None = None,
    ) -> None: ...
    @property
    def active(self) -> bool: ...
    def start(self) -> None: ...
    def close(self) -> None: ...

class RawOutputStream:
    def __init__(
        self,
        samplerate: float | None = None,
        channels: int | None = None,
        dtype: str | None = None,
        latency: float | str | None = None,
    ) -> None: ...
    @property
    def write_available(self) -> int: ...
    def start(self) -> None: ...
    def write(self, data: bytes) -> bool: ...
    def stop(self) -> None: ...
    def close(self) -> None: ...

def query_devices() -> list[_Device]: ...
def check_input_settings(
    device: int | None = None, channels: int | None = None, dtype: str | None = None, *, samplerate: float | None = None
) -> None: ...
def _terminate() -> None: ...
def _initialize() -> None: ...
