"""The one way out: each request is allowed, counted, written down and, where it can help, made again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from braindump_cli.domain.leaving import (
    ANSWERED,
    LOST,
    MOST_REQUESTS,
    REFUSED,
    TEST,
    UNREACHED,
    Outage,
    Outgoing,
)
from braindump_cli.errors import (
    AccountError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)

if TYPE_CHECKING:
    from braindump_cli.ports import Clock, Ledger

_WAITS_S = (1.0, 2.0, 4.0)  # before the second, third and fourth request, unless the provider names a time
_LEAST_S = 1.0  # a request with less time than this is not made again
_MOST_FAILURES = 3  # in a row; then the provider is left alone
_PAUSE = timedelta(minutes=5)
_LONGEST_PAUSE_S = 86_400.0  # that a provider may ask for
_VENDORS = {"api.deepgram.com": "Deepgram", "api.openai.com": "OpenAI"}


class Limits(NamedTuple):
    """What engines may cost, in US dollars, by the days and months of `zone` (None: this machine's own)."""

    cost_per_day: float
    cost_per_month: float
    zone: tzinfo | None = None


class _Task(NamedTuple):
    """What several requests are made for."""

    service: str
    entry_id: str | None


class OpenWire:
    """Keeps ports.Wire over a ledger."""

    def __init__(
        self, ledger: Ledger, *, clock: Clock, wait: Callable[[float], object], limits: Limits
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._wait = wait
        self._limits = limits
        self._lines: dict[int, _Task] = {}  # open ones
        self._failed_lines: Counter[_Task] = Counter()
        self._rests: dict[str, float] = {}  # seconds that providers want to be left alone after this request
        # Who did not answer this process, so that nobody waits for them a second time, and who takes no key or credit.
        self._gave_up: set[str] = set()
        self._turned_away: dict[str, AccountError] = {}

    def exchange(
        self,
        out: Outgoing,
        send: Callable[[float], str],
        *,
        within_s: float,
        at_most: int = MOST_REQUESTS,
    ) -> str:
        """Return the raw reply, kept or new. Raises as the port says."""
        kept = self._ledger.reply(out.key) if out.key else None
        if kept is not None:
            return kept
        self._wait_a_little(_service(out), within_s)
        is_trial = self._admit(out)
        if is_trial:  # while it lasts, nobody else tries
            self._close(_service(out), timedelta(seconds=within_s))
        until = self._clock.monotonic() + within_s
        at_most -= self._failed_lines[_task(out)]
        made = 0
        while True:
            try:
                return self._once(out, send, until)
            except AccountError as error:
                self.turned_away(out, error)
                raise
            except DeclinedError:
                raise
            except ProviderError as error:
                made += 1
                most = min(at_most, _most_requests(error, is_trial=is_trial))
                usual_s = _WAITS_S[made - 1] if made < most else None
                wait_s = self._wait_before_next(error, usual_s, until)
                if wait_s is None:
                    self._gave_up.add(_service(out))
                    self._fail(_service(out), error.retry_after_s)
                    raise
            self._wait(wait_s)

    def rest(self, provider: str, for_s: float) -> None:
        """Take note that a provider takes no more for so long once it has answered; less than a second is nothing."""
        if for_s >= _LEAST_S:
            self._rests[provider] = min(for_s, _LONGEST_PAUSE_S)

    def begin(self, out: Outgoing) -> int:
        """Write down a line that is opened now; return its number."""
        self._admit(out)
        number = self._write_down(out)
        self._lines[number] = _task(out)
        return number

    def end(self, number: int, outcome: str, *, size_bytes: int, cost_usd: float) -> None:
        """Write down what became of the line; one that was lost counts as a failure of its provider."""
        self._ledger.end(number, outcome, self._clock.now(), size_bytes=size_bytes, cost_usd=cost_usd)
        task = self._lines.pop(number, None)
        if task is None:
            return
        if outcome == ANSWERED:
            self._save(task.service, Outage())
            return
        self._failed_lines[task] += 1
        if outcome == LOST:
            self._fail(task.service, None)

    def turned_away(self, out: Outgoing, error: AccountError) -> None:
        """Take note that this key or credit is taken for nothing there."""
        self._turned_away[_service(out)] = error

    def _once(self, out: Outgoing, send: Callable[[float], str], until: float) -> str:
        """Make one request, and keep its reply."""
        number = self._write_down(out)
        try:
            reply = send(until - self._clock.monotonic())
        except BaseException as error:
            outcome = _outcome_of(error)
            size_bytes = 0 if outcome == UNREACHED else None
            self._ledger.end(number, outcome, self._clock.now(), size_bytes=size_bytes)
            if isinstance(error, DeclinedError):  # the provider is well, it only does not want this
                self._save(_service(out), Outage())
            raise
        if out.key:
            self._ledger.keep_reply(number, out.key, reply, at=self._clock.now())
        else:
            self._ledger.end(number, ANSWERED, self._clock.now())
        for_s = self._rests.pop(out.provider, 0.0)
        closed_until = self._clock.now() + timedelta(seconds=for_s) if for_s else None
        self._save(_service(out), Outage(closed_until=closed_until))
        return reply

    def _wait_a_little(self, service: str, within_s: float) -> None:
        """Wait for a provider that is well and only takes no more just now, if that leaves time for a request."""
        outage = self._ledger.outage(service)
        if outage.closed_until and not outage.failures:
            left_s = (outage.closed_until - self._clock.now()).total_seconds()
            if 0 < left_s <= within_s / 2:
                self._wait(left_s)

    def _admit(self, out: Outgoing) -> bool:
        """Tell whether this is the one try after a pause. Raises RateLimitedError while the provider is left alone."""
        if out.purpose == TEST:  # the user wants to know
            return False
        if refusal := self._turned_away.get(_service(out)):
            raise AccountError(refusal.message, hint=refusal.hint)
        outage = self._ledger.outage(_service(out))
        until, now = outage.closed_until, self._clock.now()
        if until and now < until:
            left_s = (until - now).total_seconds()
            raise RateLimitedError(
                f"{_name(out)} did not answer or asked for a pause; it is asked again in {_span(left_s)}.",
                hint="braindump process does then what waits.",
                retry_after_s=left_s,
            )
        if _service(out) in self._gave_up:
            raise ProviderError(f"{_name(out)} did not answer a moment ago.")
        return outage.failures >= _MOST_FAILURES

    def _write_down(self, out: Outgoing) -> int:
        """Make the request durable before it leaves. Raises DeclinedError where it would cost too much."""
        now = self._clock.now()
        if out.cost_usd > 0:
            self._must_afford(out.cost_usd, now)
        return self._ledger.begin(out, now)

    def _must_afford(self, cost_usd: float, now: datetime) -> None:
        per_day, per_month, zone = self._limits
        today = now.astimezone(zone).date()
        limits = (("day", today, per_day), ("month", today.replace(day=1), per_month))
        for name, since, limit_usd in limits:
            if self._ledger.spent(_midnight(since, zone)) + cost_usd > limit_usd:
                raise DeclinedError(
                    f"limits.cost_per_{name} is reached (about {limit_usd:.2f} USD); offline engines are used.",
                    hint=f"braindump config set limits.cost_per_{name} {max(1.0, limit_usd * 2):.2f}",
                )

    def _wait_before_next(self, error: ProviderError, usual_s: float | None, until: float) -> float | None:
        """Return how long to wait before the next request; None where there is none."""
        if usual_s is None:
            return None
        wait_s = usual_s if error.retry_after_s is None else max(0.0, error.retry_after_s)
        return wait_s if self._clock.monotonic() + wait_s + _LEAST_S <= until else None

    def _fail(self, service: str, retry_after_s: float | None) -> None:
        """Count an exchange that came to nothing; leave the provider alone where it asks for it, or failed often."""
        before = self._ledger.outage(service)
        failures = before.failures + 1
        pause = timedelta(seconds=min(max(0.0, retry_after_s or 0.0), _LONGEST_PAUSE_S))
        if failures >= _MOST_FAILURES:
            pause = max(pause, _PAUSE)
        closed_until = self._clock.now() + pause if pause else None
        self._ledger.save_outage(service, before._replace(failures=failures, closed_until=closed_until))

    def _close(self, service: str, span: timedelta) -> None:
        outage = self._ledger.outage(service)
        self._ledger.save_outage(service, outage._replace(closed_until=self._clock.now() + span))

    def _save(self, service: str, outage: Outage) -> None:
        if self._ledger.outage(service) != outage:
            self._ledger.save_outage(service, outage)


def _service(out: Outgoing) -> str:
    """Return whose failures are counted together: a server of the user's own is not its vendor."""
    host = urlsplit(out.address).netloc
    return out.provider if host in _VENDORS else f"{out.provider} {host}"


def _task(out: Outgoing) -> _Task:
    return _Task(_service(out), out.entry_id)


def _name(out: Outgoing) -> str:
    host = urlsplit(out.address).netloc
    return _VENDORS.get(host, f"The server at {host}")


def _most_requests(error: ProviderError, *, is_trial: bool) -> int:
    """Return how many are made in all: without a network the second one tells enough, and a person waits."""
    if is_trial:
        return 1
    return 2 if isinstance(error, UnreachableError) else MOST_REQUESTS


def _outcome_of(error: BaseException) -> str:
    """Tell what became of a request; where an error says nothing about it, its answer counts as lost."""
    if isinstance(error, UnreachableError):
        return UNREACHED
    is_lost = isinstance(error, LostAnswerError) or not isinstance(error, ProviderError)
    return LOST if is_lost else REFUSED


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    local = datetime.combine(day, time())
    return local.replace(tzinfo=zone) if zone else local.astimezone()


def _span(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes > 1 else f"{max(1, round(seconds))} s"
