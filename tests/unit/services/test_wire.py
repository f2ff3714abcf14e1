"""The one way out: what is asked how often, what is kept, and when a provider is left alone."""

import signal
import subprocess
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread
from zoneinfo import ZoneInfo

import pytest

from braindump_cli.domain.leaving import (
    ANSWERED,
    LISTEN,
    LOST,
    REFUSED,
    SENT,
    TEST,
    UNREACHED,
    Outage,
)
from braindump_cli.errors import (
    AccountError,
    DeclinedError,
    LostAnswerError,
    ProviderError,
    RateLimitedError,
    UnreachableError,
)
from braindump_cli.services.wire import Limits, OpenWire
from tests.ledgers import ledger_in, outgoing
from tests.parts import python_command, python_environment

PATIENCE_S = 30.0
MINUTE = timedelta(minutes=1)
PLENTY = Limits(1000.0, 1000.0, UTC)

_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.fakes import FakeClock
from braindump_cli.services.wire import Limits, OpenWire
from tests.ledgers import ledger_in, outgoing

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

ledger, at = ledger_in(Path(sys.argv[1]), FakeClock()), sys.argv[2]
if at == "while it is asked":
    send = die
else:
    send = lambda _: "the reply"
    kept = ledger.keep_reply
    if at == "before the reply is kept":
        ledger.keep_reply = die
    else:
        ledger.keep_reply = lambda *words, **named: (kept(*words, **named), die())
OpenWire(ledger, clock=FakeClock(), wait=id, limits=Limits(9, 9)).exchange(outgoing(), send, within_s=30)
"""


class Provider:
    """Answers as it is told; each answer takes `takes_s`."""

    def __init__(self, clock, *answers, takes_s=0.0):
        self.clock = clock
        self.answers = list(answers)
        self.takes_s = takes_s
        self.seconds_left = []

    def __call__(self, seconds_left):
        self.seconds_left.append(seconds_left)
        self.clock.advance(timedelta(seconds=min(self.takes_s, seconds_left)))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def ledger(mind, tmp_path, clock):
    return ledger_in(tmp_path / "journal", clock)


@pytest.fixture
def waited():
    return []


@pytest.fixture
def wire(ledger, clock, waited):
    return wire_over(ledger, clock, waited)


def wire_over(ledger, clock, waited, limits=PLENTY):
    def wait(seconds):
        waited.append(seconds)
        clock.advance(timedelta(seconds=seconds))

    return OpenWire(ledger, clock=clock, wait=wait, limits=limits)


def outcomes(ledger):
    return [sent.outcome for sent in ledger.log(since=None, until=None, limit=None)][::-1]


def fail(wire, asked, **fields):
    """Let an exchange come to nothing, in a process of its own."""
    with pytest.raises(ProviderError) as raised:
        wire.exchange(outgoing(**fields), asked, within_s=PATIENCE_S)
    wire._gave_up.clear()  # the next process knows nothing of it
    return raised.value


DOWN = ProviderError("It is down.")


def test_a_reply_once_received_is_given_again_without_asking(wire, ledger, clock):
    provider = Provider(clock, "the reply", "another")

    told = [wire.exchange(outgoing(), provider, within_s=PATIENCE_S) for _ in range(3)]

    assert told == ["the reply"] * 3
    assert len(provider.seconds_left) == 1
    assert outcomes(ledger) == [ANSWERED]


def test_a_request_without_a_key_is_made_each_time(wire, ledger, clock):
    provider = Provider(clock, "one", "two")

    assert [wire.exchange(outgoing(key=""), provider, within_s=PATIENCE_S) for _ in range(2)] == [
        "one",
        "two",
    ]
    assert outcomes(ledger) == [ANSWERED] * 2
    assert ledger.reply("") is None


@pytest.mark.parametrize(
    ("at", "requests", "kept"),
    [
        ("while it is asked", [SENT, ANSWERED], "asked again"),
        ("before the reply is kept", [SENT, ANSWERED], "asked again"),
        ("after the reply is kept", [ANSWERED], "the reply"),
    ],
)
def test_a_kill_pays_no_second_time_for_what_was_kept(wire, ledger, tmp_path, clock, at, requests, kept):
    ran = subprocess.run(
        python_command(_KILLED, tmp_path / "journal", at), env=python_environment(), check=False
    )

    told = wire.exchange(outgoing(), lambda _: "asked again", within_s=PATIENCE_S)

    assert ran.returncode == -signal.SIGKILL
    assert told == kept
    assert outcomes(ledger) == requests
    assert ledger.spent(clock.now() - MINUTE) == pytest.approx(0.01 * len(requests))


def test_what_may_pass_is_asked_four_times_at_most_with_longer_and_longer_waits(wire, ledger, clock, waited):
    provider = Provider(clock, DOWN)

    assert fail(wire, provider) is DOWN

    assert waited == [1.0, 2.0, 4.0]
    assert outcomes(ledger) == [REFUSED] * 4
    assert provider.seconds_left == [30.0, 29.0, 27.0, 23.0]


def test_whoever_has_asked_before_may_ask_less_often(wire, ledger, clock):
    with pytest.raises(ProviderError):
        wire.exchange(outgoing(), Provider(clock, DOWN), within_s=PATIENCE_S, at_most=2)

    assert outcomes(ledger) == [REFUSED] * 2


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        (ProviderError("It is down."), REFUSED),
        (RateLimitedError("Later."), REFUSED),
        (LostAnswerError("No answer."), LOST),
    ],
)
def test_a_failure_that_passes_is_not_seen_but_in_the_log(wire, ledger, clock, failure, outcome):
    told = wire.exchange(outgoing(), Provider(clock, failure, failure, "the reply"), within_s=PATIENCE_S)

    assert told == "the reply"
    assert outcomes(ledger) == [outcome, outcome, ANSWERED]
    assert ledger.outage("openai") == Outage()


def test_all_tries_together_take_no_longer_than_they_may(wire, clock, waited):
    provider = Provider(clock, LostAnswerError("No answer."), takes_s=12.0)
    began = clock.monotonic()

    fail(wire, provider)

    assert clock.monotonic() - began <= PATIENCE_S
    assert provider.seconds_left == [30.0, 17.0, 3.0]
    assert waited == [1.0, 2.0]


def test_a_hang_that_takes_all_the_time_is_not_asked_again(wire, ledger, clock, waited):
    fail(wire, Provider(clock, LostAnswerError("No answer."), takes_s=60.0))

    assert waited == []
    assert outcomes(ledger) == [LOST]


def test_what_was_declined_is_asked_once_and_is_no_outage(wire, ledger, clock, waited):
    for _ in range(5):
        fail(wire, Provider(clock, DeclinedError("The key is wrong.")))

    assert waited == []
    assert outcomes(ledger) == [REFUSED] * 5
    assert ledger.outage("openai") == Outage()


def test_a_wait_that_is_asked_for_is_granted_where_there_is_time(wire, clock, waited):
    provider = Provider(clock, RateLimitedError("Later.", retry_after_s=7.0), "the reply")

    assert wire.exchange(outgoing(), provider, within_s=PATIENCE_S) == "the reply"
    assert waited == [7.0]


def test_a_wait_that_is_too_long_leaves_the_provider_alone_for_everybody(wire, ledger, clock, waited):
    fail(wire, Provider(clock, RateLimitedError("Later.", retry_after_s=120.0)))
    clock.advance(MINUTE)
    untouched = Provider(clock, "the reply")
    later = fail(wire_over(ledger, clock, waited), untouched)
    clock.advance(MINUTE)

    assert waited == []
    assert isinstance(later, RateLimitedError)
    assert later.retry_after_s == 60.0
    assert untouched.seconds_left == []
    assert wire.exchange(outgoing(), untouched, within_s=PATIENCE_S) == "the reply"


def test_a_wait_without_end_is_believed_for_a_day(wire, clock):
    fail(wire, Provider(clock, RateLimitedError("Later.", retry_after_s=1e12)))

    assert fail(wire, Provider(clock, "the reply")).retry_after_s == 86_400


def test_three_failures_in_a_row_close_the_way_for_five_minutes_to_this_provider_alone(wire, ledger, clock):
    for _ in range(3):
        fail(wire, Provider(clock, DOWN))
    untouched = Provider(clock, "the reply")

    closed = fail(wire, untouched)

    assert isinstance(closed, RateLimitedError)
    assert closed.retry_after_s == 300
    assert "OpenAI" in closed.message
    assert untouched.seconds_left == []
    assert wire.exchange(outgoing(provider="deepgram"), untouched, within_s=PATIENCE_S) == "the reply"


def test_after_the_pause_one_request_is_tried_and_the_way_is_closed_again(wire, ledger, clock, waited):
    for _ in range(3):
        fail(wire, Provider(clock, DOWN))
    waited.clear()
    clock.advance(5 * MINUTE)
    before = len(outcomes(ledger))

    fail(wire, Provider(clock, DOWN))

    assert waited == []
    assert len(outcomes(ledger)) == before + 1
    assert fail(wire, Provider(clock, "the reply")).retry_after_s == 300


def test_while_one_tries_after_the_pause_nobody_else_does(wire, ledger, clock, waited):
    ledger.save_outage("openai", Outage(3, clock.now() - MINUTE))
    other = wire_over(ledger, clock, waited)

    def trying(_):
        assert isinstance(fail(other, Provider(clock, "the reply"), key="reading 2"), RateLimitedError)
        return "the reply"

    assert wire.exchange(outgoing(), trying, within_s=PATIENCE_S) == "the reply"


@pytest.mark.parametrize("answer", ["the reply", DeclinedError("No such model.")])
def test_an_answer_opens_the_way_again(wire, ledger, clock, answer):
    ledger.save_outage("openai", Outage(3, clock.now() - MINUTE))

    with suppress(DeclinedError):
        wire.exchange(outgoing(), Provider(clock, answer), within_s=PATIENCE_S)

    assert ledger.outage("openai") == Outage()


@pytest.mark.parametrize("answer", ["the reply", DeclinedError("No such model.")])
def test_that_an_outage_was_told_is_known_until_it_ends(wire, ledger, clock, answer):
    ledger.save_outage("openai", Outage(1, is_told=True))
    fail(wire, Provider(clock, DOWN))
    during = ledger.outage("openai")
    with suppress(DeclinedError):
        wire.exchange(outgoing(), Provider(clock, answer), within_s=PATIENCE_S)

    assert during == Outage(2, is_told=True)
    assert ledger.outage("openai") == Outage()


def test_who_wants_to_test_a_key_is_let_through(wire, ledger, clock):
    ledger.save_outage("openai", Outage(3, clock.now() + MINUTE))

    told = wire.exchange(outgoing(purpose=TEST), Provider(clock, "ok"), within_s=PATIENCE_S)

    assert told == "ok"
    assert ledger.outage("openai") == Outage()


def test_what_would_cost_more_than_a_day_may_is_not_sent(ledger, clock, waited):
    wire = wire_over(ledger, clock, waited, Limits(0.025, 10.0, UTC))
    provider = Provider(clock, "the reply")
    for number in range(2):
        wire.exchange(outgoing(key=f"{number}"), provider, within_s=PATIENCE_S)

    declined = fail(wire, provider, key="2")
    clock.advance(timedelta(days=1))
    wire.exchange(outgoing(key="2"), provider, within_s=PATIENCE_S)

    assert isinstance(declined, DeclinedError)
    assert "limits.cost_per_day is reached" in declined.message
    assert "offline engines are used" in declined.message
    assert outcomes(ledger) == [ANSWERED] * 3


def test_a_month_has_a_limit_too(ledger, clock, waited):
    wire = wire_over(ledger, clock, waited, Limits(10.0, 0.015, UTC))
    provider = Provider(clock, "the reply")
    wire.exchange(outgoing(key="0"), provider, within_s=PATIENCE_S)
    clock.set_wall(datetime(2026, 3, 31, 23, tzinfo=UTC))
    declined = fail(wire, provider, key="1")
    clock.set_wall(datetime(2026, 4, 1, 0, tzinfo=UTC))

    assert "limits.cost_per_month is reached" in declined.message
    assert wire.exchange(outgoing(key="1"), provider, within_s=PATIENCE_S) == "the reply"


def test_a_day_is_one_where_the_user_is(ledger, clock, waited):
    wire = wire_over(ledger, clock, waited, Limits(0.015, 10.0, ZoneInfo("Asia/Tokyo")))
    provider = Provider(clock, "the reply")
    wire.exchange(outgoing(key="0"), provider, within_s=PATIENCE_S)
    clock.set_wall(datetime(2026, 3, 2, 14, 59, tzinfo=UTC))
    declined = fail(wire, provider, key="1")
    clock.set_wall(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))

    assert isinstance(declined, DeclinedError)
    assert wire.exchange(outgoing(key="1"), provider, within_s=PATIENCE_S) == "the reply"


def test_what_costs_nothing_has_no_limit(ledger, clock, waited):
    wire = wire_over(ledger, clock, waited, Limits(0.0, 0.0))

    assert wire.exchange(outgoing(cost_usd=0.0), Provider(clock, "ok"), within_s=PATIENCE_S) == "ok"
    assert isinstance(fail(wire, Provider(clock, "ok"), key="other"), DeclinedError)


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), ValueError("a bug")])
def test_what_nobody_foresaw_passes_and_counts_as_a_lost_answer(wire, ledger, clock, waited, failure):
    with pytest.raises(type(failure)):
        wire.exchange(outgoing(), Provider(clock, failure), within_s=PATIENCE_S)

    assert waited == []
    assert outcomes(ledger) == [LOST]


def test_it_may_be_used_from_any_thread(wire, ledger, clock):
    told = []
    thread = Thread(
        target=lambda: told.append(wire.exchange(outgoing(), Provider(clock, "ok"), within_s=PATIENCE_S))
    )
    thread.start()
    thread.join()

    assert told == ["ok"]


def test_a_line_is_written_down_when_it_opens_and_when_it_ends(wire, ledger, clock):
    number = wire.begin(outgoing(provider="deepgram", purpose=LISTEN, size_bytes=0, cost_usd=0.0))
    opened = outcomes(ledger)
    wire.end(number, ANSWERED, size_bytes=64_000, cost_usd=0.005)

    (sent,) = ledger.log(since=None, until=None, limit=None)
    assert opened == [SENT]
    assert (sent.outcome, sent.size_bytes, sent.cost_usd) == (ANSWERED, 64_000, 0.005)


def test_a_line_that_breaks_counts_as_a_failure_and_a_closed_way_takes_none(wire, ledger, clock):
    line = outgoing(provider="deepgram", purpose=LISTEN)
    for _ in range(3):
        wire.end(wire.begin(line), LOST, size_bytes=0, cost_usd=0.0)

    with pytest.raises(RateLimitedError, match="Deepgram"):
        wire.begin(line)


def test_who_takes_no_key_or_credit_is_not_asked_again_in_this_process(wire, ledger, clock, waited):
    no = AccountError("No credit.", hint="Pay.")
    with pytest.raises(AccountError):
        wire.exchange(outgoing(), Provider(clock, no), within_s=PATIENCE_S)

    for ask in (wire.begin, lambda out: wire.exchange(out, Provider(clock, "yes"), within_s=PATIENCE_S)):
        with pytest.raises(AccountError, match="No credit") as raised:
            ask(outgoing(key="2"))
        assert raised.value.hint == "Pay."
    wire.turned_away(outgoing(provider="deepgram", purpose=LISTEN), no)  # a line says so too
    assert fail(wire, Provider(clock, "yes"), provider="deepgram").message == no.message
    assert outcomes(ledger) == [REFUSED]
    assert wire.exchange(outgoing(purpose=TEST, key=""), Provider(clock, "ok"), within_s=PATIENCE_S) == "ok"
    another = wire_over(ledger, clock, waited)
    assert another.exchange(outgoing(key="2"), Provider(clock, "yes"), within_s=PATIENCE_S) == "yes"


def test_lines_that_came_to_nothing_count_among_the_requests_for_their_entry(wire, ledger, clock):
    line = outgoing(provider="deepgram", purpose=LISTEN, entry_id="e")
    for outcome in (REFUSED, REFUSED, ANSWERED):
        wire.end(wire.begin(line), outcome, size_bytes=0, cost_usd=0.0)

    fail(wire, Provider(clock, DOWN), provider="deepgram", entry_id="e")
    fail(wire, Provider(clock, DOWN), provider="deepgram", entry_id="another")

    assert outcomes(ledger) == [REFUSED, REFUSED, ANSWERED, *[REFUSED] * (2 + 4)]


def test_a_provider_whose_budget_is_empty_is_left_alone_by_all_until_it_is_full(wire, ledger, clock, waited):
    def send(_):
        wire.rest("openai", 360.0)
        return "yes"

    assert wire.exchange(outgoing(key=""), send, within_s=25) == "yes"

    with pytest.raises(RateLimitedError) as paused:
        wire_over(ledger, clock, waited).exchange(outgoing(key=""), lambda _: "no", within_s=25)
    assert paused.value.retry_after_s == 360
    assert ledger.outage("openai").failures == 0


def test_a_short_rest_is_waited_for_and_a_shorter_one_is_none(wire, waited):
    for for_s in (5.0, 0.5):

        def send(_, for_s=for_s):
            wire.rest("openai", for_s)
            return "yes"

        wire.exchange(outgoing(key=""), send, within_s=25)

    assert wire.exchange(outgoing(key=""), lambda _: "yes", within_s=25) == "yes"
    assert waited == [5.0]


def test_without_a_network_it_is_tried_once_more_and_no_longer(wire, ledger, clock, waited):
    provider = Provider(clock, *[UnreachableError("cannot be reached")] * 4)

    with pytest.raises(UnreachableError):
        wire.exchange(outgoing(), provider, within_s=PATIENCE_S)

    assert outcomes(ledger) == [UNREACHED] * 2
    assert [sent.size_bytes for sent in ledger.log(since=None, until=None, limit=None)] == [0, 0]
    assert ledger.spent(clock.now() - MINUTE) == 0
    assert waited == [1.0]


def test_nobody_waits_a_second_time_in_one_process_for_who_did_not_answer(wire, ledger, clock, waited):
    with pytest.raises(ProviderError):
        wire.exchange(outgoing(), Provider(clock, *[DOWN] * 4), within_s=PATIENCE_S)
    waited.clear()
    untouched = Provider(clock, "the reply", "the reply")

    with pytest.raises(ProviderError, match="a moment ago"):
        wire.exchange(outgoing(key="2"), untouched, within_s=PATIENCE_S)

    assert (waited, untouched.seconds_left) == ([], [])
    assert (
        wire_over(ledger, clock, waited).exchange(outgoing(), untouched, within_s=PATIENCE_S) == "the reply"
    )


def test_a_server_of_ones_own_is_asked_while_its_vendor_is_left_alone(wire, ledger, clock):
    for _ in range(3):
        fail(wire, Provider(clock, DOWN))
    own = outgoing(address="http://localhost:11434/v1/chat/completions", key="own")

    assert wire.exchange(own, Provider(clock, "the reply"), within_s=PATIENCE_S) == "the reply"
    assert set(ledger.outages("openai")) == {"openai"}

    fail(wire, Provider(clock, DOWN), address=own.address, key="own 2")

    assert set(ledger.outages("openai")) == {"openai", "openai localhost:11434"}
    assert set(ledger.outages("open")) == set()
