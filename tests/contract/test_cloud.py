"""What ports.Cloud promises, asked of the fake server, and of Supabase's client over a real PostgreSQL."""

import os
from contextlib import ExitStack
from datetime import timedelta

import pytest

from braindump_cli.domain.hlc import next_stamp
from braindump_cli.domain.sync import (
    APPLIED,
    CLOCK_AHEAD,
    ENTRIES,
    INSIGHTS,
    INVALID,
    MERGED,
    RECORDINGS,
    SAME,
    STALE,
    TODOS,
    Row,
)
from braindump_cli.errors import BraindumpError, ConflictError, NotFoundError
from braindump_cli.storage.supabase.cloud import SupabaseCloud
from tests.cloud.members import Member, calls_of
from tests.fakes_cloud import FakeAccount, FakeCloud

ANN, BEN = "a" * 12, "b" * 12
ID, OTHER = "01890000-0000-7000-8000-000000000001", "01890000-0000-7000-8000-000000000002"
BODY = {
    "text": "By the canal.",
    "created_at": "2026-03-02T09:14:00.000Z",
    "tags": ["leeds"],
    "duration_s": None,
    "is_starred": False,
}
MINUTE = 60_000


def fake_pair(clock):
    """Return two devices' ways to one account, and one to another user's."""
    account = FakeAccount()
    return FakeCloud(account, clock), FakeCloud(account, clock), FakeCloud(FakeAccount(), clock)


@pytest.fixture(params=["fake", "supabase"])
def clouds(request, clock):
    if request.param == "fake":
        yield fake_pair(clock)
        return
    url = request.getfixturevalue("project").gateway.url
    with ExitStack() as stack:
        calls = [stack.enter_context(calls_of(Member(url, user))) for user in ("user", "user", "stranger")]
        yield tuple(map(SupabaseCloud, calls))


@pytest.fixture
def cloud(clouds):
    return clouds[0]


@pytest.fixture
def stamp(cloud):
    """Return stamps of the server's time, moved by so many milliseconds."""
    now = cloud.open_account(ANN, name="ann", account_key="A" * 43 + "=").now

    def at(millis=0, device=ANN):
        return next_stamp("", int(now.timestamp() * 1000) + millis, device)

    return at


def row(hlc, **fields):
    return Row(**({"table": ENTRIES, "id": ID, "hlc": hlc, "body": BODY} | fields))


def statuses(pushed):
    return [answer.status for answer in pushed.answers]


def everything(cloud):
    return cloud.pull(0, limit=500).rows


def test_what_is_pushed_comes_back_as_it_was(cloud, stamp):
    sent = row(stamp(), body={**BODY, "a newer key": {"x": [1, 2.5, None]}}, row_version=7)

    pushed = cloud.push([sent])
    (got,) = everything(cloud)

    assert statuses(pushed) == [APPLIED]
    assert (got.key, got.hlc, got.body, got.row_version) == (sent.key, sent.hlc, sent.body, 7)
    assert (got.purged, got.withdrawn, got.sealed, got.seq) == (False, False, None, pushed.head)


def test_a_repeat_is_the_same_and_moves_nothing(cloud, stamp):
    sent = row(stamp())
    before = cloud.push([sent])

    again = cloud.push([sent])

    assert statuses(again) == [SAME]
    assert again.head == before.head


def test_a_later_write_on_what_was_seen_replaces_it_and_leaves_no_revision(cloud, stamp):
    first = row(stamp(1))
    cloud.push([first])

    pushed = cloud.push([row(stamp(2), base=first.hlc, body={**BODY, "text": "Again."})])

    assert statuses(pushed) == [APPLIED]
    assert cloud.kept_bodies(ENTRIES, ID) == []
    assert [each.body["text"] for each in everything(cloud)] == ["Again."]


def test_a_later_write_that_did_not_see_the_other_keeps_its_body(cloud, stamp):
    other = row(stamp(1, BEN), body={**BODY, "text": "Ben's."})
    cloud.push([other])

    (answer,) = cloud.push([row(stamp(2))]).answers

    assert (answer.status, answer.has_revision) == (MERGED, True)
    assert [(kept.hlc, kept.body["text"]) for kept in cloud.kept_bodies(ENTRIES, ID)] == [
        (other.hlc, "Ben's.")
    ]


def test_an_earlier_write_is_told_who_won_and_is_kept(cloud, stamp):
    winner = row(stamp(2, BEN), body={**BODY, "text": "Ben's."})
    cloud.push([winner])
    late = row(stamp(1))

    (answer,) = cloud.push([late]).answers
    (again,) = cloud.push([late]).answers

    for each in (answer, again):
        assert (each.status, each.has_revision) == (STALE, True)
        assert each.winner is not None
        assert (each.winner.hlc, each.winner.body) == (winner.hlc, winner.body)
    assert [kept.hlc for kept in cloud.kept_bodies(ENTRIES, ID)] == [late.hlc]


def test_equal_bodies_are_no_conflict(cloud, stamp):
    cloud.push([row(stamp(1, BEN))])

    (answer,) = cloud.push([row(stamp(2))]).answers

    assert (answer.status, answer.has_revision) == (MERGED, False)
    assert cloud.kept_bodies(ENTRIES, ID) == []


@pytest.mark.parametrize(
    ("table", "is_edited", "is_kept"),
    [
        (TODOS, True, True),
        (TODOS, False, False),
        (INSIGHTS, True, True),
        (INSIGHTS, False, False),
        (RECORDINGS, True, False),
    ],
)
def test_of_what_machines_find_only_hand_edited_words_are_kept(cloud, stamp, table, is_edited, is_kept):
    body = {"entry_id": OTHER, "is_edited": is_edited}
    cloud.push(
        [row(stamp(1, BEN), table=table, body={**body, "text": "Ben's.", "content": {"title": "Ben's."}})]
    )

    (answer,) = cloud.push(
        [row(stamp(2), table=table, body={**body, "text": "Ann's.", "content": {}})]
    ).answers

    assert (answer.status, answer.has_revision) == (MERGED, is_kept)
    assert len(cloud.kept_bodies(table, ID)) == is_kept


def test_a_repeat_hears_again_of_the_words_that_it_replaced(cloud, stamp):
    cloud.push([row(stamp(1, BEN), body={**BODY, "text": "Ben's."})])
    winner = row(stamp(2))
    cloud.push([winner])

    (again,) = cloud.push([winner]).answers

    assert (again.status, again.has_revision) == (SAME, True)


def test_a_row_of_a_newer_program_is_not_rewritten_by_an_older_one_but_may_be_deleted(cloud, stamp):
    newer = row(stamp(1), row_version=2)
    cloud.push([newer])

    (stale,) = cloud.push([row(stamp(2), base=newer.hlc, body={**BODY, "text": "Older."})]).answers
    (deleted,) = cloud.push([row(stamp(3), base=newer.hlc, purged=True, body=None)]).answers

    assert (stale.status, stale.reason, stale.has_revision) == (STALE, "row_version", True)
    assert stale.winner is not None
    assert stale.winner.hlc == newer.hlc
    assert deleted.status == APPLIED
    assert [(each.purged, each.row_version) for each in everything(cloud)] == [(True, 2)]


def test_who_has_not_seen_that_it_was_withdrawn_does_not_bring_it_back_and_who_has_may(cloud, stamp):
    withdrawn = row(stamp(2, BEN), purged=True, withdrawn=True, body=None)
    cloud.push([row(stamp(1))])
    cloud.push([withdrawn])

    (late,) = cloud.push([row(stamp(3), base=stamp(1), body={**BODY, "text": "Late."})]).answers
    (back,) = cloud.push([row(stamp(4), base=withdrawn.hlc)]).answers

    assert (late.status, late.reason, late.has_revision) == (STALE, "withdrawn", False)
    assert late.winner is not None
    assert (late.winner.hlc, late.winner.withdrawn) == (withdrawn.hlc, True)
    assert back.status == APPLIED


@pytest.mark.parametrize(("millis", "expected"), [(4 * MINUTE, APPLIED), (6 * MINUTE, CLOCK_AHEAD)])
def test_a_clock_may_be_ahead_by_five_minutes(cloud, stamp, millis, expected):
    pushed = cloud.push([row(stamp(millis))])

    assert statuses(pushed) == [expected]
    assert len(everything(cloud)) == (expected == APPLIED)


def test_one_bad_row_does_not_harm_the_others(cloud, stamp):
    good = row(stamp(1), id=OTHER)

    bad = [row(stamp(), table="nonsense"), row(stamp(), body=None), row(stamp(), id="7"), row("now")]
    bad.append(row(stamp(), withdrawn=True))
    pushed = cloud.push([*bad, good])

    assert statuses(pushed) == [INVALID] * len(bad) + [APPLIED]
    assert all(answer.reason for answer in pushed.answers if answer.status == INVALID)
    assert [each.id for each in everything(cloud)] == [OTHER]


def test_a_tombstone_has_no_body_and_keeps_one_that_it_had_not_seen(cloud, stamp):
    cloud.push([row(stamp(1, BEN))])

    (answer,) = cloud.push([row(stamp(2), purged=True, body=None)]).answers
    (got,) = everything(cloud)

    assert (answer.status, got.purged, got.withdrawn, got.body) == (MERGED, True, False, None)
    assert [kept.body for kept in cloud.kept_bodies(ENTRIES, ID)] == [BODY]


def test_what_is_withdrawn_leaves_no_words_on_the_server(cloud, stamp):
    cloud.push([row(stamp(1, BEN), body={**BODY, "text": "Ben's."})])
    cloud.push([row(stamp(2))])

    withdrawn = cloud.push([row(stamp(3), base=stamp(2), purged=True, withdrawn=True, body=None)])
    late = cloud.push([row(stamp(2, BEN), body={**BODY, "text": "Late."})])
    (got,) = everything(cloud)

    assert statuses(withdrawn) == [APPLIED]
    assert [(answer.status, answer.has_revision) for answer in late.answers] == [(STALE, False)]
    assert (got.purged, got.withdrawn, got.body) == (True, True, None)
    assert cloud.kept_bodies(ENTRIES, ID) == []


def test_a_sealed_row_is_kept_unread(cloud, stamp):
    cloud.push([row(stamp(), body=None, sealed="AAECAw==")])

    (got,) = everything(cloud)

    assert (got.body, got.sealed) == (None, "AAECAw==")


def test_the_feed_is_in_the_order_of_writes_over_all_tables_and_in_pages(cloud, stamp):
    cloud.push([row(stamp(5)), row(stamp(1), table=TODOS)])
    cloud.push([row(stamp(3), id=OTHER)])

    first = cloud.pull(0, limit=2)
    last = cloud.pull(first.cursor, limit=2)
    after = cloud.pull(last.cursor, limit=2)
    seen = [each.key for each in (*first.rows, *last.rows)]

    assert seen == [(ENTRIES, ID), (TODOS, ID), (ENTRIES, OTHER)]
    assert (first.more, last.more, last.cursor) == (True, False, last.head)
    assert (after.rows, after.more, after.cursor) == ((), False, last.head)


def test_the_cursor_of_a_page_is_its_end(cloud, stamp):
    cloud.push([row(stamp(1)), row(stamp(2), id=OTHER)])

    page = cloud.pull(0, limit=1)
    rest = cloud.pull(page.cursor, limit=1)

    assert page.more
    assert [each.id for each in (*page.rows, *rest.rows)] == [ID, OTHER]


def test_another_device_sees_it_and_another_user_does_not(clouds, stamp):
    mine, same_user, stranger = clouds
    mine.push([row(stamp())])

    assert [each.id for each in everything(same_user)] == [ID]
    assert everything(stranger) == ()


def test_a_push_has_at_most_500_rows(cloud, stamp):
    with pytest.raises(BraindumpError):
        cloud.push([row(stamp(), id=f"01890000-0000-7000-8000-{n:012x}") for n in range(501)])

    assert everything(cloud) == ()


def test_the_first_key_offered_is_the_accounts(clouds):
    mine, same_user, _ = clouds
    first, second = "A" * 43 + "=", "B" * 43 + "="

    one = mine.open_account(ANN, name="ann", account_key=first)
    other = same_user.open_account(BEN, name="ben", account_key=second)

    assert (one.account_key, one.wrapped_key, one.is_first) == (first, None, True)
    assert (other.account_key, other.wrapped_key, other.is_first) == (first, None, False)


def test_sealing_the_account_forgets_its_key(clouds):
    mine, same_user, _ = clouds
    mine.open_account(ANN, name="ann", account_key="A" * 43 + "=")

    mine.seal_account("wrapped")
    other = same_user.open_account(BEN, name="ben", account_key="B" * 43 + "=")

    assert (other.account_key, other.wrapped_key, other.is_first) == (None, "wrapped", False)


def test_a_sealed_account_holds_and_takes_no_words_that_can_be_read(clouds, stamp):
    mine, same_user, _ = clouds
    mine.push([row(stamp(1, BEN), body={**BODY, "text": "Ben's."})])
    mine.push([row(stamp(2))])

    mine.seal_account("wrapped")
    pushed = same_user.push([row(stamp(3)), row(stamp(3), id=OTHER, body=None, sealed="AAECAw==")])

    assert statuses(pushed) == [INVALID, APPLIED]
    assert mine.kept_bodies(ENTRIES, ID) == []


def test_every_answer_tells_the_time(cloud, clock, stamp):
    answers = [
        cloud.open_account(ANN, name="ann", account_key="A" * 43 + "="),
        cloud.push([]),
        cloud.pull(0, limit=1),
    ]

    assert all(answer.now.utcoffset() == timedelta(0) for answer in answers)


def test_an_object_is_kept_for_ever_the_same(cloud, tmp_path):
    sealed = tmp_path / "sealed"
    sealed.write_bytes(bytes(range(256)) * 20)
    path = "user/recording/0123456789abcdef"

    cloud.put_object(path, sealed)
    cloud.put_object(path, sealed)

    assert b"".join(cloud.get_object(path)) == sealed.read_bytes()


def test_objects_are_removed_also_twice(cloud, tmp_path):
    sealed = tmp_path / "sealed"
    sealed.write_bytes(b"x")
    path = "user/recording/0123456789abcdef"
    cloud.put_object(path, sealed)

    cloud.remove_objects([path])
    cloud.remove_objects([path])

    with pytest.raises(NotFoundError):
        b"".join(cloud.get_object(path))


@pytest.mark.parametrize("size", [1, 6 * 1024 * 1024, 13_000_001])
def test_an_object_of_any_size_comes_back_byte_for_byte(cloud, tmp_path, size):
    sealed = tmp_path / "sealed"
    sealed.write_bytes((os.urandom(1000) * (size // 1000 + 1))[:size])
    path = "user/recording/0123456789abcdef"

    cloud.put_object(path, sealed)
    cloud.put_object(path, sealed)

    assert b"".join(cloud.get_object(path)) == sealed.read_bytes()


def test_other_bytes_never_take_an_objects_place(cloud, tmp_path):
    sealed = tmp_path / "sealed"
    path = "user/recording/0123456789abcdef"
    sealed.write_bytes(b"first")
    cloud.put_object(path, sealed)

    sealed.write_bytes(b"other")
    with pytest.raises(ConflictError):
        cloud.put_object(path, sealed)

    assert b"".join(cloud.get_object(path)) == b"first"
