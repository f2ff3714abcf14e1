"""The door to Deepgram: its SDK for recordings and for live lines, and what its failures mean."""

import logging
import os
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urlsplit

from braindump_cli import __version__
from braindump_cli.domain.leaving import ELSEWHERE, LOOPBACK
from braindump_cli.errors import DeclinedError, ProviderError
from braindump_cli.net.deadline import Deadline
from braindump_cli.net.deepgram_failures import KEYS_HINT, Asked
from braindump_cli.ports import Clock
from braindump_cli.settings import is_loopback

if TYPE_CHECKING:
    from deepgram import DeepgramClient
    from deepgram.listen.v1.socket_client import V1SocketClient
    from httpx import Client, Request, Response

NAME = "deepgram"
VENDOR = "https://api.deepgram.com"
USER_AGENT = f"braindump/{__version__}"
PATH = "/v1/listen"
CONTENT_TYPE = "application/octet-stream"
_CONNECT_S = 3.0
_SEND_S = 5  # a line that takes no sound for so long is dead
_CLOSE_S = 1.0
_NO_KEY = "none"  # what a server of one's own is told where no key is set; the SDK insists on one
# The SDK would add what it knows of this machine.
_HEADERS = frozenset({
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host",
    "transfer-encoding", "user-agent",
})  # fmt: skip

Options = Mapping[str, str | bool | list[str]]  # as the service names them


class Means(Protocol):
    """What is needed of `registry.Means`."""

    @property
    def has_key(self) -> Callable[[str], bool]: ...
    @property
    def key(self) -> Callable[[str], str | None]: ...
    @property
    def clock(self) -> Clock: ...


class Reach:
    """Where Deepgram is, and how to ask there."""

    def __init__(self, means: Means, *, base_url: str | None, model: str) -> None:
        """Take the address that was set in place of the vendor's."""
        self.address = base_url or VENDOR
        self.place = LOOPBACK if is_loopback(self.address) else ELSEWHERE
        host = urlsplit(self.address).hostname or ""
        self._is_vendor = f".{host}".endswith(".deepgram.com")
        self.asked = Asked("Deepgram" if self._is_vendor else f"The server at {self.address}", model)
        self._means = means

    def unavailable(self) -> str | None:
        """Return why it cannot be asked, in a few words; None if it can. Cheap."""
        return "no key for deepgram" if self._is_vendor and not self._means.has_key(NAME) else None

    def recorded_address(self, options: Options) -> str:
        """Return where a recording goes."""
        return f"{self.address}{PATH}?{_query(options)}"

    def live_address(self, options: Options) -> str:
        """Return where live sound goes."""
        return f"{self._live}{PATH}?{_query(options)}"

    def headers(self) -> dict[str, str]:
        """Return the headers that are sent with a recording, without the key and those of the connection."""
        return {"Accept": "*/*", "Content-Type": CONTENT_TYPE, "User-Agent": USER_AGENT}

    def ask(self, sound: bytes, options: Options, *, within_s: float) -> str:
        """Send one request and return the answer as it came. Raises ProviderError and its kin, nothing else.

        After `within_s` the connection ends, wherever it stands.
        """
        from deepgram.core.api_error import ApiError
        from deepgram.core.parse_error import ParsingError
        from httpx import HTTPError, InvalidURL

        answers: list[Response] = []
        failed: ProviderError
        key = self._key()
        with Deadline(within_s) as deadline, self._http(deadline, within_s, answers.append) as http:
            try:
                limits: Any = {"max_retries": 0, "timeout": within_s}
                asked: Any = options
                media = self._client(key, http).listen.v1.media
                media.transcribe_file(request=sound, request_options=limits, **asked)
                return answers[-1].text
            except ApiError as error:
                headers = answers[-1].headers if answers else {}
                failed = self.asked.refused(error.status_code or 0, headers, self._means.clock.now())
            except (HTTPError, InvalidURL, ParsingError, ValueError):
                failed = self.asked.lost() if deadline.is_sent else self.asked.unreachable()
        # Not raised among the handlers: as its context the SDK's error would bring request and key along.
        raise failed

    def dial(self, options: Options) -> "Line":
        """Open a live line. Raises ProviderError and its kin; takes up to ten seconds."""
        from deepgram.core.api_error import ApiError
        from websockets.exceptions import InvalidStatus, WebSocketException

        _hush()
        self._refuse_proxy()
        failed: ProviderError
        asked: Any = {name: _text(value) for name, value in options.items()}
        key, stack = self._key(), ExitStack()
        try:
            opened = self._client(key, None).listen.v1.connect(**asked)
            return Line(stack.enter_context(opened), stack, self.asked)
        except InvalidStatus as error:
            answer, now = error.response, self._means.clock.now()
            failed = self.asked.refused(answer.status_code, dict(answer.headers.raw_items()), now)
        except ApiError as error:
            failed = self.asked.refused(error.status_code or 0, {}, self._means.clock.now())
        except (WebSocketException, OSError, EOFError):
            failed = self.asked.unreachable()
        raise failed

    @property
    def _live(self) -> str:
        return self.address.replace("http", "ws", 1)

    def _key(self) -> str:
        key = self._means.key(NAME)
        if not key and self._is_vendor:
            raise DeclinedError("There is no key for Deepgram that can be read.", hint=KEYS_HINT)
        return key or _NO_KEY

    def _client(self, key: str, http: "Client | None") -> "DeepgramClient":
        from deepgram import DeepgramClient
        from deepgram.environment import DeepgramClientEnvironment

        where = DeepgramClientEnvironment(
            base=self.address, production=self._live, agent=self._live, agent_rest=self.address
        )
        return DeepgramClient(api_key=key, environment=where, httpx_client=http, max_retries=0)

    def _http(self, deadline: Deadline, within_s: float, keep: "Callable[[Response], None]") -> "Client":
        from httpx import Client, Timeout

        def prepare(request: "Request") -> None:
            for name in [name for name in request.headers if name not in _HEADERS]:
                del request.headers[name]
            request.headers["User-Agent"] = USER_AGENT
            request.extensions["trace"] = deadline.trace

        return Client(
            timeout=Timeout(within_s, connect=min(_CONNECT_S, within_s)),
            follow_redirects=False,
            trust_env=self.place != LOOPBACK,  # a proxy of this machine's would carry it elsewhere
            event_hooks={"request": [prepare], "response": [keep]},
        )

    def _refuse_proxy(self) -> None:
        """Refuse to open a line to this machine through a proxy: the SDK cannot be told to go there straight."""
        if self.place == LOOPBACK:
            from urllib.request import getproxies, proxy_bypass

            host = urlsplit(self.address).hostname or ""
            if getproxies().keys() - {"no"} and not proxy_bypass(host):
                hint = f"Add {host} to the environment variable no_proxy."
                raise ProviderError("A proxy stands between this machine and itself.", hint=hint)


class Line:
    """A live line. Sound and words of control may be sent from several threads; one reads the messages."""

    def __init__(self, sdk: "V1SocketClient", stack: ExitStack, asked: Asked) -> None:
        """Take the SDK's line and the stack that closes it."""
        self._sdk = sdk
        self._stack = stack
        self._asked = asked
        self._lock = threading.Lock()
        # The SDK has no way of its own to bound a send or to cut a line that does not answer.
        self._websocket = sdk._websocket  # noqa: SLF001
        self._websocket.close_timeout = _CLOSE_S
        if os.name == "posix":
            limit = struct.pack("ll", _SEND_S, 0)
            self._websocket.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)

    def send(self, sound: bytes) -> None:
        """Send sound. Raises LostAnswerError."""
        self._do(lambda: self._sdk.send_media(sound))

    def keep_alive(self) -> None:
        """Say that more will come. Raises LostAnswerError."""
        self._do(self._sdk.send_keep_alive)

    def finalize(self) -> None:
        """Ask for all that is still being thought about. Raises LostAnswerError."""
        self._do(self._sdk.send_finalize)

    def end_sound(self) -> None:
        """Say that nothing more will come. Raises LostAnswerError."""
        self._do(self._sdk.send_close_stream)

    def messages(self) -> Iterator[Mapping[str, Any]]:
        """Yield what is said to us until the line ends, however it ends."""
        from websockets.exceptions import WebSocketException

        with suppress(WebSocketException, OSError, EOFError, RuntimeError):
            for message in self._sdk:
                if hasattr(message, "model_dump"):
                    yield message.model_dump(warnings=False)

    def hang_up(self) -> None:
        """Let go of the line at once; may be called again, from any thread."""
        from websockets.exceptions import WebSocketException

        with suppress(OSError):
            # Not SSLSocket's own: that one takes the reader's state away.
            socket.socket.shutdown(self._websocket.socket, socket.SHUT_RDWR)
        with self._lock, suppress(WebSocketException, OSError, EOFError):
            self._stack.close()

    def _do(self, send: Callable[[], None]) -> None:
        from websockets.exceptions import WebSocketException

        try:
            send()
        except (WebSocketException, OSError, EOFError):
            failed = self._asked.hung_up()
        else:
            return
        raise failed


def _text(value: str | bool | list[str]) -> str | list[str]:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def _query(options: Options) -> str:
    return urlencode({name: _text(value) for name, value in options.items()}, doseq=True)


def _hush() -> None:
    """Keep what the SDK and its client have to say off the screen: unheard loggers talk on stderr."""
    for name in ("deepgram", "websockets"):
        logger = logging.getLogger(name)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
