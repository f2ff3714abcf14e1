from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from braindump_cli.rendering import dates
from braindump_cli.rendering.dates import Here

MONDAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 3, 4), "Wed 4 March"),
        (date(2025, 12, 31), "Wed 31 December 2025"),
        (MONDAY, "Mon 2 March"),
    ],
)
def test_a_day_has_its_year_only_where_it_is_another_one(on, said):
    assert dates.day(on, MONDAY) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "today"),
        (1, "tomorrow"),
        (2, "Wed 4 March"),
        (-1, "since Sunday"),
        (-6, "since Tuesday"),
        (-7, "since 23 February"),
        (-400, "since 26 January 2025"),
    ],
)
def test_a_due_date_is_said_from_where_one_stands(days, said):
    assert dates.due(MONDAY + timedelta(days=days), None, MONDAY) == said


def test_a_time_of_day_follows_what_is_still_to_come():
    at = datetime(2026, 3, 3, 17, 5, tzinfo=UTC)

    assert dates.due(at.date(), at, MONDAY) == "tomorrow, 17:05"
    assert dates.due(None, None, MONDAY) == ""


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, ""),
        (0, "0:00"),
        (0.4, "0:00"),
        (42.5, "0:42"),
        (59.6, "1:00"),
        (3599.6, "1:00:00"),
        (3723, "1:02:03"),
    ],
)
def test_a_length_is_said_in_minutes_and_from_an_hour_on_in_hours(seconds, said):
    assert dates.length(seconds) == said


def test_an_instant_is_said_where_the_reader_is():
    here = Here(MONDAY, ZoneInfo("Asia/Tokyo"))

    local = here.local(datetime(2026, 3, 2, 20, 5, tzinfo=UTC))

    assert dates.moment(local, here.today) == "Tue 3 March, 5:05"


def test_without_a_zone_it_is_that_of_this_machine():
    assert dates.time(Here(MONDAY, None).local(datetime(2026, 7, 2, 8, tzinfo=UTC))) == "9:00"
