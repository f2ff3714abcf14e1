"""Which of two versions counts, the server's clock, and the form that rows travel in."""

from datetime import UTC, datetime, timedelta

import pytest

from braindump_cli.domain.sync import (
    ACKNOWLEDGE,
    ENTRIES,
    GONE,
    HOLD_BACK,
    REBASE,
    SKIP,
    TAKE,
    Mine,
    Row,
    clock_offset_ms,
    verdict,
)
from braindump_cli.domain.wire_rows import (
    MOST_BYTES,
    MOST_ROWS,
    batches,
    page_of,
    pushed_of,
    row_of,
    size_of,
    to_plain,
)
from braindump_cli.errors import UnreadableError

HERE, THERE = "a" * 12, "b" * 12
NOW = "2026-03-02T09:14:00+00:00"


def hlc(millis, device=THERE):
    return f"{millis:015}-0000-{device}"


def mine(millis=5, *, base=None, dirty=False, private=False, withdrawn=False, leaves=False):
    return Mine(hlc(millis, HERE), base, dirty, private, withdrawn, leaves)


def theirs(millis, **fields):
    return Row(table=ENTRIES, id="e", hlc=hlc(millis), **fields)


WITHDRAWN_HERE = Row(table=ENTRIES, id="e", hlc=hlc(4, HERE), purged=True, withdrawn=True)


@pytest.mark.parametrize(
    ("held", "row", "expected"),
    [
        (None, theirs(1), TAKE),
        (None, theirs(1, purged=True), SKIP),
        (mine(), Row(table=ENTRIES, id="e", hlc=hlc(5, HERE)), ACKNOWLEDGE),
        (mine(base=hlc(3)), theirs(3), SKIP),
        (mine(), theirs(6), TAKE),
        (mine(), theirs(4), SKIP),
        (mine(dirty=True, leaves=True), theirs(6), SKIP),
        (mine(dirty=True, leaves=True), theirs(4), SKIP),
        (mine(dirty=True), theirs(6), TAKE),
        (mine(private=True), theirs(6), HOLD_BACK),
        (mine(private=True, base=hlc(3, HERE), withdrawn=True), theirs(4), HOLD_BACK),
        (mine(private=True, base=hlc(3), withdrawn=True), theirs(6), TAKE),
        (mine(private=True, base=hlc(3), withdrawn=True), theirs(4), TAKE),
        (mine(private=True), theirs(6, purged=True), HOLD_BACK),
        (mine(private=True), theirs(6, purged=True, withdrawn=True), GONE),
        (mine(dirty=True)._replace(has_lost=True), theirs(4), TAKE),
        (mine(dirty=True)._replace(has_lost=True), theirs(4, purged=True, withdrawn=True), TAKE),
        (mine(dirty=True)._replace(has_lost=True), WITHDRAWN_HERE, REBASE),
    ],
)
def test_what_to_make_of_a_row_of_the_server(held, row, expected):
    assert verdict(held, row, device=HERE) == expected


def test_of_equal_times_the_counter_and_then_the_device_decide():
    held = Mine(
        f"{5:015}-0001-{HERE}", None, is_dirty=False, is_private=False, is_withdrawn=False, will_leave=False
    )

    assert verdict(held, theirs(5), device=HERE) == SKIP
    assert verdict(held._replace(hlc=hlc(5, HERE)), theirs(5), device=HERE) == TAKE


def test_the_servers_time_counts_for_half_the_round_trip():
    asked_at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    assert clock_offset_ms(asked_at + timedelta(seconds=11), asked_at, 2.0) == 10_000
    assert clock_offset_ms(asked_at - timedelta(days=1), asked_at, 0.0) == -86_400_000


def test_a_row_comes_back_from_its_plain_form():
    row = theirs(1, body={"text": "é"}, row_version=3)

    assert row_of(to_plain(row)) == row
    assert row_of({**to_plain(row), "seq": 9, "more": "unknown"}).seq == 9


def test_batches_keep_order_and_stay_within_both_limits():
    small = [theirs(n, body={"text": "x"}) for n in range(MOST_ROWS + 1)]
    large = [theirs(n, body={"text": "é" * 200_000}) for n in range(5)]

    for rows in (small, large, small + large):
        found = list(batches(rows))
        assert [row for batch in found for row in batch] == rows
        assert all(len(batch) <= MOST_ROWS for batch in found)
        assert all(sum(map(size_of, batch)) + 2 <= MOST_BYTES for batch in found)
    assert len(list(batches(small))) == 2


def test_a_row_is_measured_as_the_server_does():
    row = theirs(1, body={"text": "é\n", "tags": ["a", "b"]})

    measured = (
        '{"id": "e", "hlc": "000000000000001-0000-bbbbbbbbbbbb", "base": null, "body": {"tags": ["a", "b"], '
        '"text": "é\\n"}, "table": "journal_entries", "purged": false, "sealed": null, "withdrawn": false, '
        '"row_version": 1}'
    )

    assert size_of(row) >= len(measured.encode())


ROW = to_plain(theirs(1, body={}))


@pytest.mark.parametrize(
    "plain",
    [
        None, [], "", {}, {"rows": []}, {"rows": [], "head": 1, "now": "soon"}, {"rows": [{}], "head": 1, "now": NOW},
        {"rows": None, "head": 1, "now": NOW}, {"rows": [], "head": "x", "now": NOW},
        {"rows": [], "head": 1, "now": "2026-03-02T09:14:00"},
    ],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(plain):
    with pytest.raises(UnreadableError):
        pushed_of(plain)
    with pytest.raises(UnreadableError):
        page_of(plain)


@pytest.mark.parametrize(
    "wrong", [{"hlc": "now"}, {"hlc": None}, {"body": []}, {"body": "x"}, {"row_version": "x"}]
)
def test_a_row_that_is_none_is_refused(wrong):
    with pytest.raises(UnreadableError):
        row_of({**ROW, **wrong})


def test_answers_and_pages_are_read_whole():
    winner = {**ROW, "seq": 4}
    answer = {"table": ENTRIES, "id": "e", "status": "stale", "seq": None, "reason": None, "winner": winner}

    pushed = pushed_of({"rows": [{**answer, "has_revision": True}], "head": 7, "now": NOW})
    page = page_of({"rows": [winner], "cursor": 4, "head": 7, "more": True, "now": NOW})

    (read,) = pushed.answers
    assert (read.status, read.has_revision, read.winner, read.reason) == ("stale", True, row_of(winner), "")
    assert (pushed.head, page.cursor, page.head, page.more, len(page.rows)) == (7, 4, 7, True, 1)
