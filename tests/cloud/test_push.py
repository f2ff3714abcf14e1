"""What sync_push promises."""

import json

import psycopg
import pytest

from tests.cloud.accounts import (
    BODIES,
    OTHER_DEVICE,
    TABLES,
    Account,
    ahead,
    clock,
    purge,
    row,
    row_id,
)

FIRST, SECOND, THIRD = clock(1_772_000_000_001), clock(1_772_000_000_002), clock(1_772_000_000_003)


@pytest.fixture
def alice(database):
    with Account(database) as account:
        yield account


def test_a_new_row_is_applied_and_numbered(alice):
    answer = alice.push(row(1), row(2))

    told = [(one["id"], one["status"], one["seq"], one["reason"], one["winner"]) for one in answer["rows"]]
    assert told == [(row_id(1), "applied", 1, None, None), (row_id(2), "applied", 2, None, None)]
    assert answer["head"] == 2


@pytest.mark.parametrize("table", TABLES)
def test_every_table_takes_a_row_and_gives_it_back_as_it_was(alice, table):
    pushed = row(7, table, body_of_tomorrow={"deep": [1, None, "é"]})

    alice.push(pushed)

    (pulled,) = alice.pull()["rows"]
    kept = {name: pushed[name] for name in pushed if name != "base"}
    assert pulled == {**kept, "seq": 1}


def test_a_repeat_is_the_same_and_moves_nothing(alice):
    first = alice.push(row(1), row(2))

    again = alice.push(row(1), row(2))

    assert [one["status"] for one in again["rows"]] == ["same", "same"]
    assert [one["seq"] for one in again["rows"]] == [1, 2]
    assert again["head"] == first["head"]


def test_an_edit_of_what_was_seen_is_applied(alice):
    alice.push(row(1, hlc=FIRST))

    answer = alice.push_one(row(1, hlc=SECOND, base=FIRST, body_text="Better."))

    assert (answer["status"], answer["has_revision"], alice.revisions()) == ("applied", False, [])
    assert alice.pull()["rows"][0]["body"]["text"] == "Better."


def test_the_newer_of_two_edits_wins_and_the_older_one_is_kept(alice):
    alice.push(row(1, hlc=FIRST))
    alice.push(row(1, hlc=SECOND, base=FIRST, body_text="Theirs."))

    answer = alice.push_one(row(1, hlc=THIRD, base=FIRST, body_text="Mine."))

    assert (answer["status"], answer["has_revision"]) == ("merged", True)
    assert alice.revisions() == [("journal_entries", SECOND, row(1, body_text="Theirs.")["body"])]
    assert alice.pull()["rows"][0]["body"]["text"] == "Mine."


def test_a_repeat_of_a_merge_tells_of_its_revision_again(alice):
    alice.push(row(1, hlc=FIRST))
    edited = row(1, hlc=SECOND, body_text="Mine.")
    alice.push(edited)

    answer = alice.push_one(edited)

    assert (answer["status"], answer["has_revision"]) == ("same", True)


def test_the_older_of_two_edits_is_kept_and_hears_the_winner(alice):
    winner = row(1, hlc=THIRD, body_text="Theirs.")
    alice.push(winner)

    answers = [alice.push_one(row(1, hlc=SECOND, body_text="Mine.")) for _ in range(2)]

    told = {**{name: winner[name] for name in winner if name != "base"}, "seq": 1}
    for answer in answers:
        assert (answer["status"], answer["winner"], answer["reason"]) == ("stale", told, None)
        assert answer["has_revision"]
    assert alice.revisions() == [("journal_entries", SECOND, row(1, body_text="Mine.")["body"])]


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("todos", {"body_text": "Call Tom"}),
        ("insights", {"body_content": '{"title": "Mine"}'}),
        ("focus_sessions", {"body_note": "mine"}),
        ("journal_entries", {"body_is_title_given": True, "body_title": "Mine"}),
    ],
)
def test_all_that_a_person_writes_is_kept_when_it_loses(alice, table, changed):
    alice.push(row(1, table, hlc=THIRD))

    answer = alice.push_one(row(1, table, hlc=FIRST, **changed))

    assert answer["has_revision"]
    assert [(kept[0], kept[1]) for kept in alice.revisions()] == [(table, FIRST)]


@pytest.mark.parametrize("table", ["insights", "todos"])
def test_what_an_engine_made_anew_leaves_no_revision(alice, table):
    alice.push(row(1, table, hlc=FIRST, body_is_edited=False, body_text="old", body_content="old"))

    answer = alice.push_one(
        row(1, table, hlc=SECOND, body_is_edited=False, body_text="new", body_content="new")
    )

    assert (answer["status"], answer["has_revision"], alice.revisions()) == ("merged", False, [])


def test_two_versions_of_a_row_in_a_batch_leave_the_newer_one(alice):
    answer = alice.push(row(1, hlc=FIRST, body_text="old"), row(1, hlc=SECOND, body_text="new"), row(2))

    assert [one["status"] for one in answer["rows"]] == ["stale", "applied", "applied"]
    assert answer["rows"][0]["winner"]["body"]["text"] == "new"
    assert [one["body"]["text"] for one in alice.pull_all()] == ["new", BODIES["journal_entries"]["text"]]


def test_one_write_twice_in_a_batch_is_the_same(alice):
    answer = alice.push(row(1), row(1))

    assert sorted(one["status"] for one in answer["rows"]) == ["applied", "same"]


def test_clocks_of_one_instant_are_told_apart_by_counter_and_device(alice):
    alice.push(row(1, hlc=clock(count=1)))

    later = alice.push_one(row(1, hlc=clock(count=1, device=OTHER_DEVICE)))
    earlier = alice.push_one(row(1, hlc=clock(count=0, device=OTHER_DEVICE)))

    assert (later["status"], earlier["status"]) == ("merged", "stale")


@pytest.mark.parametrize(("minutes", "status"), [(4, "applied"), (6, "clock_ahead"), (1440, "clock_ahead")])
def test_a_clock_may_be_five_minutes_ahead(alice, minutes, status):
    answer = alice.push_one(row(1, hlc=ahead(minutes)))

    assert answer["status"] == status
    assert len(alice.pull_all()) == (status == "applied")


def test_a_clock_far_behind_is_no_fault(alice):
    assert alice.push_one(row(1, hlc=ahead(-1440 * 400)))["status"] == "applied"


POISON: dict[str, object] = {
    "a number": 7,
    "null": None,
    "text": "row",
    "an array": [],
    "an empty object": {},
    "a table nobody knows": row(table="journal_entries") | {"table": "profiles"},
    "a table that is an object": row() | {"table": {}},
    "no table": row() | {"table": None},
    "no id": row() | {"id": None},
    "an id that is no UUID": row() | {"id": "12"},
    "an id in capitals": row() | {"id": "0192F0C1-0000-7000-8000-000000000001"},
    "no clock": row() | {"hlc": None},
    "an empty clock": row() | {"hlc": ""},
    "a clock with a short device": row() | {"hlc": "001772000000000-0000-aaa"},
    "a clock with a line break": row() | {"hlc": clock() + "\n"},
    "a base that is no clock": row() | {"base": "yesterday"},
    "purged as text": row() | {"purged": "yes"},
    "withdrawn, not purged": row() | {"withdrawn": True},
    "no version": row() | {"row_version": None},
    "version 0": row() | {"row_version": 0},
    "a broken version": row() | {"row_version": 1.5},
    "an endless version": row() | {"row_version": 10**30},
    "neither body nor sealed": row() | {"body": None},
    "both": row() | {"sealed": "QUJD"},
    "a body that is text": row() | {"body": "hello"},
    "a body that is an array": row() | {"body": []},
    "sealed that is no base64": row() | {"body": None, "sealed": "%%%"},
    "sealed that is a number": row() | {"body": None, "sealed": 5},
    "no instant": row(body_created_at=None),
    "an instant that is none": row(body_created_at="yesterday"),
    "an instant far too long": row(body_created_at="2026" * 5000),
    "no text": row(body_text=None),
    "a to-do without text": row(table="todos", body_text=5),
    "a recording of no entry": row(table="recordings", body_entry_id=None),
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
def test_a_bad_row_is_invalid_with_a_reason_and_fails_nobody_else(alice, poison):
    answer = alice.push(row(8), poison, row(9))

    assert [one["status"] for one in answer["rows"]] == ["applied", "invalid", "applied"]
    assert answer["rows"][1]["reason"]
    assert len(alice.pull_all()) == 2


def test_bodies_may_hold_what_no_column_expects(alice):
    odd = row(1, body_deleted_at="x" * 9000, body_tags="none", body_kind={"a": [1.5, ""]})
    heavy = row(2, "recordings", body_size_bytes=10**200)
    light = row(3, "recordings", body_size_bytes="many", body_object="y" * 9000)

    answer = alice.push(odd, heavy, light)

    assert [one["status"] for one in answer["rows"]] == ["applied"] * 3
    assert [one["body"] for one in alice.pull_all()] == [odd["body"], heavy["body"], light["body"]]


def test_a_row_of_a_newer_program_is_kept_as_it_is(alice):
    newer = row(1, row_version=9) | {"body": {"shape": "of tomorrow"}}

    assert alice.push_one(newer)["status"] == "applied"
    assert alice.pull()["rows"][0]["body"] == {"shape": "of tomorrow"}


def test_an_older_program_does_not_write_over_a_newer_ones_row_and_loses_no_word(alice):
    newer = row(1, hlc=FIRST, row_version=2)
    alice.push(newer)

    answer = alice.push_one(row(1, hlc=SECOND, base=FIRST, row_version=1, body_text="Old program."))

    assert (answer["status"], answer["reason"], answer["has_revision"]) == ("stale", "row_version", True)
    assert answer["winner"]["hlc"] == FIRST
    assert alice.pull()["rows"][0]["row_version"] == 2
    assert alice.revisions()[0][2]["text"] == "Old program."


def test_an_older_program_may_purge_a_newer_ones_row(alice):
    newer = row(1, hlc=FIRST, row_version=2)
    alice.push(newer)

    answer = alice.push_one(purge(newer, SECOND) | {"row_version": 1})

    (left,) = alice.pull()["rows"]
    assert (answer["status"], left["purged"], left["body"], left["row_version"]) == ("applied", True, None, 2)


def test_a_tombstone_is_empty_whatever_came_with_it(alice):
    alice.push(row(1, hlc=FIRST))

    alice.push(row(1, hlc=SECOND, base=FIRST, purged=True))

    (left,) = alice.pull()["rows"]
    assert (left["purged"], left["body"], left["sealed"]) == (True, None, None)


def test_a_purge_keeps_an_edit_it_had_not_seen(alice):
    seen = row(1, hlc=FIRST)
    alice.push(seen)
    alice.push(row(1, hlc=SECOND, base=FIRST, body_text="Unseen."))

    answer = alice.push_one(purge(seen, THIRD))

    assert (answer["status"], answer["has_revision"]) == ("merged", True)
    assert [kept[2]["text"] for kept in alice.revisions()] == ["Unseen."]


def test_a_newer_edit_brings_a_purged_row_back(alice):
    seen = row(1, hlc=FIRST)
    alice.push(seen)
    alice.push(purge(seen, SECOND))

    answer = alice.push_one(row(1, hlc=THIRD, base=FIRST, body_text="Still needed."))

    assert answer["status"] == "merged"
    assert alice.pull()["rows"][0]["body"]["text"] == "Still needed."


def test_of_a_withdrawn_row_nothing_stays_not_even_revisions(alice):
    alice.push(row(1, hlc=FIRST))
    alice.push(row(1, hlc=SECOND, body_text="Not seen."))
    assert alice.revisions()

    answer = alice.push_one(purge(row(1, hlc=FIRST), THIRD, is_withdrawn=True))

    (left,) = alice.pull()["rows"]
    assert (answer["status"], answer["has_revision"]) == ("merged", False)
    assert (left["withdrawn"], left["body"], alice.revisions()) == (True, None, [])


@pytest.mark.parametrize("hlc", [FIRST, ahead(0)], ids=["an older edit", "a newer edit"])
def test_who_has_not_seen_that_a_row_was_withdrawn_cannot_publish_it_again(alice, hlc):
    seen = row(1, hlc=clock(1_772_000_000_000))
    alice.push(seen)
    alice.push(purge(seen, SECOND, is_withdrawn=True))

    answer = alice.push_one(row(1, hlc=hlc, base=seen["hlc"], body_text="Secret by now."))

    assert (answer["status"], answer["winner"]["withdrawn"]) == ("stale", True)
    assert not answer["has_revision"]
    assert (alice.revisions(), alice.pull()["rows"][0]["body"]) == ([], None)


def test_a_mere_purge_does_not_take_a_withdrawal_back(alice):
    seen = row(1, hlc=FIRST)
    alice.push(seen)
    alice.push(purge(seen, SECOND, is_withdrawn=True))

    alice.push(purge(seen, THIRD))

    assert alice.pull()["rows"][0]["withdrawn"]
    assert alice.push_one(row(1, hlc=ahead(0), base=FIRST))["reason"] == "withdrawn"


def test_who_withdrew_a_row_can_give_it_back(alice):
    seen = row(1, hlc=FIRST)
    alice.push(seen)
    alice.push(purge(seen, SECOND, is_withdrawn=True))

    answer = alice.push_one(row(1, hlc=THIRD, base=SECOND))

    (back,) = alice.pull()["rows"]
    assert (answer["status"], back["withdrawn"], back["purged"]) == ("applied", False, False)


def test_sealed_rows_are_compared_and_kept_without_being_read(alice):
    alice.push(row(1, hlc=FIRST, body=None, sealed="QUJD"))

    answer = alice.push_one(row(1, hlc=SECOND, body=None, sealed="REVG"))

    assert (answer["status"], answer["has_revision"]) == ("merged", True)
    assert alice.ask("SELECT sealed, body FROM entry_revisions") == [("QUJD", None)]
    assert alice.ask("SELECT sealed, created_at FROM journal_entries") == [("REVG", None)]


def test_one_id_of_two_people_is_two_rows(alice, database):
    with Account(database, "user_2xClerk") as bob:
        alice.push(row(1, body_text="Alice."))

        answer = bob.push(row(1, body_text="Bob.", hlc=clock(1)))

        assert (answer["rows"][0]["status"], answer["head"]) == ("applied", 1)
        assert [one["body"]["text"] for one in (*alice.pull_all(), *bob.pull_all())] == ["Alice.", "Bob."]


def test_a_row_cannot_name_its_owner_or_its_number(alice, database):
    alice.push(row(1) | {"user_id": "bob", "seq": 99})

    with Account(database, "bob") as bob:
        assert bob.pull_all() == []
    assert alice.pull()["rows"][0]["seq"] == 1


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (json.dumps([row(n) for n in range(501)]), "PT413"),
        (json.dumps([row(1, body_text="x" * 1_048_600)]), "PT413"),
        (json.dumps({"table": "todos"}), "PT400"),
        ("null", "PT400"),
        (None, "PT400"),
    ],
    ids=["501 rows", "more than 1 MB", "an object", "null", "nothing"],
)
def test_a_push_that_is_none_is_refused_as_a_whole(alice, rows, code):
    with pytest.raises(psycopg.Error) as refused:
        alice.ask("SELECT public.sync_push(%s)", rows)

    assert refused.value.sqlstate == code
    assert alice.pull_all() == []


def test_a_push_of_just_under_a_megabyte_on_the_wire_is_taken(alice):
    """PostgreSQL writes a blank after each comma and colon, which the wire does not have."""
    segments = [{"s": number, "e": number + 1, "w": "a"} for number in range(34_000)]
    pushed = row(1, "transcripts", body_segments=segments)
    size = len(json.dumps([pushed], separators=(",", ":")))

    assert 950_000 < size < 1_048_576
    assert alice.push_one(pushed)["status"] == "applied"


def test_an_empty_push_is_answered(alice):
    answer = alice.push()

    assert (answer["rows"], answer["head"]) == ([], 0)


def test_now_is_the_servers_instant_in_utc(alice):
    now = alice.push()["now"]

    (told,) = alice.ask("SELECT abs(extract(epoch FROM clock_timestamp() - %s::timestamptz)) < 60", now)
    assert told == (True,)
    assert now.endswith("Z")


def test_rows_written_past_the_call_are_numbered_too(alice, database):
    alice.push(row(1))

    with database.connect() as owner:
        owner.execute("UPDATE journal_entries SET hlc = %s, seq = 1", (SECOND,))
        owner.execute(
            "INSERT INTO todos (user_id, id, hlc, seq, body) VALUES ('alice', %s, %s, 1, '{}')",
            (row_id(5), FIRST),
        )

    assert [(one["table"], one["seq"]) for one in alice.pull_all()] == [("journal_entries", 2), ("todos", 3)]
    assert alice.push(row(6))["head"] == 4


def test_a_push_numbers_only_its_own_rows(alice, database):
    """sync_push tells the trigger that it numbers by itself; what follows in the same transaction is numbered again."""
    with database.connect() as owner, owner.transaction():
        owner.execute("SELECT set_config('request.jwt.claims', '{\"sub\": \"alice\"}', true)")
        owner.execute("SELECT private.sync_push(%s)", (json.dumps([row(1), row(2)]),))
        owner.execute("UPDATE journal_entries SET seq = 1 WHERE id = %s", (row_id(1),))

    assert [(one["id"], one["seq"]) for one in alice.pull_all()] == [(row_id(2), 2), (row_id(1), 3)]


def test_a_row_that_is_edited_between_others_gets_the_next_number(alice):
    alice.push(row(1), row(2), row(3))

    answer = alice.push(row(4), row(2, hlc=SECOND, base=clock()), row(1), row(5, "todos"))

    assert [one["seq"] for one in answer["rows"]] == [4, 5, 1, 6]
    assert answer["head"] == 6
