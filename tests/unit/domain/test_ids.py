from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from braindump_cli.domain.hlc import next_stamp
from braindump_cli.domain.ids import derived_id, new_id, time_of

AT = datetime(2026, 3, 2, 9, 14, 5, 678_000, tzinfo=UTC)


def test_a_new_id_is_a_uuid_of_version_7_that_tells_its_time():
    made = UUID(new_id(AT))

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert time_of(str(made)) == AT


def test_ids_made_at_one_instant_differ():
    assert len({new_id(AT) for _ in range(100)}) == 100


def test_later_ids_sort_later():
    made = [new_id(AT + timedelta(milliseconds=step)) for step in range(100)]

    assert made == sorted(made)


@pytest.mark.parametrize(
    "words", ["", "nonsense", "6f2d3c1e-5b7a-4c86-9a54-0d8f0b6c2e11", "ffffffff-ffff-7fff-bfff-ffffffffffff"]
)
def test_what_is_no_uuid_of_version_7_tells_no_time(words):
    assert time_of(words) is None


def test_a_derived_id_is_the_same_on_every_device_and_keeps_its_parts_apart():
    assert derived_id("todo", "a", "bc") == "e28de81c-d74b-5bc6-b41c-d7c9891b93cc"
    assert derived_id("todo", "ab", "c") != derived_id("todo", "a", "bc")


def test_the_first_stamp_is_the_time_and_the_device():
    assert next_stamp("", 1_772_442_845_678, "d1") == "001772442845678-0000-d1"


def test_a_change_within_the_same_millisecond_or_with_the_clock_set_back_counts_on():
    first = next_stamp("", 5_000, "d1")

    second = next_stamp(first, 5_000, "d1")
    third = next_stamp(second, 10, "d1")

    assert [first, second, third] == sorted([first, second, third])
    assert third == "000000000005000-0002-d1"


def test_a_full_counter_takes_the_next_millisecond():
    assert next_stamp("000000000005000-9999-d1", 10, "d1") == "000000000005001-0000-d1"


def test_stamps_never_go_back_however_the_clock_jumps():
    stamps = [""]
    for now_ms in [7, 3, 9, 9, 9, 1, 10, 0]:
        stamps.append(next_stamp(stamps[-1], now_ms, "d1"))

    assert stamps == sorted(set(stamps))
