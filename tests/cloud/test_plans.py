"""The hot queries use their indexes once there is something to search: 100,000 rows and more, after ANALYZE."""

import json
from typing import Any

import pytest

from tests.cloud.accounts import Account, row

pytestmark = pytest.mark.xdist_group("plans")
ROWS, USERS = 120_000, 400
_FILL = """
INSERT INTO {table} (user_id, id, hlc, seq, body)
SELECT 'user_' || n % {users}, gen_random_uuid(), lpad(n::text, 15, '0') || '-0000-aaaaaaaaaaaa', 0, jsonb_build_object(
  'text', repeat('word ', 8), 'created_at', to_char(timestamp '2026-01-01' + n * interval '1 minute',
  'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'entry_id', md5((n / 2)::text), 'due_on', '2026-03-04',
  'status', CASE WHEN n % 20 = 0 THEN 'open' ELSE 'done' END)
FROM generate_series(1, {rows}) AS n
"""
NEWEST = (
    "SELECT id, body FROM journal_entries WHERE deleted_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 50"
)
OPEN = "SELECT id, body FROM todos WHERE status = 'open' ORDER BY due_on, id LIMIT 50"
CHILDREN = "SELECT id, body FROM todos WHERE entry_id = md5('5')"
FEED = "SELECT id, body FROM journal_entries WHERE seq > 100 ORDER BY seq LIMIT 501"
REVISIONS = "SELECT body FROM entry_revisions WHERE table_name = 'todos' AND row_id = gen_random_uuid()"
OBJECT = "SELECT size_bytes FROM recordings WHERE entry_id = md5('5')"


@pytest.fixture(scope="module")
def crowded(cluster):
    """Return a database in which 400 people have 120,000 entries and as many to-dos."""
    with cluster.temporary("laid") as database:
        with database.connect("supabase_admin") as admin:
            for table in ("journal_entries", "todos"):
                # Numbers are given here at once: one by one is what the trigger is for, and takes a minute.
                admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER number_row".encode())
                filled = _FILL.format(table=table, users=USERS, rows=ROWS).replace(", 0, jsonb", ", n, jsonb")
                admin.execute(filled.encode())
                admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER number_row".encode())
            admin.execute(
                "INSERT INTO sync_heads SELECT 'user_' || n, %s FROM generate_series(0, 399) n", (ROWS,)
            )
            admin.execute("ANALYZE")
        yield database


def _steps(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(step for child in plan.get("Plans", []) for step in _steps(child))]


def _assert_is_indexed(plan: dict[str, Any]) -> None:
    kinds = [step["Node Type"] for step in _steps(plan)]
    assert "Seq Scan" not in kinds, kinds
    assert any(kind.startswith(("Index", "Bitmap Index")) for kind in kinds), kinds


@pytest.mark.parametrize("query", [NEWEST, OPEN, CHILDREN, FEED], ids=["newest", "open", "children", "feed"])
def test_a_hot_query_uses_an_index(crowded, query):
    with Account(crowded, "user_7") as account:
        ((plans,),) = account.ask(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}")

    _assert_is_indexed(plans[0]["Plan"])
    assert max(step["Actual Rows"] for step in _steps(plans[0]["Plan"])) <= 501


@pytest.mark.parametrize("query", [REVISIONS, OBJECT], ids=["revisions", "recordings"])
def test_tables_that_are_small_today_have_an_index_for_tomorrow(crowded, query):
    with Account(crowded, "user_7") as account, account.transaction() as db:
        db.execute("SET LOCAL enable_seqscan = off")
        ((plans,),) = db.execute(f"EXPLAIN (FORMAT JSON) {query}".encode()).fetchall()

    _assert_is_indexed(plans[0]["Plan"])


def test_push_and_pull_read_by_index_inside_too(crowded):
    """Ten calls each, so that plans for any argument are used too; rows read one after the other are counted."""
    with Account(crowded, "user_7") as account:
        for _ in range(10):
            account.pull(ROWS // 2)
            account.push(row(1))
        with account.transaction() as db:
            read = "SELECT sum(seq_tup_read) FROM pg_stat_xact_user_tables WHERE relname IN (%s, %s)"
            before = db.execute(read, ("journal_entries", "todos")).fetchone()
            db.execute("SELECT public.sync_pull(%s)", (ROWS // 2,))
            db.execute("SELECT public.sync_push(%s)", (json.dumps([row(2)]),))
            after = db.execute(read, ("journal_entries", "todos")).fetchone()

    assert (before, after) == ((0,), (0,))


def test_a_push_reads_the_rows_it_is_about_and_no_others(crowded):
    with Account(crowded, "user_8") as account:
        rows = json.dumps([row(number) for number in range(100)])
        for _ in range(8):
            account.ask("SELECT public.sync_push(%s)", rows)
        with account.transaction() as db:
            read = "SELECT idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = %s"
            (before,) = db.execute(read, ("journal_entries",)).fetchone() or (0,)
            db.execute("SELECT public.sync_push(%s)", (rows,))
            (after,) = db.execute(read, ("journal_entries",)).fetchone() or (0,)

    assert after - before == 100


def test_the_pulls_page_is_right_among_many(crowded):
    with Account(crowded, "user_7") as account:
        page = account.pull(ROWS // 2, 100)

    numbers = [one["seq"] for one in page["rows"]]
    assert numbers == sorted(numbers)
    assert (len(numbers), page["more"]) == (100, True)
