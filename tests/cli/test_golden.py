"""What the main commands print, exactly: one document a schema, and pages for people.

Pages are shown plainly in a pipe, and on terminals of 80 and 60 columns without colour. After a change that is
meant, write the files anew with

    BRAINDUMP_GOLDEN=write .venv/bin/python -m pytest tests/cli/test_golden.py

and read the difference before it is committed.
"""

import json
import os
import re
import subprocess
import sys
from contextlib import closing
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from braindump_cli.domain.insight import Findings, FoundTodo, Mention, Mood, WaitingFor
from braindump_cli.domain.leaving import ANSWERED
from braindump_cli.domain.selector import Selector
from braindump_cli.domain.sync import ENTRIES
from braindump_cli.services.focus import pause, resume, start
from braindump_cli.services.focus_end import stop
from braindump_cli.services.focus_past import Wanted, add_session
from braindump_cli.services.insights import keep_findings
from braindump_cli.storage.sqlite.journal import SqliteJournal
from braindump_cli.storage.sqlite.sync_rows import SyncRows
from braindump_cli.storage.sqlite.synced import BY_FEED
from braindump_cli.storage.sqlite.vocabulary import SqliteVocabulary
from tests.fakes import FakeClock
from tests.focus_parts import HOUR, MINUTE, plan, timer_of
from tests.journals import heard, mind_of, open_in, spoken, todo, typed
from tests.ledgers import ledger_in, outgoing
from tests.parts import ROOT
from tests.terminal import Terminal

GOLDEN = Path(__file__).parent / "golden"
WRITES = os.environ.get("BRAINDUMP_GOLDEN") == "write"
STANDING = (sys.executable, "-m", "tests.cli.standing")
TUESDAY = "2026-03-03T08:02:00Z"
RAMBLE = (
    "Okay so it's Monday morning and I'm already behind. I need to send Carla the revised budget by Wednesday."
    " I have to book the train to Leeds on Friday. Maybe I should ask about the missing coat."
    " The walk by the canal was good, I feel relieved. Ben promised to send me the slides tomorrow."
)
FOUND = Findings(
    title="Behind on Monday",
    summary="I'm already behind. I need to send Carla the revised budget by Wednesday. The walk was good.",
    todos=(
        FoundTodo(
            quote="send Carla the revised budget by Wednesday",
            text="Send Carla the revised budget",
            due_phrase="by Wednesday",
            due_on=date(2026, 3, 4),
        ),
        FoundTodo(quote="book the train to Leeds", text="Book the train to Leeds", due_on=date(2026, 3, 6)),
        FoundTodo(quote="ask about the missing coat", text="Ask about the missing coat", confidence=0.4),
    ),
    waiting_for=(
        WaitingFor(who="Ben", what="the slides", quote="send me the slides", due_on=date(2026, 3, 3)),
    ),
    moods=(Mood(label="relieved", valence=1, energy=-1, quote="I feel relieved"),),
    people=(Mention(name="Carla", quote="Carla"), Mention(name="Ben", quote="Ben")),
    places=(Mention(name="Leeds", quote="Leeds"),),
)
# Of these the machine decides what is found.
OF_THE_MACHINE = {"keyring", "PortAudio", "microphone", "disk space", "engine", "engines"}
DOCUMENTS = {
    "entry": "show 2",
    "entries": "list",
    "entries-found": "search canal",
    "history": "history 2",
    "entry_version": "history 2 --show 1",
    "today": "today",
    "answer": "ask when does Carla need the budget?",
    "review": "review",
    "insights": "insights show 2",
    "todo": "todos done 3",
    "todos": "todos list --all",
    "process": "process",
    "status": "status",
    "doctor": "doctor",
    "setup": "setup",
    "focus": "focus status",
    "focus_log": "focus log",
    "focus_session": "focus edit 1 --note Slides",
    "focus_report": "focus report --by todo",
    "setting": "config get record.max",
    "settings": "config list",
    "config_path": "config path",
    "lock": "lock status",
    "recovery": "lock recovery --written-down",
    "sent_log": "privacy log",
    "vocabulary": "vocabulary list",
    "keys": "keys list",
    "key": "keys set deepgram",
    "outgoing": "insights redo 2 --dry-run",
    "error": "show 99",
}
PAGES = {
    "show": "show 2",
    "show-voice": "show 1",
    "list": "list",
    "search": "search canal",
    "history": "history 2",
    "history-show": "history 2 --show 1",
    "history-none": "history 1",
    "today": "today",
    "ask": "ask when does Carla need the budget?",
    "ask-none": "ask what is the capital of Peru?",
    "review": "review",
    "insights": "insights show 2",
    "todos": "todos list",
    "todos-done": "todos done 3",
    "delete": "delete 1",
    "focus": "focus status",
    "focus-stop": "focus stop --note Slides",
    "focus-log": "focus log",
    "focus-report": "focus report --month",
    "focus-report-todo": "focus report --by todo",
    "process": "process",
    "status": "status",
    "config": "config list",
    "lock": "lock status",
    "privacy": "privacy log",
    "keys": "keys list",
    "error": "show 99",
}


@pytest.fixture
def environment(cli, home):
    """Return the environment of a journal made on a Monday and read on the Tuesday after."""
    with closing(open_in(home)) as db:
        mind = mind_of(db, FakeClock())
        memo = spoken(tags=("leeds",), is_private=True)
        mind.entries.add(memo, duration_s=42.0)
        said = heard("Thinking on the train.", "The river was high.", is_draft=True)
        mind.entries.attach(memo.id, said, reply="raw", at=FakeClock().now())
        mind.todos.add(todo("Call the dentist", priority="high", due_on=date(2026, 3, 2)))
        mind.todos.add(todo("Water the plants"))
        entry = mind.entries.add(typed(RAMBLE, tags=("work",)))
        keep_findings(entry, FOUND, engine="offline", model=None, mind=mind)
        rows, table = SyncRows(SqliteJournal(db, FakeClock())), BY_FEED[ENTRIES]
        for cause, text in (("edit", "Monday."), ("conflict", "It's Monday, and the canal is calm.")):
            rows.keep_revision(table, entry.id, body={"title": "", "text": text}, cause=cause)
        SqliteVocabulary(SqliteJournal(db, FakeClock())).add("Carla Okonkwo")
        keep_focus(mind)
        ledger = ledger_in(home, FakeClock())
        ledger.end(ledger.begin(outgoing(entry_id=entry.id), FakeClock().now()), ANSWERED, FakeClock().now())
    return {**cli.environment, "PYTHONPATH": str(ROOT), "STANDING_AT": TUESDAY}


def keep_focus(mind):
    """Keep a session of Monday, one added for Sunday, and one that runs since a quarter to eight on Tuesday."""
    clock = FakeClock()
    timer = timer_of(mind, clock, boot_id="")
    budget, plants = mind.todos.select(Selector(number=3))[0], mind.todos.select(Selector(number=2))[0]
    start(plan(rounds=3), timer, todo=budget, tags=("work",))
    clock.advance(10 * MINUTE)
    pause(timer)
    clock.advance(5 * MINUTE)
    resume(timer)
    clock.advance(HOUR)
    stop(timer)
    since = clock.now() - timedelta(days=1)
    add_session(since, since + HOUR, wanted=Wanted(note="Wrote the outline"), timer=timer)
    clock.set_wall(datetime.fromisoformat(TUESDAY) - 17 * MINUTE)
    start(plan(), timer, todo=plants)


def standing_run(environment, *words):
    given = {"DEEPGRAM_API_KEY": "dg-made-up-1234"} if words[0] == "keys" else {}
    if "--dry-run" in words:
        given = {"OPENAI_API_KEY": "sk-made-up-5678"}
    ran = subprocess.run(
        [*STANDING, *words],
        env={**environment, **given},
        input="dg-made-up-9012\n" if words[:2] == ("keys", "set") else "",
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    return ran.stdout + ran.stderr


def compare(name, shown):
    """Compare with the golden file, or write it anew."""
    path = GOLDEN / name
    if WRITES:
        path.write_text(shown, "utf-8")
    assert shown == path.read_text("utf-8")


def normalised(value, home, ids):
    """Return a document without what differs from run to run: ids, sizes, paths and instants."""
    if isinstance(value, dict):
        kept = {name: normalised(inner, home, ids) for name, inner in value.items()}
        return kept | ({"size_bytes": 1} if kept.get("size_bytes") else {})
    if isinstance(value, list):
        return [normalised(inner, home, ids) for inner in value]
    if not isinstance(value, str):
        return value
    text = re.sub(r"\b[0-9a-f]{16}\b", "<mark>", value.replace(str(home), "<home>"))
    text = re.sub(r"^braindump/[\d.]+$", "braindump/<version>", text)
    text = re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", lambda found: _name(found[0], ids), text)
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<instant>", text)


def _name(found, ids):
    return f"<id {ids.setdefault(found, len(ids) + 1)}>"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_what_was_promised(environment, home, name):
    document = json.loads(standing_run(environment, *DOCUMENTS[name].split(), "--json"))

    if name == "doctor":
        checks = document["data"]["checks"]
        document["data"]["checks"] = [check for check in checks if check["name"] not in OF_THE_MACHINE]
    if name == "status":
        document["data"]["version"] = "<version>"
    compare(f"{name}.json", json.dumps(normalised(document, home, {}), indent=2) + "\n")


@pytest.mark.parametrize("name", PAGES)
def test_a_page_in_a_pipe_is_whole_and_plain(environment, home, name):
    shown = standing_run(environment, *PAGES[name].split())

    compare(f"{name}.txt", _without_place(shown, home))


@pytest.mark.parametrize("name", [name for name in PAGES if name not in {"status", "config"}])
@pytest.mark.parametrize("columns", [80, 60])
def test_a_page_on_a_terminal_is_set_in_its_columns(environment, home, name, columns):
    terminal = Terminal({**environment, "NO_COLOR": "1"}, ROOT, columns=columns, command=STANDING)

    _, shown = terminal.run(*PAGES[name].split())

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()  # bold and faint are no colours
    compare(f"{name}-{columns}.txt", "".join(f"{line.rstrip()}\n" for line in lines))


def _without_place(shown, home):
    """Return the page without what differs from run to run."""
    shown = shown.replace(str(home), "<home>")
    return re.sub(r"Braindump( +)[\d.]+", r"Braindump\1<version>", re.sub(r"[\d.]+ MB", "1 MB", shown))
