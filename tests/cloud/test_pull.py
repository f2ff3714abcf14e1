"""What sync_pull promises."""

import psycopg
import pytest

from tests.cloud.accounts import TABLES, Account, clock, row, row_id


@pytest.fixture
def alice(database):
    with Account(database) as account:
        yield account


def test_pages_follow_the_numbers_over_all_tables(alice):
    for number in range(10):
        alice.push(*(row(number, table) for table in TABLES))

    pages = [alice.pull(after, 7) for after in range(0, 60, 7)]

    assert [one["seq"] for page in pages for one in page["rows"]] == list(range(1, 61))
    assert [page["more"] for page in pages] == [True] * 8 + [False]
    assert {page["head"] for page in pages} == {60}


def test_nothing_new_is_an_empty_last_page(alice):
    alice.push(row(1))

    page = alice.pull(1)

    assert (page["rows"], page["cursor"], page["head"], page["more"]) == ([], 1, 1, False)


def test_an_account_without_a_row_starts_at_zero(alice):
    page = alice.pull()

    assert (page["rows"], page["cursor"], page["head"], page["more"]) == ([], 0, 0, False)


def test_the_last_page_leads_past_a_hole_at_the_end(alice, database):
    alice.push(row(1), row(2))
    with database.connect() as owner:
        owner.execute("UPDATE sync_heads SET seq = 40")

    full, rest = alice.pull(0, 2), alice.pull(0, 1)

    assert (full["cursor"], full["more"]) == (40, False)
    assert (rest["cursor"], rest["more"]) == (1, True)


def test_a_row_that_changed_is_pulled_once_where_it_is_now(alice):
    alice.push(row(1), row(2))
    alice.push(row(1, hlc=clock(1_772_000_000_009), base=clock(), body_text="Changed."))

    assert [(one["id"], one["seq"]) for one in alice.pull_all()] == [(row_id(2), 2), (row_id(1), 3)]


@pytest.mark.parametrize(("limit", "rows"), [(-1, 1), (0, 1), (3, 3), (None, 500), (100_000, 1000)])
def test_any_limit_is_bent_to_what_is_possible(alice, limit, rows):
    for start in (0, 500, 1000):
        alice.push(*(row(start + number) for number in range(500)))

    page = alice.ask("SELECT public.sync_pull(0, %s)", limit)[0][0]

    assert (len(page["rows"]), page["more"], page["cursor"]) == (rows, True, rows)


def test_a_cursor_below_zero_or_missing_starts_at_the_beginning(alice):
    alice.push(row(1))

    for after in (None, -5):
        assert len(alice.ask("SELECT public.sync_pull(%s)", after)[0][0]["rows"]) == 1


def test_a_page_of_large_rows_ends_early_and_loses_none(alice):
    with alice.transaction() as db:
        noise = db.execute(
            "SELECT string_agg(md5(n::text), '') FROM generate_series(1, 28000) AS n"
        ).fetchone()
    assert noise
    for number in range(5):
        alice.push(row(number, body_text=noise[0]))

    first = alice.pull()

    assert 0 < len(first["rows"]) < 5
    assert first["more"]
    assert len(alice.pull_all()) == 5


def test_a_reset_account_sends_the_cursor_back(alice):
    alice.push(row(1))
    alice.ask("SELECT public.account_delete()")

    page = alice.pull(1)

    assert (page["rows"], page["cursor"], page["more"]) == ([], 0, False)


def test_a_pull_writes_nothing(alice):
    with alice.transaction() as db:
        db.execute("SET TRANSACTION READ ONLY")

        assert db.execute("SELECT public.sync_pull()").fetchone()


def test_without_a_user_there_is_no_answer(database):
    with Account(database, None) as nobody, pytest.raises(psycopg.Error) as refused:
        nobody.pull()

    assert refused.value.sqlstate == "PT401"
