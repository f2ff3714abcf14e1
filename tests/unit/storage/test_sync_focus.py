"""Focus sessions on their way between machines: as they were, and their sums worked out anew."""

from datetime import timedelta
from typing import Any

import pytest

from braindump_cli.domain.sync import FOCUS_SESSIONS, Page, Row
from braindump_cli.storage.sqlite.focus import SqliteFocus
from braindump_cli.storage.sqlite.outbox import SqliteSync
from tests.fakes import MONDAY_MORNING
from tests.journals import typed

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
PLAN = {
    "work_s": 1500, "break_s": 300, "long_break_s": 900, "every": 4, "rounds": 2, "long_gap_s": 3600,
    "is_strict": False,
}  # fmt: skip
BODY: dict[str, Any] = {
    "todo_id": None, "entry_id": None, "plan": PLAN, "tags": ["work"], "note": "Half of it.", "status": "stopped",
    "intervals": [["pause", "2026-03-02T09:10:00.000Z", "2026-03-02T09:15:00.000Z"]],
    "started_at": "2026-03-02T09:00:00.000Z", "ended_at": "2026-03-02T09:25:00.000Z",
}  # fmt: skip


@pytest.fixture
def focus(mind):
    return SqliteFocus(mind.journal)


@pytest.fixture
def store(mind, focus):
    return SqliteSync(mind.journal, {FOCUS_SESSIONS: focus.reckon})


def arrive(store, body, millis=1):
    row = Row(
        table=FOCUS_SESSIONS, id=ID, hlc=f"{millis:015}-0000-{'b' * 12}", body=body, purged=body is None
    )
    after = store.cursor()
    store.apply(Page((row,), after + 1, after + 1, False, MONDAY_MORNING), after=after)


def worked_s(mind):
    return mind.journal.db.execute("SELECT total(seconds) FROM focus_work").fetchone()[0]


def test_a_session_comes_in_and_goes_out_as_it_was_and_its_time_counts_here(mind, focus, store):
    arrive(store, {**BODY, "colour": "red"})
    store.offer_all_again(is_fresh=False)

    (again,) = store.outgoing()
    session = focus.newest()
    assert again.body == {**BODY, "colour": "red"}
    assert (session.tags, session.note, session.plan.work) == (
        ("work",),
        "Half of it.",
        timedelta(minutes=25),
    )
    assert worked_s(mind) == 20 * 60
    sums = mind.journal.db.execute("SELECT focused_s, planned_s, pauses FROM focus_sessions").fetchone()
    assert sums == (20 * 60, 50 * 60, 1)


def test_what_was_taken_back_elsewhere_counts_no_more(mind, focus, store):
    arrive(store, BODY)

    arrive(store, None, millis=2)

    assert focus.newest() is None
    assert worked_s(mind) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"plan": {}}, {"plan": {**PLAN, "work_s": 0}}, {"plan": {**PLAN, "work_s": "long"}}, {"plan": 7},
        {"intervals": [["pause"]]}, {"intervals": [["pause", "noon", None]]}, {"intervals": "none"}, {"tags": [1]},
        {"status": "asleep"}, {"started_at": "noon"},
    ],
)  # fmt: skip
def test_one_that_this_program_cannot_read_is_set_aside_whole(mind, focus, store, wrong):
    arrive(store, BODY | wrong)

    assert focus.newest() is None
    assert mind.journal.db.execute("SELECT count(*) FROM arrivals").fetchone()[0] == 1


@pytest.mark.parametrize("is_private", [True, False])
def test_a_session_on_a_private_entry_stays_here(mind, store, is_private):
    entry = mind.entries.add(typed("Nobody shall know.", is_private=is_private))
    arrive(store, {**BODY, "entry_id": entry.id})
    store.offer_all_again(is_fresh=False)

    sent = [row for row in store.outgoing() if row.table == FOCUS_SESSIONS]

    assert len(sent) == (0 if is_private else 1)


def test_a_session_that_runs_stays_here_until_it_ends(mind, store):
    arrive(store, {**BODY, "ended_at": None, "status": "running"})
    store.offer_all_again(is_fresh=False)

    assert list(store.outgoing()) == []
