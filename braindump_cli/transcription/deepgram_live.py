"""Hears a recording while it is spoken, over one line after the other if need be.

What is final stands for good; when a line breaks, the next one begins where the last final result ended, and the
sound from there is asked for again. So no sound is kept here, no word is lost and none stands twice.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from braindump_cli.domain.leaving import ANSWERED, LOST, REFUSED, UNREACHED
from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.errors import (
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)
from braindump_cli.net.deepgram_failures import Asked
from braindump_cli.ports import Clock
from braindump_cli.transcription.deepgram_heard import Heard
from braindump_cli.transcription.loudness import SpeechMeter

KEEP_ALIVE_S = 4.0  # the service hangs up after ten seconds without a word from us
FINISH_S = 4.0  # for the last results, after the last frame
_WAITS_S = (0.0, 0.5)  # before each try to open a line
_PATIENCE_S = 5.0  # no further try after that
_FRUITLESS = 2  # lines in a row that broke before anything was final; a third would cut the provider off
_SILENT_S = 10.0  # of speech without a word from the service; it is broken then
_SILENT_AT_LEAST_S = 5.0  # by the clock: what was recorded before comes faster than it is spoken
_JOIN_S = 2.0
_CLOSE_ENOUGH_S = 0.02
_BYTES_A_SECOND = SAMPLE_RATE * FRAME_BYTES


class Line(Protocol):
    """A live line; what it raises is ProviderError and its kin."""

    def send(self, sound: bytes) -> None: ...
    def keep_alive(self) -> None: ...
    def finalize(self) -> None: ...
    def end_sound(self) -> None: ...
    def messages(self) -> Iterator[Mapping[str, Any]]: ...
    def hang_up(self) -> None: ...


class Terms(NamedTuple):
    """How lines are opened and accounted for."""

    dial: Callable[[], Line]
    begin: Callable[[], int]  # writes a line down before it is opened
    end: Callable[[int, str, int], None]  # and what became of it, with the bytes it carried
    clock: Clock
    asked: Asked
    label: Mapping[str, str]  # stands in the raw reply


class _Call:
    """One line with the thread that listens to it, from `began`, a byte of the recording."""

    def __init__(self, line: Line, number: int, began: int) -> None:
        self.line = line
        self.number = number
        self.began = began
        self.sent = 0
        self.is_over = False
        self.is_asked_all = False  # it was told that this is all
        self.is_whole = False  # all that was sent has been heard
        self.is_accounted = False
        self.thread: threading.Thread | None = None

    @property
    def end(self) -> int:
        """The byte of the recording up to which it was given sound."""
        return self.began + self.sent


class LiveHearing:
    """One recording as Deepgram hears it. Fed and finished from one thread; closed from any."""

    def __init__(self, terms: Terms) -> None:
        """Open a line. Raises ProviderError."""
        self._terms = terms
        self._heard = Heard()
        self._news = threading.Condition()
        self._is_closed = threading.Event()
        self._fed = threading.Event()
        self._meter = SpeechMeter()
        self._fruitless = 0
        self._answers = 0
        self._answered_at = terms.clock.monotonic()
        self._call: _Call | None = None
        self._open()
        threading.Thread(target=self._keep_alive, name="keep-alive", daemon=True).start()

    def feed(self, sound: bytes) -> int | None:
        """Send the next frames; return the byte from which to go on after a broken line. Raises ProviderError."""
        call = self._call
        if call is None:
            raise self._terms.asked.hung_up()
        self._fed.set()
        try:
            if not self._is_sent(call, sound):
                return self._again(call)
            self._watch(call, sound)
        except ProviderError:
            self.close()
            raise
        return None

    def caption(self) -> str:
        """Return the words heard last."""
        return self._heard.caption()

    def finish(self) -> str:
        """Return the raw reply, as soon as the last frame was heard. Raises ProviderError."""
        call = self._call
        if call is None:
            raise self._terms.asked.hung_up()
        if call.sent and not self._is_heard_out(call):
            self._hang_up(call, LOST)
            self.close()
            raise self._terms.asked.lost()
        self._hang_up(call, ANSWERED)
        self.close()
        return self._heard.reply(self._terms.label)

    def close(self) -> None:
        """Let go of line and threads."""
        self._is_closed.set()
        self._fed.set()
        with self._news:
            self._news.notify_all()
        if call := self._call:
            self._hang_up(call, ANSWERED)

    def _open(self) -> None:
        """Open a line where the last one ended; a refusal that may pass is met with another try."""
        began_at = self._terms.clock.monotonic()
        failure: ProviderError = self._terms.asked.unreachable()
        for wait_s in _WAITS_S:
            if self._terms.clock.monotonic() - began_at > _PATIENCE_S:
                break
            if self._is_closed.wait(wait_s):
                raise self._terms.asked.hung_up()
            number = self._terms.begin()
            try:
                line = self._terms.dial()
            except ProviderError as error:
                self._terms.end(number, UNREACHED if isinstance(error, UnreachableError) else REFUSED, 0)
                if isinstance(error, DeclinedError | RateLimitedError):
                    raise
                failure = error
            else:
                self._listen(_Call(line, number, self._heard.until))
                return
        raise failure

    def _listen(self, call: _Call) -> None:
        call.thread = threading.Thread(target=self._take, args=(call,), name="deepgram", daemon=True)
        with self._news:
            self._call = call
        self._answered_at = self._terms.clock.monotonic()
        self._meter.forget()
        call.thread.start()
        if self._is_closed.is_set():  # while it was opened
            self._hang_up(call, ANSWERED)

    def _take(self, call: _Call) -> None:
        for message in call.line.messages():
            with self._news:
                kind = message.get("type")
                if self._call is not call or kind == "Error":
                    break
                if kind == "Results":
                    self._heard.take(message, began=call.began, sent=call.sent)
                call.is_whole |= call.is_asked_all and self._tells_end(message, call)
                self._news.notify_all()
        with self._news:
            call.is_over = True
            self._news.notify_all()

    def _is_sent(self, call: _Call, sound: bytes) -> bool:
        """Send sound; tell whether the line took it."""
        if call.is_over:
            return False
        call.sent += len(sound)  # before: an answer may be quicker than the way back
        try:
            call.line.send(sound)
        except LostAnswerError:
            return False
        return True

    def _tells_end(self, message: Mapping[str, Any], call: _Call) -> bool:
        """Tell whether a message says that all has been heard; a line that ends early says goodbye as well."""
        if message.get("type") != "Metadata":
            return bool(message.get("from_finalize"))
        duration_s = message.get("duration")
        sent_s = call.sent / _BYTES_A_SECOND
        return isinstance(duration_s, float) and duration_s >= sent_s - _CLOSE_ENOUGH_S

    def _again(self, call: _Call) -> int:
        """Open another line; return where it begins. Raises ProviderError where that leads nowhere."""
        self._break_off(call)
        self._fruitless = self._fruitless + 1 if self._heard.until == call.began else 0
        if self._fruitless >= _FRUITLESS:
            raise self._terms.asked.hung_up()
        self._heard.forget_unsaid()
        self._open()
        return self._heard.until

    def _watch(self, call: _Call, sound: bytes) -> None:
        """Raise ProviderError where somebody speaks and the service has no word for it."""
        now = self._terms.clock.monotonic()
        if self._heard.answers != self._answers:
            self._answers, self._answered_at = self._heard.answers, now
            self._meter.forget()
        self._meter.take(sound)
        if self._meter.spoken_s >= _SILENT_S and now - self._answered_at >= _SILENT_AT_LEAST_S:
            self._hang_up(call, LOST)
            raise ProviderError(f"{self._terms.asked.who} took the sound, but sent no words.")

    def _is_heard_out(self, call: _Call) -> bool:
        """Tell the service that this is all, and wait until it has understood; tell whether it has."""
        call.is_asked_all = True
        try:
            call.line.finalize()
            call.line.end_sound()
        except LostAnswerError:
            pass  # it may have said all before it hung up
        with self._news:
            self._news.wait_for(
                lambda: call.is_whole or call.is_over or self._is_closed.is_set(), timeout=FINISH_S
            )
            missing_s = (call.end - self._heard.until) / _BYTES_A_SECOND
            return call.is_whole or missing_s <= _CLOSE_ENOUGH_S

    def _break_off(self, call: _Call) -> None:
        """End a broken line: what it said for good stands, and only one that said nothing has lost its answer."""
        self._drain(call)
        self._hang_up(call, ANSWERED if self._heard.until > call.began else LOST)

    def _drain(self, call: _Call) -> None:
        """End a line; what has arrived is still heard."""
        call.line.hang_up()
        if call.thread:
            call.thread.join(_JOIN_S)

    def _hang_up(self, call: _Call, outcome: str) -> None:
        """End a line and account for it, once."""
        with self._news:
            if call.is_accounted:
                return
            call.is_accounted = True
        self._drain(call)
        with self._news:
            self._call = None
        self._terms.end(call.number, outcome, call.sent)

    def _keep_alive(self) -> None:
        while not self._is_closed.is_set():
            if not self._fed.wait(KEEP_ALIVE_S) and (call := self._call):
                try:
                    call.line.keep_alive()
                except LostAnswerError:
                    call.is_over = True  # the next frame finds out
            self._fed.clear()
