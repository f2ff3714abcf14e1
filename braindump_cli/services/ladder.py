"""Hearing live with several engines: where one fails, the next hears everything again from the spool."""

from collections.abc import Sequence

from braindump_cli.errors import ProviderError
from braindump_cli.ports import Listener, Speech, Transcriber
from braindump_cli.services.engines import Refusals


class Ladder:
    """Keeps ports.Listener over engines in order. Nothing is loaded before the first sound."""

    def __init__(self, engines: Sequence[Transcriber], speech: Speech) -> None:
        """Begin with the first of at least one engine that hears live."""
        self._waiting = list(engines)
        self._speech = speech
        self._listener: Listener | None = None
        self.engine = self._waiting.pop(0)  # that hears now
        self.refusals = Refusals()  # who gave up on the way

    def feed(self, sound: bytes) -> int | None:
        """Take the next frames; 0 after somebody gave up. Raises ProviderError when the last one does."""
        try:
            return self._hearing().feed(sound)
        except ProviderError as error:
            self._step_down(error)
            return 0

    def caption(self) -> str:
        """Return the words heard last."""
        return self._listener.caption() if self._listener else ""

    def finish(self) -> str:
        """Return the raw reply of the engine that heard it all. Raises ProviderError."""
        return self._hearing().finish()

    def close(self) -> None:
        """Let go of everything."""
        if self._listener:
            self._listener.close()
        self._listener = None

    def _hearing(self) -> Listener:
        if self._listener is None:
            self._listener = self.engine.listen(self._speech)
        return self._listener

    def _step_down(self, error: ProviderError) -> None:
        self.close()
        self.refusals.add(self.engine.name, error)
        if not self._waiting:
            raise error
        self.engine = self._waiting.pop(0)
