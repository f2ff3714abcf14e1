"""What syncing costs a machine: the first sync of a long journal, and the background sync that a change starts."""

import json
import os
import resource
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import report
from benchmarks.report import Part, Row
from tests.cloud.cluster import Database
from tests.cloud.machines import Machine
from tests.cloud.project import Project
from tests.shell import BRAINDUMP

if TYPE_CHECKING:
    import psycopg

ENTRIES, BAR_S = 20_000, 30.0
_TEXT = "I walked along the canal and thought about the budget again. " * 11  # about 650 characters
_ROUNDS = 11
_FILL = """
INSERT INTO journal_entries (user_id, id, hlc, body)
SELECT %(user)s, gen_random_uuid(), lpad((1700000000000 + n)::text, 15, '0') || '-0000-aaaaaaaaaaaa',
  jsonb_build_object('kind', 'text', 'title', 'Entry ' || n, 'is_title_given', false, 'text', %(text)s || n,
    'is_text_edited', false, 'language', 'en', 'zone', 'Europe/London', 'tags', '["work"]'::jsonb, 'is_starred', false,
    'is_draft', false, 'duration_s', null, 'engine', null, 'source', 'argument', 'deleted_at', null, 'created_at',
    to_char(timestamp '2020-01-01' + n * interval '2 hours', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
FROM generate_series(1, %(count)s) AS n
"""


def parts(database: Database) -> list[Part]:
    """Measure on a project over a database that has our tables."""
    with ExitStack() as stack:
        project = stack.enter_context(closing(Project(database)))
        stack.enter_context(project.gateway)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="braindump-cloud-")))
        os.environ.update(
            BRAINDUMP_KEYS_STORE="file", BRAINDUMP_KEYS_CACHE="0", BRAINDUMP_JOURNAL_LANGUAGE="en"
        )
        first, everyday = list(_first_sync(project, folder)), list(_everyday(project, folder))
    told = (
        "CPU time of the real `sync` alone; the server and the stand-ins in front of it are other processes."
    )
    also = (
        "A command on a terminal, its own CPU time: with an account it starts `sync --background` at its end."
    )
    return [Part(f"A new machine, {ENTRIES:,} entries", told, first), Part("After a change", also, everyday)]


def _first_sync(project: Project, folder: Path) -> Iterator[Row]:
    machine = Machine(folder, project, name="new")
    machine.be_signed_in()
    (user,) = project.auth.users.values()
    with project.database.connect() as owner:
        _fill(owner, user.id)
    begun_s, before = time.perf_counter(), _cpu_s()
    ran = subprocess.run(
        [*BRAINDUMP, "sync", "--json"], env=machine.environment, capture_output=True, text=True, check=True
    )
    took_s = time.perf_counter() - begun_s
    pulled = json.loads(ran.stdout)["data"]["pulled"]
    if pulled != ENTRIES:
        raise RuntimeError(f"{pulled} of {ENTRIES} entries arrived")
    yield report.at_most("first sync, our CPU", _cpu_s() - before, BAR_S, unit="s")
    yield report.at_most("first sync, time that passed", took_s, None, unit="s")


def _fill(owner: "psycopg.Connection", user: str) -> None:
    owner.execute(_FILL.encode(), {"user": user, "text": _TEXT, "count": ENTRIES})


def _everyday(project: Project, folder: Path) -> Iterator[Row]:
    without, with_account = (Machine(folder, project, name=name) for name in ("without", "with"))
    with_account.be_signed_in("ben@example.org")
    for words in (("add", "A plum.", "--no-insights"), ("list",)):
        costs: dict[str, list[float]] = {"without": [], "with": []}
        for _ in range(_ROUNDS):
            for machine, name in ((without, "without"), (with_account, "with")):
                before = _cpu_s()
                machine.terminal().run(*words)
                costs[name].append((_cpu_s() - before) * 1000)
        ours, plain = statistics.median(costs["with"]), statistics.median(costs["without"])
        yield report.ratio(f"{words[0]}, signed in / signed out", ours, plain, bar=1.1)


def _cpu_s() -> float:
    """Return the CPU time of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
