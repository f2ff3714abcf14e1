"""Who is asked about an entry, and what is told of those who are not."""

from datetime import timedelta

import pytest

from braindump_cli.domain.leaving import ELSEWHERE
from braindump_cli.errors import LostAnswerError, ProviderError, RateLimitedError, UnreadableError
from braindump_cli.services.engines import Panel, Refusals
from braindump_cli.services.leaving import Permission
from tests.fakes import MONDAY_MORNING, FakeAnalyst
from tests.journals import typed

YES = Permission("cloud", consent=True, since=MONDAY_MORNING)


def far(name="far", **how):
    return FakeAnalyst(name=name, place=ELSEWHERE, **how)


def able(*engines, permission=YES, entry=None, **how):
    return Panel(engines, lambda: permission).able(entry or typed("Hello."), **how)


def names(found):
    return [engine.name for engine in found.engines]


def test_engines_keep_their_order_and_those_that_cannot_are_left_out():
    found = able(far(), FakeAnalyst(name="deaf", languages=["de"]), FakeAnalyst(name="near"))

    assert names(found) == ["far", "near"]
    assert found.silent == ("no insights for en",)
    assert found.warnings == ()


def test_permission_is_looked_up_only_where_something_could_leave():
    panel = Panel([FakeAnalyst(name="near"), far(languages=["de"])], lambda: pytest.fail("not asked for"))

    assert names(panel.able(typed("Hello."))) == ["near"]


def test_a_missing_consent_is_told_once_however_many_wait_for_it():
    found = able(
        far("a"), far("b"), FakeAnalyst(name="near"), permission=YES._replace(consent=None, since=None)
    )

    assert names(found) == ["near"]
    assert [code for code, _ in found.warnings] == ["no_consent"]


def test_an_older_entry_is_for_whom_the_user_asks():
    older = typed("Old.", at=MONDAY_MORNING - timedelta(days=1))

    assert names(able(far(), entry=older)) == []
    assert names(able(far(), entry=older, is_asked_for=True)) == ["far"]


def test_only_what_is_worthless_is_forgotten():
    forgotten: list[str] = []
    panel: Panel[FakeAnalyst] = Panel([], lambda: YES, forgotten.append)

    panel.forget_unreadable("kept", LostAnswerError("lost"))
    panel.forget_unreadable("rubbish", UnreadableError("rubbish"))

    assert forgotten == ["rubbish"]


def test_several_failures_are_one_of_the_first_ones_kind_that_waits_long_enough():
    refusals = Refusals()
    refusals.add("a", RateLimitedError("busy", retry_after_s=5, hint="wait"))
    refusals.add("b", ProviderError("down", retry_after_s=60))

    error = refusals.error()

    assert (type(error), error.message, error.hint) == (RateLimitedError, "a: busy; b: down", "wait")
    assert error.retry_after_s == 60
    assert refusals.warnings == (("rate_limited", "a: busy wait"), ("provider", "b: down"))
