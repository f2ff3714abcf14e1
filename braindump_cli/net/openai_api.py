"""The door to OpenAI, and to servers that speak its language: its SDK, and what its failures mean."""

import os
from collections.abc import Callable
from json import JSONDecodeError
from typing import TYPE_CHECKING, Protocol, TypeVar
from urllib.parse import urlsplit

from braindump_cli import __version__
from braindump_cli.domain.leaving import ELSEWHERE, LOOPBACK
from braindump_cli.errors import DeclinedError, ProviderError
from braindump_cli.net.deadline import Deadline
from braindump_cli.net.openai_failures import KEYS_HINT, Asked
from braindump_cli.net.rate_budget import pause_s
from braindump_cli.ports import Clock, Wire
from braindump_cli.settings import is_loopback

if TYPE_CHECKING:
    from httpx2 import Request, Response
    from openai import OpenAI

T = TypeVar("T")

NAME = "openai"
VENDOR = "https://api.openai.com/v1"
USER_AGENT = f"braindump/{__version__}"
_CONNECT_S = 3.0
_NO_KEY = "none"  # what a server of one's own is told where no key is set; the SDK insists on one
# The SDK would add what it knows of this machine, and what OPENAI_* variables say. By the last one it tells
# itself that a reply is wanted as it came.
_HEADERS = frozenset({
    "accept", "accept-encoding", "authorization", "connection", "content-length", "content-type", "host",
    "transfer-encoding", "user-agent", "x-stainless-raw-response",
})  # fmt: skip


class Means(Protocol):
    """What is needed of `registry.Means`."""

    @property
    def has_key(self) -> Callable[[str], bool]: ...
    @property
    def key(self) -> Callable[[str], str | None]: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def wire(self) -> Wire: ...


class Reach:
    """Where one family of settings leads, and how to ask there."""

    def __init__(self, means: Means, *, section: str, base_url: str | None, model: str) -> None:
        """Take `section` (such as insights.openai) for messages, and what its settings say."""
        self.address = base_url or VENDOR
        self.place = LOOPBACK if is_loopback(self.address) else ELSEWHERE
        parts = urlsplit(self.address)
        self.is_vendor = f".{parts.hostname}".endswith(".api.openai.com")  # eu. and others are its regions
        self.asked = Asked("OpenAI" if self.is_vendor else f"The server at {parts.netloc}", section, model)
        self._is_own = base_url is not None
        self._means = means

    def unavailable(self) -> str | None:
        """Return why it cannot be asked, in a few words; None if it can. Cheap."""
        stray = None if self._is_own else os.environ.get("OPENAI_BASE_URL", "").strip().rstrip("/")
        if stray and stray != VENDOR:
            setting = f"{self.asked.section}.base_url"
            return f"OPENAI_BASE_URL is not followed: unset it, or say yourself where words go: {setting}"
        if self.is_vendor and not self._means.has_key(NAME):
            return "no key for openai"
        return None

    def headers(self, content_type: str = "application/json") -> dict[str, str]:
        """Return the headers that will be sent, without the key and those of the connection."""
        return {"Accept": "application/json", "Content-Type": content_type, "User-Agent": USER_AGENT}

    @staticmethod
    def load() -> None:
        """Load the SDK, which takes half a second; may be called in a thread."""
        import openai.types.responses  # noqa: F401 - with all that the SDK leaves until somebody asks

    def ask(self, request: "Callable[[OpenAI], T]", *, within_s: float) -> T:
        """Return what `request` makes of the SDK's client, which sends at most one request and never retries.

        After `within_s` the connection ends, wherever it stands. All failures of the SDK leave as ours, without
        a trace of it; errors of ours that `request` raises leave as they are. A stream that ends early may look
        like one that ended: `request` sees to it that its answer is whole, and raises `self.asked.lost()` if not.
        """
        import httpx2
        from openai import OpenAIError
        from pydantic import ValidationError

        broken = (httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError)
        unreadable = (ValidationError, JSONDecodeError, UnicodeDecodeError)
        failed: ProviderError
        key = self._key()
        with Deadline(within_s) as deadline:
            try:
                with self._client(key, deadline, within_s) as client:
                    answer = request(client)
                if not deadline.is_over:
                    return answer
                failed = self.asked.lost()
            except (OpenAIError, *broken, *unreadable) as error:
                failed = self.asked.failure(error, is_sent=deadline.is_sent, now=self._means.clock.now())
            except RuntimeError as error:
                if type(error) is not RuntimeError:
                    raise
                failed = self.asked.lost()  # what the SDK raises for a stream without its last event
        # Not raised among the handlers: as its context the SDK's error would bring the request, key and words along.
        raise failed

    def _key(self) -> str:
        if reason := self.unavailable():
            wish = KEYS_HINT if self._means.has_key(NAME) is False else "Unset OPENAI_BASE_URL"
            hint = f"{wish}, or: braindump config set {self.asked.section}.base_url ADDRESS"
            raise DeclinedError(f"{self.asked.who} cannot be asked: {reason}.", hint=hint)
        key = self._means.key(NAME)
        if not key and self.is_vendor:
            raise DeclinedError("The key for OpenAI cannot be read.", hint=KEYS_HINT)
        return key or _NO_KEY

    def _client(self, key: str, deadline: Deadline, within_s: float) -> "OpenAI":
        """Make the SDK's client so that it goes where it is told, with what it is told, once."""
        from openai import DefaultHttpxClient, OpenAI, Timeout

        def prepare(request: "Request") -> None:
            for name in [name for name in request.headers if name not in _HEADERS]:
                del request.headers[name]
            request.headers["User-Agent"] = USER_AGENT
            request.extensions["trace"] = deadline.trace

        def note(response: "Response") -> None:
            if for_s := pause_s(response.headers):
                self._means.wire.rest(NAME, for_s)

        timeout = Timeout(within_s, connect=min(_CONNECT_S, within_s))
        client = DefaultHttpxClient(
            timeout=timeout,
            follow_redirects=False,
            trust_env=self.place != LOOPBACK,  # a proxy of this machine's would carry it elsewhere
            event_hooks={"request": [prepare], "response": [note]},
        )
        return OpenAI(
            api_key=key,
            base_url=self.address,
            max_retries=0,
            timeout=timeout,
            default_headers={"Authorization": f"Bearer {key}"},  # wins over OPENAI_CUSTOM_HEADERS
            http_client=client,
        )
