from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from braindump_cli.domain.moments import Span, parse_moment, parse_span

MONDAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "2026-03-02"),
        ("Yesterday", "2026-03-01"),
        ("the day before yesterday", "2026-02-28"),
        ("tomorrow", "2026-03-03"),
        ("3 days ago", "2026-02-27"),
        ("a week ago", "2026-02-23"),
        ("two weeks ago", "2026-02-16"),
        ("1 month ago", "2026-02-02"),
        ("a year ago", "2025-03-02"),
        ("friday", "2026-02-27"),
        ("last friday", "2026-02-27"),
        ("on thu", "2026-02-26"),
        ("monday", "2026-03-02"),
        ("last monday", "2026-02-23"),
        ("2026-11-02", "2026-11-02"),
        ("2 november 2025", "2025-11-02"),
        ("Nov 2, 2025", "2025-11-02"),
        ("the 2nd of november", "2025-11-02"),
        ("1 march", "2026-03-01"),
    ],
)
def test_a_day_is_named_as_people_name_it(words, day):
    first = date.fromisoformat(day)

    assert parse_span(words, MONDAY) == Span(first, first + timedelta(days=1))


@pytest.mark.parametrize(
    ("words", "first", "after"),
    [
        ("this week", "2026-03-02", "2026-03-09"),
        ("last week", "2026-02-23", "2026-03-02"),
        ("this month", "2026-03-01", "2026-04-01"),
        ("last month", "2026-02-01", "2026-03-01"),
        ("this year", "2026-01-01", "2027-01-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("november", "2025-11-01", "2025-12-01"),
        ("december 2025", "2025-12-01", "2026-01-01"),
        ("2026-12", "2026-12-01", "2027-01-01"),
        ("2024", "2024-01-01", "2025-01-01"),
    ],
)
def test_a_week_month_or_year_is_all_of_its_days(words, first, after):
    assert parse_span(words, MONDAY) == Span(date.fromisoformat(first), date.fromisoformat(after))


def test_a_week_begins_where_the_user_lets_it_begin():
    assert parse_span("this week", MONDAY, week_starts_sunday=True) == Span(
        date(2026, 3, 1), date(2026, 3, 8)
    )


def test_a_month_ago_is_the_last_day_of_a_shorter_month():
    assert parse_span("1 month ago", date(2026, 3, 31)) == Span(date(2026, 2, 28), date(2026, 3, 1))


@pytest.mark.parametrize(
    "words",
    [
        "", " ", "t", "mo", "30 february", "2026-02-30", "2026-13", "31 31 november", "the year 99999", "soon", "-1",
        "99999 years ago", "umpteen days ago", "9999-12-31", "0000", "²", "² march", "5 march april",
    ],
)  # fmt: skip
def test_what_names_no_day_is_no_day(words):
    assert parse_span(words, MONDAY) is None


@pytest.mark.parametrize(
    ("words", "local"),
    [
        ("yesterday 9pm", "2026-03-01T21:00"),
        ("yesterday at 9", "2026-03-01T09:00"),
        ("last friday at 12am", "2026-02-27T00:00"),
        ("2 november 2025 21:05", "2025-11-02T21:05"),
        ("9:30", "2026-03-01T09:30"),
        ("noon", "2026-03-01T12:00"),
        ("yesterday at midnight", "2026-03-01T00:00"),
        ("2026-11-02T21:00", "2026-11-02T21:00"),
        ("2026-11-02 21:00:30", "2026-11-02T21:00:30"),
        ("3 days ago", "2026-02-27T09:14"),
    ],
)
def test_a_moment_is_a_day_and_a_time_of_day(words, local):
    assert parse_moment(words, NOW, LONDON) == datetime.fromisoformat(local).replace(tzinfo=LONDON)


def test_a_moment_that_names_its_own_zone_keeps_it():
    assert parse_moment("2026-03-02T21:00+02:00", NOW, LONDON) == datetime(2026, 3, 2, 19, tzinfo=UTC)


def test_a_moment_without_a_zone_is_one_of_this_machine():
    assert parse_moment("2026-07-02 09:00", NOW, None) == datetime(2026, 7, 2, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "words",
    ["", "last week", "november", "25:00", "13pm", "0am", "9", "gibberish", "2026-02-30T09:00", "yesterday 9:75"],
)  # fmt: skip
def test_what_names_no_moment_is_no_moment(words):
    assert parse_moment(words, NOW, LONDON) is None


@pytest.mark.parametrize(
    "words", ["0001-01-01T00:00:00+05:00", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00", "9999-12-31 23:59"]
)  # fmt: skip
@pytest.mark.parametrize("zone", [None, LONDON])
def test_a_moment_at_the_end_of_time_is_out_of_reach(words, zone):
    assert parse_moment(words, NOW, zone) is None


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("now", "2026-03-02T09:14"),
        ("half an hour ago", "2026-03-02T08:44"),
        ("20 minutes ago", "2026-03-02T08:54"),
        ("last night", "2026-03-01T21:00"),
        ("this morning", "2026-03-02T09:00"),
        ("9pm", "2026-03-01T21:00"),
        ("8am", "2026-03-02T08:00"),
    ],
)
def test_a_moment_looks_back(words, moment):
    now = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)

    found = parse_moment(words, now, UTC)

    assert found == datetime.fromisoformat(moment).replace(tzinfo=UTC)
