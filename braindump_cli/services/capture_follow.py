"""Those who hear a recording while it grows: they read the spool back, each at its own pace."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.errors import BraindumpError, ProviderError

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

_LEAST = SAMPLE_RATE * FRAME_BYTES // 10  # bytes for which a follower is woken
_MOST = SAMPLE_RATE * FRAME_BYTES  # bytes it is given at a time


class SpoolFile(Protocol):
    """Where sound is safe."""

    path: Path

    @property
    def frames(self) -> int:
        """Frames written so far."""
        ...

    def write(self, block: bytes) -> None:
        """Add sound. Raises StoreError."""
        ...

    def read(self, start: int, size: int) -> bytes:
        """Return sound from byte `start` on, from any thread. Raises StoreError."""
        ...

    def finish(self) -> None:
        """Make it whole, durably. Raises StoreError."""
        ...


class Sink(Protocol[T_co]):
    """Who wants to hear a recording: an encoder, an engine."""

    def feed(self, sound: bytes) -> int | None:
        """Take the next frames; return the byte from which all is wanted again, None to go on."""
        ...

    def finish(self) -> T_co:
        """Return what has become of it."""
        ...

    def close(self) -> None:
        """Let go of everything, also half-way."""
        ...


class Growth:
    """A spool that grows, and the news that it has."""

    def __init__(self, spool: SpoolFile) -> None:
        self.spool = spool
        self.is_over = False  # nothing more will be written
        self._news = threading.Condition()

    @property
    def size(self) -> int:
        """Bytes of sound so far."""
        return self.spool.frames * FRAME_BYTES

    def tell(self) -> None:
        """Wake all who wait."""
        with self._news:
            self._news.notify_all()

    def end(self) -> None:
        """Say that nothing more will come."""
        with self._news:
            self.is_over = True
            self._news.notify_all()

    def wait_for(self, is_so: Callable[[], bool], timeout_s: float | None = None) -> bool:
        """Wait until it is so or time is up; tell whether it is."""
        with self._news:
            return self._news.wait_for(is_so, timeout_s)


class Follower(Generic[T]):
    """A sink in a thread of its own. It never takes the recording down with it."""

    def __init__(self, growth: Growth, make: Callable[[], Sink[T]], name: str) -> None:
        self.position = 0  # bytes it has taken
        self._growth = growth
        self._make = make
        self._sink: Sink[T] | None = None
        self._found: T | None = None
        self._last_words = ""
        self._failure: BraindumpError | None = None
        self._is_abandoned = False
        self._is_done = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def caption(self) -> str:
        """Return the words heard last, from those who understand words."""
        caption: Callable[[], str] | None = getattr(self._sink, "caption", None)
        return caption() if caption else self._last_words

    def result(self, within_s: float | None) -> T | None:
        """Return what has become of it, None if it needs longer. Raises what the sink raised."""
        self._is_done.wait(within_s)
        if self._failure:
            raise self._failure
        return self._found

    def abandon(self) -> None:
        """Leave at the next opportunity, without a result."""
        self._is_abandoned = True
        self._growth.tell()

    def leave(self) -> None:
        """Wait until the thread is gone, if it was ever there."""
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            self._sink = self._make()
            while sound := self._next():
                again = self._sink.feed(sound)
                self.position = self.position + len(sound) if again is None else again
            if not self._is_abandoned:
                self._found = self._sink.finish()
        except BraindumpError as error:
            self._failure = error
        except (
            Exception
        ) as error:  # somebody else's engine may raise anything, and here nobody else would hear of it
            self._failure = ProviderError(f"The {self._thread.name} gave up ({type(error).__name__}).")
        finally:
            self._let_go()

    def _let_go(self) -> None:
        """Give an engine's model or its connection back before anybody thinks about the words."""
        try:
            self._last_words = self.caption()
            if self._sink:
                self._sink.close()
        finally:
            self._sink = None
            self._is_done.set()

    def _next(self) -> bytes:
        """Return the sound that comes next, as soon as there is some; nothing at its end."""
        growth = self._growth
        growth.wait_for(lambda: growth.is_over or self._is_abandoned or self._ahead() >= _LEAST)
        if self._is_abandoned:
            return b""
        return growth.spool.read(self.position, min(self._ahead(), _MOST))

    def _ahead(self) -> int:
        return self._growth.size - self.position
