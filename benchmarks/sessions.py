"""Ten years of focus sessions, kept through the product's own repositories.

`python -m benchmarks.sessions COUNT` keeps them in $BRAINDUMP_HOME, and last of all one that runs: six or seven a day
in London, of one to six rounds, paused in every third, on 400 to-dos and with a tag in every second.
"""

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from braindump_cli.domain.focus.changes import paused, resumed, stopped
from braindump_cli.domain.focus.session import Plan, Session
from braindump_cli.domain.ids import new_id
from braindump_cli.domain.todo import Todo
from braindump_cli.runtime import Runtime

_BATCH = 1000  # sessions a transaction
_SPAN = timedelta(days=3650)
_TODOS = 400
_TAGS = ("work", "family", "health", "idea", "reading", "money", "garden")
_ENDLESS = Plan(work=timedelta(hours=24), rounds=100)


def stream(count: int, now: datetime, todo_ids: list[str]) -> Iterator[Session]:
    """Yield `count` ended sessions, oldest first, the last of them of today."""
    chance = random.Random(7)
    for place in range(count):
        begun = now - _SPAN + _SPAN / count * (place + 1) - timedelta(hours=6)
        session = Session(
            id=new_id(begun),
            started_at=begun.replace(microsecond=0),
            todo_id=chance.choice(todo_ids),
            tags=(chance.choice(_TAGS),) if chance.random() < 0.5 else (),
        )
        if chance.random() < 0.3:
            at = session.started_at + timedelta(minutes=chance.randint(1, 20))
            session = resumed(paused(session, at), at + timedelta(minutes=3))
        yield stopped(session, session.started_at + timedelta(minutes=30 * chance.randint(1, 6)))


def _keep(runtime: Runtime, count: int) -> None:
    now, sessions = runtime.clock.now(), runtime.timer.sessions
    with runtime.journal.writing():
        todos = [
            Todo(id=new_id(now), number=0, text=f"To-do {place}", created_at=now) for place in range(_TODOS)
        ]
        todo_ids = [runtime.todos.add(todo).id for todo in todos]
    made = stream(count, now, todo_ids)
    while batch := list(islice(made, _BATCH)):
        with runtime.journal.writing():
            for session in batch:
                sessions.add(session, cause="add")
    running = Session(id=new_id(now), started_at=now, plan=_ENDLESS, todo_id=todo_ids[0])
    sessions.add(running, cause="start")


def main() -> None:
    """Keep them, and end."""
    runtime = Runtime()
    _keep(runtime, int(sys.argv[1]))
    runtime.close()


if __name__ == "__main__":
    main()
