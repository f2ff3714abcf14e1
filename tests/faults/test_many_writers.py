"""Many commands at once, the very first ones too: every entry is kept, no number is given twice."""

import json

from tests.parts import run_together
from tests.shell import LONGEST_S, Cli

WRITERS, EACH = 20, 50
ADD_MANY = """
import sys
from braindump_cli.main import _answer
sys.stdin.readline()
for number in range(int(sys.argv[1])):
    assert _answer(["add", f"Thought {number}. I must buy milk.", "--json"]) == 0
"""


def test_twenty_first_commands_at_once_are_twenty_entries(cli: Cli):
    adding = [cli.start("add", f"I must call number {number}.", "--json") for number in range(WRITERS)]
    told = [process.communicate(timeout=LONGEST_S) for process in adding]

    assert [(process.returncode, err) for process, (_, err) in zip(adding, told, strict=True)] == [
        (0, b"")
    ] * WRITERS
    added = {entry["number"]: entry["text"] for entry in (json.loads(out)["data"] for out, _ in told)}
    listed = {entry["number"]: entry["text"] for entry in cli.run("list", "--json").json()["data"]}
    assert added == listed
    assert sorted(listed) == list(range(1, WRITERS + 1))
    assert len(cli.run("todos", "list", "--json").json()["data"]) == WRITERS


def test_twenty_processes_that_add_fifty_entries_each_keep_a_thousand(cli: Cli):
    said = [line for one in run_together(WRITERS, ADD_MANY, EACH) for line in one.splitlines()]

    assert [line for line in said if not line.startswith('{"schema": "braindump.entry/1"')] == []
    added = {entry["id"]: entry["number"] for entry in (json.loads(line)["data"] for line in said)}
    listed = {entry["id"]: entry["number"] for entry in cli.run("list", "--json").json()["data"]}
    assert added == listed
    assert sorted(listed.values()) == list(range(1, WRITERS * EACH + 1))
    assert {todo["number"] for todo in cli.run("todos", "list", "--json").json()["data"]} == set(
        listed.values()
    )
    assert cli.run("status", "--json").json()["data"]["pending"] == {}
