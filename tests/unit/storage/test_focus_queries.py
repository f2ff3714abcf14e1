"""What a status line asks does not grow with the sessions of ten years."""

from dataclasses import replace
from datetime import timedelta

import pytest

from braindump_cli.domain.filters import EntryFilter
from braindump_cli.domain.focus.changes import stopped
from braindump_cli.domain.ids import new_id
from braindump_cli.storage.sqlite.focus import SqliteFocus
from tests.fakes import MONDAY_MORNING
from tests.focus_parts import HOUR, MINUTE, session


def steps(db, ask):
    """Return how many instructions the engine takes, in tens."""
    counted = 0

    def count():
        nonlocal counted
        counted += 1
        return 0

    db.set_progress_handler(count, 10)
    ask()
    db.set_progress_handler(None, 10)
    return counted


@pytest.mark.parametrize("runs", [True, False])
def test_asking_for_the_newest_session_costs_the_same_among_many(mind, runs):
    sessions, db = SqliteFocus(mind.journal), mind.journal.db
    template = stopped(session(MONDAY_MORNING), MONDAY_MORNING + MINUTE)
    asked = (sessions.newest, mind.journal.has_open_focus, lambda: list(sessions.find(EntryFilter(limit=3))))

    def add(count):
        with mind.journal.writing():
            for place in range(count):
                at = MONDAY_MORNING + place * HOUR
                one = replace(template, id=new_id(at), started_at=at, ended_at=at + timedelta(minutes=1))
                sessions.add(one, cause="add")
            if runs:
                sessions.add(session(MONDAY_MORNING + count * HOUR), cause="start")

    add(5)
    few = [steps(db, ask) for ask in asked]
    add(400)

    many = [steps(db, ask) for ask in asked]

    assert all(after <= before + 2 for before, after in zip(few, many, strict=True)), (few, many)
