"""Natural days and moments: any text is none, or one that a journal can hold."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from braindump_cli.domain.moments import parse_moment, parse_span
from braindump_cli.domain.stamps import from_stamp, to_stamp

SAID = st.lists(
    st.sampled_from(
        (
            "last this on at the of a an next monday fri sunday week month year day days weeks ago yesterday today "
            "tomorrow november feb 29 30 31 0 1 2 12 13 99999 2nd 2025 2024 0001 9999 9999-12-31 0001-01-01 "
            "2026-02-30 2026-11 9pm 12am 25:00 9:30 noon midnight T21:00 ² ٣ + - , . :"
        ).split()
    ),
    max_size=6,
).map(" ".join)
STAMPED = st.builds(
    "{:04}-{:02}-{:02}T{:02}:{:02}{}".format,
    st.integers(0, 9999),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 24),
    st.integers(0, 60),
    st.sampled_from(["", "Z", "+14:00", "-12:00", "+99:00"]),
)
WORDS = st.text() | SAID | STAMPED
DAYS = st.dates(date(1900, 1, 1), date(2200, 1, 1))
ZONES = st.sampled_from(
    [None, ZoneInfo("Europe/London"), ZoneInfo("Pacific/Kiritimati"), ZoneInfo("Etc/GMT+12")]
)


@given(WORDS, DAYS, st.booleans())
def test_any_text_is_no_day_or_a_span_of_at_least_one(words, today, starts_sunday):
    span = parse_span(words, today, week_starts_sunday=starts_sunday)

    assert span is None or span.first < span.after


@given(WORDS, DAYS, ZONES)
@example("0001-01-01T00:00+14:00", date(2026, 3, 2), None)
@example("9999-12-31T23:59-12:00", date(2026, 3, 2), None)
def test_any_text_is_no_moment_or_one_that_is_kept_and_shown_anywhere(words, today, zone):
    at = parse_moment(words, datetime(today.year, today.month, today.day, 12, tzinfo=UTC), zone)

    if at is not None:
        kept = from_stamp(to_stamp(at))
        assert abs((kept - at).total_seconds()) < 0.001
        assert kept.astimezone(ZoneInfo("Pacific/Kiritimati")).tzinfo is not None
        assert kept.astimezone(ZoneInfo("Etc/GMT+12")).tzinfo is not None
