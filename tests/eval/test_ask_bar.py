"""How well `ask` finds what was said: the bars are those it was made for; it reaches a good deal more."""

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from braindump_cli.domain.asking import Asked
from braindump_cli.domain.filters import EntryFilter
from braindump_cli.ports import EntryRepository
from braindump_cli.services.asking import MOST_QUOTES, find_quotes
from tests.fakes import FakeClock
from tests.journals import mind_of, open_in, typed

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "ask-own.jsonl").read_text(encoding="utf-8").splitlines()
]
ENTRIES = [row for row in ROWS if "text" in row]


@pytest.fixture(scope="module")
def entries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EntryRepository]:
    with closing(open_in(tmp_path_factory.mktemp("ask"))) as db:
        mind = mind_of(db, FakeClock())
        with mind.journal.writing():
            for row in ENTRIES:
                at = datetime.fromisoformat(row["on"]).replace(tzinfo=UTC)
                mind.entries.add(typed(row["text"], at=at, title=row["id"]))
        yield mind.entries


def asked(question: str, entries: EntryRepository) -> Asked:
    return find_quotes(question, EntryFilter(limit=MOST_QUOTES), entries=entries)


def questions(name: str, *, is_answerable: bool) -> list[dict[str, Any]]:
    return [row for row in ROWS if row.get("set") == name and bool(row["entries"]) is is_answerable]


@pytest.mark.parametrize(("name", "count", "share"), [("own", 20, 0.75), ("unseen", 10, 0.6)])
def test_the_right_words_are_among_the_first_five_quotes(entries, name, count, share):
    rows = questions(name, is_answerable=True)

    found = [row["id"] for row in rows if _is_found(row, asked(row["question"], entries))]

    assert len(rows) == count
    assert len(ENTRIES) == 60
    assert len(found) >= share * count, found


def _is_found(row: dict[str, Any], answer: Asked) -> bool:
    return any(
        quoted.entry.title in row["entries"] and any(words in quoted.quote for words in row["words"])
        for quoted in answer.quotes
    )


@pytest.mark.parametrize(("name", "count"), [("own", 5), ("unseen", 3)])
def test_what_was_never_said_gets_no_answer(entries, name, count):
    rows = questions(name, is_answerable=False)

    assert len(rows) == count
    assert [row["id"] for row in rows if asked(row["question"], entries).has_evidence] == []
