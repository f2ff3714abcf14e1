"""Deepgram on this machine: recordings and live lines on one port, understood by whatever function one gives it."""

import json
import socket
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from hashlib import sha256
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.server import ServerProtocol
from websockets.sync.server import ServerConnection

from tests.loopback.serving import LoopbackServer, Received, Reply, as_json
from tests.loopback.specs import (
    DEEPGRAM,
    FROM_SERVICE,
    TO_SERVICE,
    check_exchange,
    check_message,
    check_query,
)

if TYPE_CHECKING:
    from websockets.http11 import Request, Response

_PATH = "/v1/listen"
_RATE = 16_000
_BYTES_A_SECOND = _RATE * 2
_LOUD, _STEP = 1_000, 10


class Word(NamedTuple):
    """A word and when it was said, in seconds of the sound it was found in."""

    text: str
    start_s: float
    end_s: float
    speaker: int | None = None


Understand = Callable[[bytes], Sequence[Word]]


def spoken(words: Iterable[int], *, word_s: float = 0.3, gap_s: float = 0.1) -> bytes:
    """Return sound in which numbers are said: each has a level of its own, with a pause before it."""
    gap = bytes(round(gap_s * _RATE) * 2)
    return b"".join(
        gap + (_LOUD + word * _STEP).to_bytes(2, "little") * round(word_s * _RATE) for word in words
    )


def understood(sound: bytes) -> list[Word]:
    """Understand what `spoken` said; half of a word is heard as the word."""
    found: list[Word] = []
    samples = memoryview(sound).cast("h")
    step = _RATE // 100
    last, began = 0, 0
    for at in [*range(0, len(samples), step), len(samples)]:
        level = samples[at] if at < len(samples) else 0
        if level != last:
            if last:
                name = f"w{(last - _LOUD) // _STEP}"
                found.append(Word(name, began / _RATE, at / _RATE))
            last, began = level, at
    return found


def spread(hear: Callable[[bytes], str]) -> Understand:
    """Understand with a recogniser that tells the text alone."""

    def understand(sound: bytes) -> list[Word]:
        texts = hear(sound).split()
        each_s = len(sound) / _BYTES_A_SECOND / max(1, len(texts))
        return [Word(text, at * each_s, (at + 1) * each_s) for at, text in enumerate(texts)]

    return understand


def recognised(sound: bytes) -> list[Word]:
    """Understand English speech, as far as pocketsphinx can."""
    from braindump_cli.ports import Speech
    from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber

    speech = Speech("en", len(sound) / _BYTES_A_SECOND, lambda: iter([sound]), bytes)
    told = json.loads(PocketsphinxTranscriber().hear(speech))["utterances"]
    return [
        Word(text.partition("(")[0], start_s, end_s)
        for utterance in told
        for text, start_s, end_s, _ in utterance
        if not text.startswith(("<", "[", "++"))
    ]


def recognised_file(body: bytes) -> list[Word]:
    """Understand an audio file, such as Ogg Opus, at the rate all sound inside has."""
    import soundfile

    with NamedTemporaryFile(suffix=".ogg") as file:
        file.write(body)
        file.flush()
        frames, rate = soundfile.read(file.name, dtype="int16")
    assert rate == _RATE
    return recognised(frames.tobytes())


class LineFault(NamedTuple):
    """How a live line fails."""

    status: int | None = None  # the handshake is refused with it
    headers: tuple[tuple[str, str], ...] = ()
    after_bytes: int | None = None  # of sound the line breaks
    is_mute: bool = False  # all is taken, nothing is answered
    breaks_at_end: bool = False  # when all is asked for
    doubles: bool = False  # each final result is sent twice


HEALTHY = LineFault()
MUTE = LineFault(is_mute=True)
BREAKS_AT_END = LineFault(breaks_at_end=True)
DOUBLES = LineFault(doubles=True)


def refused(status: int, **headers: str) -> LineFault:
    """Refuse the handshake; `Retry_After="7"` names a header."""
    return LineFault(
        status=status,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
    )


def breaks_after(size_bytes: int) -> LineFault:
    """Break the line after so many bytes of sound."""
    return LineFault(after_bytes=size_bytes)


class LiveLine:
    """What one live line carried."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.url = url
        self.headers = headers
        self.options = parse_qs(urlsplit(url).query)
        self.said: list[str] = []  # the types of the client's messages
        self.size_bytes = 0
        self.is_open = True


class LoopbackDeepgram(LoopbackServer):
    """Hears recordings with `understand_file` (the body as it came), and live sound with `understand`."""

    def __init__(
        self,
        understand: Understand = understood,
        *,
        understand_file: Understand | None = None,
        interim_s: float = 0.5,
        final_s: float = 2.0,
    ) -> None:
        super().__init__(self._answer_file, check=partial(check_exchange, DEEPGRAM))
        self.lines: list[LiveLine] = []
        self.interim_s = interim_s
        self.final_s = final_s
        self.understand = understand
        self._understand_file = understand_file or understand
        self._line_faults: deque[LineFault] = deque()
        self._standing_fault = HEALTHY
        # Lines and recordings come in by one door: the first bytes tell which it is.
        setattr(self._server, "finish_request", partial(self._let_in, self._server.finish_request))  # noqa: B010

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail_lines(self, *faults: LineFault) -> None:
        """Let the next lines fail so, one after the other; then all is well again."""
        self._line_faults.extend(faults)

    def keep_failing_lines(self, fault: LineFault = HEALTHY) -> None:
        """Let all lines fail so from now on, once what `fail_lines` was told is over."""
        self._standing_fault = fault

    def _answer_file(self, request: Received) -> Reply:
        if request.path == "/v1/projects":
            return as_json({"projects": []})
        words = self._understand_file(request.body)
        options = parse_qs(urlsplit(request.url).query)
        return as_json(_answer(words, options, request.body))

    def _let_in(self, to_handler: Callable[[Any, Any], None], sock: socket.socket, client: object) -> None:
        if _is_live(sock):
            self._live(sock)
        else:
            to_handler(sock, client)

    def _live(self, sock: socket.socket) -> None:
        fault = self._line_faults.popleft() if self._line_faults else self._standing_fault
        connection = ServerConnection(
            sock, ServerProtocol(max_size=None), close_timeout=1, ping_interval=None, max_queue=None
        )
        try:
            connection.handshake(process_request=partial(self._greet, fault))
            if fault.status is None:
                self._serve(connection, self.lines[-1], fault)
        except (WebSocketException, OSError, EOFError):
            return  # the client went away, or was refused
        except AssertionError as error:
            self.wrong.append(str(error))
        finally:
            connection.close_timeout = 0.2
            connection.close()

    def _greet(self, fault: LineFault, connection: ServerConnection, request: "Request") -> "Response | None":
        headers = {name.lower(): value for name, value in request.headers.raw_items()}
        self.lines.append(LiveLine(request.path, headers))
        try:
            assert headers.get("authorization", "").startswith("Token "), "no key was sent"
            check_query(_PATH, urlsplit(request.path).query)
        except AssertionError as error:
            self.wrong.append(str(error))
        if fault.status is None:
            return None
        response = connection.respond(fault.status, "no\n")
        for name, value in fault.headers:
            response.headers[name] = value
        return response

    def _serve(self, connection: ServerConnection, line: LiveLine, fault: LineFault) -> None:
        try:
            self._listen(connection, line, fault)
        finally:
            line.is_open = False

    def _listen(self, connection: ServerConnection, line: LiveLine, fault: LineFault) -> None:
        ear = _Ear(self, connection, fault)
        for message in connection:
            if isinstance(message, bytes):
                left = len(message) if fault.after_bytes is None else fault.after_bytes - line.size_bytes
                ear.take(message[:left])
                line.size_bytes += len(message)
                if left < len(message):
                    connection.socket.shutdown(socket.SHUT_RDWR)
                    return
                continue
            told = json.loads(message)
            line.said.append(told.get("type"))
            check_message(_PATH, TO_SERVICE, told)
            if told["type"] == "KeepAlive":
                continue
            if fault.breaks_at_end:
                connection.socket.shutdown(socket.SHUT_RDWR)
                return
            ear.flush(is_asked=told["type"] == "Finalize")
            if told["type"] == "CloseStream":
                ear.say_goodbye()
                connection.close()
                return


class _Ear:
    """One line's understanding: interim results, and final ones that end between words."""

    def __init__(self, server: LoopbackDeepgram, connection: ServerConnection, fault: LineFault) -> None:
        self._server = server
        self._connection = connection
        self._fault = fault
        self._id = str(uuid4())
        self._sound = bytearray()  # not final yet
        self._final_s = 0.0
        self._unsaid = 0  # bytes since the last result

    def take(self, sound: bytes) -> None:
        self._sound += sound
        self._unsaid += len(sound)
        if self._unsaid < self._server.interim_s * _BYTES_A_SECOND:
            return
        self._unsaid = 0
        words = list(self._server.understand(bytes(self._sound)))
        length_s = len(self._sound) / _BYTES_A_SECOND
        self._say(words, length_s, is_final=False)
        if length_s >= self._server.final_s and len(words) > 1:
            # The last word may be half said: what is final ends before it.
            self._finish(words[:-1], (words[-2].end_s + words[-1].start_s) / 2)

    def flush(self, *, is_asked: bool) -> None:
        """Say all that is not final; the real service says nothing where there is nothing."""
        if self._sound:
            words = list(self._server.understand(bytes(self._sound)))
            self._finish(words, len(self._sound) / _BYTES_A_SECOND, from_finalize=is_asked)

    def say_goodbye(self) -> None:
        self._send({
            "type": "Metadata",
            "transaction_key": "deprecated",
            "request_id": self._id,
            "sha256": "0" * 64,
            "created": "2026-03-02T09:14:00.000Z",
            "duration": self._final_s,
            "channels": 1,
        })  # fmt: skip

    def _finish(self, words: Sequence[Word], until_s: float, *, from_finalize: bool = False) -> None:
        size = round(until_s * _RATE) * 2
        self._say(words, size / _BYTES_A_SECOND, is_final=True, from_finalize=from_finalize)
        if self._fault.doubles:
            self._say(words, size / _BYTES_A_SECOND, is_final=True)
        del self._sound[:size]
        self._final_s += size / _BYTES_A_SECOND

    def _say(
        self, words: Sequence[Word], duration_s: float, *, is_final: bool, from_finalize: bool = False
    ) -> None:
        self._send({
            "type": "Results",
            "channel_index": [0, 1],
            "start": self._final_s,
            "duration": duration_s,
            "is_final": is_final,
            "speech_final": from_finalize,
            "from_finalize": from_finalize,
            "channel": {"alternatives": [_alternative(words, self._final_s)]},
            "metadata": {
                "request_id": self._id,
                "model_info": {"name": "general-nova-3", "version": "1", "arch": "nova-3"},
                "model_uuid": self._id,
            },
        })  # fmt: skip

    def _send(self, message: dict[str, Any]) -> None:
        check_message(_PATH, FROM_SERVICE, message)
        if self._fault.is_mute:
            return
        try:
            self._connection.send(json.dumps(message))
        except ConnectionClosed:
            return  # the client has heard enough


def _is_live(sock: socket.socket) -> bool:
    """Look at a request without taking it; tell whether it opens a live line."""
    head = b""
    waiting = threading.Event()
    while b"\r\n\r\n" not in head and len(head) < 8192:
        seen = sock.recv(8192, socket.MSG_PEEK)
        if not seen or not b"GET /v1/listen".startswith(seen[:14]):
            return False
        if seen == head:
            waiting.wait(0.005)
        head = seen
    return b"upgrade: websocket" in head.lower()


def _alternative(words: Sequence[Word], began_s: float = 0.0) -> dict[str, Any]:
    text = " ".join(word.text for word in words)
    return {
        "transcript": text,
        "confidence": 0.97 if words else 0.0,
        "words": [_word(word, began_s) for word in words],
    }


def _word(word: Word, began_s: float) -> dict[str, Any]:
    told: dict[str, Any] = {
        "word": word.text.lower().strip(".,?!"),
        "start": round(began_s + word.start_s, 4),
        "end": round(began_s + word.end_s, 4),
        "confidence": 0.97,
        "punctuated_word": word.text,
    }
    return told if word.speaker is None else told | {"speaker": word.speaker}


def _answer(words: Sequence[Word], options: dict[str, list[str]], body: bytes) -> dict[str, Any]:
    """Return what the service makes of a recording."""
    best = _alternative(words)
    if options.get("paragraphs") == ["true"]:
        best["paragraphs"] = {"transcript": best["transcript"], "paragraphs": _paragraphs(words)}
    channel: dict[str, Any] = {"alternatives": [best]}
    if options.get("detect_language") == ["true"]:
        channel["detected_language"] = "fr"
    model_id = str(uuid4())
    return {
        "metadata": {
            "transaction_key": "deprecated",
            "request_id": str(uuid4()),
            "sha256": sha256(body).hexdigest(),
            "created": "2026-03-02T09:14:00.000Z",
            "duration": words[-1].end_s if words else 0.0,
            "channels": 1,
            "models": [model_id],
            "model_info": {model_id: {"name": "general-nova-3", "version": "1", "arch": "nova-3"}},
        },
        "results": {"channels": [channel]},
    }


def _paragraphs(words: Sequence[Word]) -> list[dict[str, Any]]:
    """Return one paragraph for each speaker's turn, its sentences ended by a stop."""
    found: list[dict[str, Any]] = []
    sentence: list[Word] = []
    for at, word in enumerate(words):
        sentence.append(word)
        is_last = at + 1 == len(words) or words[at + 1].speaker != word.speaker
        if is_last or word.text.endswith((".", "?", "!")):
            if not found or found[-1].get("speaker") != word.speaker:
                found.append({"sentences": [], "start": sentence[0].start_s, "num_words": 0})
                if word.speaker is not None:
                    found[-1]["speaker"] = word.speaker
            text = " ".join(each.text for each in sentence)
            found[-1]["sentences"].append({"text": text, "start": sentence[0].start_s, "end": word.end_s})
            found[-1]["num_words"] += len(sentence)
            found[-1]["end"] = word.end_s
            sentence = []
    return found
