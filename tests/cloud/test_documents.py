"""What the commands of the cloud answer, exactly: one golden document a schema, and pages for people.

Written anew with BRAINDUMP_GOLDEN=write, as those of tests/cli/test_golden.py.
"""

import json
import re

import pytest

from tests.accounts import ADA
from tests.cli.test_golden import compare, normalised
from tests.cloud.machines import Machine
from tests.cloud.test_machines import record, sound


@pytest.fixture
def laptop(tmp_path, home, project):
    one = Machine(tmp_path, project, name="laptop")
    one.be_signed_in()
    one.told("add", "A plum. I have to eat it tomorrow.", "--at", "2026-03-02T09:14:00Z")
    return one


def document(machine, *words):
    """Return a command's whole document without what differs from run to run."""
    ran = machine.run(*words, "--json")
    assert ran.status == 0, ran
    return _without_place(json.loads(ran.out), machine)


def _without_place(value, machine):
    shown = json.dumps(normalised(value, machine.home, {}), indent=2) + "\n"
    shown = shown.replace(str(machine.folder), "<folder>").replace(machine.project.gateway.url, "<url>")
    shown = shown.replace(machine.project.gateway.url.removeprefix("http://"), "<project>")
    return re.sub(r'"(storage_bytes|size_bytes)": [1-9]\d*', r'"\1": 1', shown)


def page(machine, *words):
    """Return what a person reads in a pipe."""
    ran = machine.run(*words)
    shown = (
        (ran.out + ran.err)
        .replace(machine.project.gateway.url, "<url>")
        .replace(str(machine.folder), "<folder>")
    )
    return re.sub(
        r"\d+\.\d MB", "1 MB", re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\d:\d\d", "<instant>", shown)
    )


def test_each_schema_is_what_was_promised(laptop, tmp_path):
    record(laptop, sound(tmp_path / "a.wav"), "--title", "A song", "--at", "2026-03-02T10:14:00Z")
    laptop.told("edit", "2", "--private")
    laptop.told("edit", "2", "--public")

    shown = {
        "sync.json": document(laptop, "sync"),
        "cloud.json": document(laptop, "cloud", "status"),
        "cloud.txt": page(laptop, "cloud", "status"),
        "sync.txt": page(laptop, "sync"),
        "played.json": document(laptop, "play", "2", "--to", "out"),
        "entry_privacy.json": document(laptop, "edit", "1", "--private"),
        "cloud_export.json": document(laptop, "cloud", "export", "there"),
        "cloud_deleted.json": document(laptop, "cloud", "delete-account", "--confirm", ADA),
    }

    for name, text in shown.items():
        compare(name, text)


def test_the_sql_is_one_document_of_its_version(laptop):
    told = laptop.told("cloud", "init", "--print")

    assert told.keys() == {"version", "sql"}
    assert told["sql"].startswith(f"-- Braindump, schema {told['version']}.")
