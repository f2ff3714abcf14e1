"""Who may be given what."""

from datetime import timedelta

import pytest

from braindump_cli.domain.leaving import ELSEWHERE, HERE, LOOPBACK
from braindump_cli.services.leaving import Permission, refused, refused_for
from tests.fakes import MONDAY_MORNING
from tests.journals import typed

YES = Permission("cloud", consent=True, since=MONDAY_MORNING)
LATER, EARLIER = MONDAY_MORNING + timedelta(seconds=1), MONDAY_MORNING - timedelta(seconds=1)


def code(refusal):
    return refusal.code if refusal else None


@pytest.mark.parametrize(
    ("permission", "here", "loopback", "elsewhere"),
    [
        (YES, None, None, None),
        (YES._replace(mode="local"), None, None, "ai_mode"),
        (YES._replace(mode="off"), None, "ai_mode", "ai_mode"),
        (YES._replace(consent=None), None, "no_consent", "no_consent"),
        (YES._replace(consent=False), None, "consent_refused", "consent_refused"),
        (YES._replace(mode="local", consent=None), None, "no_consent", "ai_mode"),
    ],
)
def test_mode_and_consent_decide_who_is_asked(permission, here, loopback, elsewhere):
    assert [code(refused(place, permission)) for place in (HERE, LOOPBACK, ELSEWHERE)] == [
        here,
        loopback,
        elsewhere,
    ]


@pytest.mark.parametrize("place", [LOOPBACK, ELSEWHERE])
def test_nothing_private_is_given_to_anybody_even_when_asked_for(place):
    private = typed("Mine.", at=LATER, is_private=True)

    assert code(refused_for(private, place, YES, is_asked_for=True)) == "private"
    assert refused_for(private, HERE, YES) is None


def test_consent_covers_what_is_recorded_from_then_on():
    assert code(refused_for(typed("Old.", at=EARLIER), ELSEWHERE, YES)) == "before_consent"
    assert refused_for(typed("New.", at=MONDAY_MORNING), ELSEWHERE, YES) is None


def test_an_older_entry_is_given_where_the_user_names_it():
    assert refused_for(typed("Old.", at=EARLIER), ELSEWHERE, YES, is_asked_for=True) is None


def test_the_time_of_recording_counts_not_the_one_an_entry_was_given():
    from dataclasses import replace

    backdated = replace(typed("Yesterday.", at=LATER), created_at=EARLIER)

    assert refused_for(backdated, ELSEWHERE, YES) is None


def test_a_refusal_says_how_to_change_it():
    refusal = refused(ELSEWHERE, YES._replace(consent=None))

    assert refusal is not None
    assert "ai.consent" in refusal.message
    assert refusal.hint == "braindump config set ai.consent true"
