from datetime import UTC, datetime, timedelta, timezone

import pytest

from braindump_cli.domain.stamps import from_stamp, maybe_instant, maybe_stamp, to_stamp


def test_an_instant_is_written_in_utc_with_milliseconds():
    at = datetime(2026, 3, 2, 11, 14, 5, 678_901, tzinfo=timezone(timedelta(hours=2)))

    assert to_stamp(at) == "2026-03-02T09:14:05.678Z"


@pytest.mark.parametrize("year", [2, 33, 999, 2026, 9998])
def test_what_was_written_is_read_again_in_any_year(year):
    at = datetime(year, 1, 2, 3, 4, 5, 6000, tzinfo=UTC)

    assert from_stamp(to_stamp(at)) == at


def test_stamps_sort_like_their_instants():
    instants = [datetime(year, 5, 6, tzinfo=UTC) for year in (33, 999, 1066, 2026)]

    stamps = [to_stamp(at) for at in instants]

    assert stamps == sorted(stamps)


def test_no_instant_is_no_stamp():
    assert maybe_stamp(None) is None
    assert maybe_instant(None) is None
    assert maybe_instant("2026-03-02T09:14:00.000Z") == datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
