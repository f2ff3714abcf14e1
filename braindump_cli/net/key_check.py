"""Whether a provider takes a key: one small request that carries no word of the user's."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol

from braindump_cli.domain.leaving import LOOPBACK, TEST, Outgoing
from braindump_cli.net import deepgram_api, openai_api
from braindump_cli.net.deadline import Deadline
from braindump_cli.ports import Wire
from braindump_cli.settings import Settings

if TYPE_CHECKING:
    from braindump_cli.errors import ProviderError

WITHIN_S = 15.0
_PROJECTS = "/v1/projects"
_CONNECT_S = 3.0
_HEADERS = {"Accept": "application/json", "User-Agent": deepgram_api.USER_AGENT}


class Means(openai_api.Means, Protocol):
    """What is needed of `registry.Means`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def wire(self) -> Wire: ...


class KeyCheck(NamedTuple):
    """One address that a key is for."""

    provider: str
    address: str
    place: str  # domain.leaving: LOOPBACK, ELSEWHERE
    model: str
    is_own: bool  # the user's own server: it may need no key
    send: Callable[[float], str]

    def run(self, wire: Wire) -> None:
        """Ask there. Raises ProviderError and its kin."""
        out = Outgoing(
            provider=self.provider, purpose=TEST, model=self.model, address=self.address, headers=_HEADERS,
            body=None, size_bytes=0, cost_usd=0.0,
        )  # fmt: skip
        wire.exchange(out, self.send, within_s=WITHIN_S)


def checks_of(provider: str, means: Means) -> Iterator[KeyCheck]:
    """Yield a check for every address that settings name for this provider."""
    settings = means.settings
    if provider == deepgram_api.NAME:
        yield _deepgram(means)
        return
    insights, speech = settings.insights_openai_base_url, settings.transcription_openai_base_url
    yield _openai(means, "insights.openai", base_url=insights, model=settings.insights_openai_model)
    if speech != insights:
        model = settings.transcription_openai_model
        yield _openai(means, "transcription.openai", base_url=speech, model=model)


def _openai(means: Means, section: str, *, base_url: str | None, model: str) -> KeyCheck:
    reach = openai_api.Reach(means, section=section, base_url=base_url, model=model)

    def send(seconds_left: float) -> str:
        return reach.ask(lambda client: client.models.retrieve(model).id, within_s=seconds_left)

    address = f"{reach.address}/models/{model}"
    return KeyCheck(openai_api.NAME, address, reach.place, model, is_own=base_url is not None, send=send)


def _deepgram(means: Means) -> KeyCheck:
    base_url = means.settings.transcription_deepgram_base_url
    reach = deepgram_api.Reach(means, base_url=base_url, model=means.settings.transcription_deepgram_model)

    def send(seconds_left: float) -> str:
        return _ask_deepgram(reach, means, seconds_left)

    address, is_own = f"{reach.address}{_PROJECTS}", base_url is not None
    return KeyCheck(deepgram_api.NAME, address, reach.place, "", is_own=is_own, send=send)


def _ask_deepgram(reach: deepgram_api.Reach, means: Means, within_s: float) -> str:
    """Return the list of the key's projects; its SDK has a call for it that cannot be cut short as this can."""
    import httpx

    failed: ProviderError
    key = means.key(deepgram_api.NAME)
    headers = {**_HEADERS, **({"Authorization": f"Token {key}"} if key else {})}
    timeout = httpx.Timeout(within_s, connect=min(_CONNECT_S, within_s))
    # A proxy would carry elsewhere what is meant for this machine.
    with Deadline(within_s) as deadline, httpx.Client(trust_env=reach.place != LOOPBACK) as client:
        request = client.build_request(
            "GET",
            f"{reach.address}{_PROJECTS}",
            headers=headers,
            timeout=timeout,
            extensions={"trace": deadline.trace},
        )
        try:
            answer = client.send(request)
            if answer.is_success and not deadline.is_over:
                return answer.text
            failed = reach.asked.refused(answer.status_code, answer.headers, means.clock.now())
        except (httpx.HTTPError, httpx.InvalidURL):
            failed = reach.asked.lost() if deadline.is_sent else reach.asked.unreachable()
    # Not raised among the handlers: as its context the client's error would bring request and key along.
    raise failed
