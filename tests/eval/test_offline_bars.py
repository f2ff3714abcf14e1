"""How well the offline engine reads entries: the bars it was measured against, a little below what it reaches."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from braindump_cli.domain.due import find_due, parse_due
from braindump_cli.domain.insight import Subject
from braindump_cli.insights.offline.engine import RuleAnalyst
from tests.eval.scoring import Scores, score

HERE = Path(__file__).parent
LONDON = ZoneInfo("Europe/London")


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


def found_todos(entry: dict[str, Any]) -> list[dict[str, Any]]:
    said_at = datetime.fromisoformat(entry["reference_date"]).replace(hour=10, tzinfo=LONDON)
    findings = RuleAnalyst().analyse(Subject(text=entry["transcript"], said_at=said_at))
    return [
        {
            "text": todo.text,
            "due": todo.due_on.isoformat() if todo.due_on else None,
            "priority": todo.priority,
            "recur": todo.recurrence,
        }
        for todo in findings.todos
    ]


def measured(name: str) -> Scores:
    gold = rows(name)
    return score(gold, {entry["id"]: found_todos(entry) for entry in gold})


@pytest.mark.parametrize(
    ("name", "least_f1", "least_strict", "least_due", "most_false_alarms"),
    [
        ("todos-dev.jsonl", 0.97, 0.95, 0.97, 0.10),
        ("todos-more.jsonl", 0.91, 0.86, 0.93, 0.08),
        ("todos-unseen.jsonl", 0.58, 0.46, 0.74, 0.10),
        ("todos-own.jsonl", 0.97, 0.95, 0.96, 0.05),
    ],
)
def test_todos_and_their_dates_are_found(name, least_f1, least_strict, least_due, most_false_alarms):
    scores = measured(name)

    assert scores.f1 >= least_f1, scores.errors
    assert scores.strict_f1 >= least_strict, scores.errors
    assert scores.due_accuracy >= least_due, scores.errors
    assert scores.false_alarms <= most_false_alarms, scores.errors


@pytest.mark.parametrize(
    ("name", "most_wrong"),
    [
        ("date-phrases-dev.jsonl", 0.03),
        ("date-phrases-more.jsonl", 0.03),
        ("date-phrases-own.jsonl", 0.03),
        ("date-phrases-unseen.jsonl", 0.05),
    ],
)
def test_date_phrases_are_reckoned_and_other_words_left_alone(name, most_wrong):
    wrong, false = [], []
    for row in rows(name):
        today = date.fromisoformat(row["reference"][:10])
        parsed = parse_due(row["phrase"], today)
        spoken = next(iter(find_due(row["phrase"], today)), None)
        for due in (parsed, spoken):
            said = due.on.isoformat() if due and due.on else None
            if row["accept"] and said not in row["accept"]:
                wrong.append((row["phrase"], said))
            if not row["accept"] and said:
                false.append((row["phrase"], said))

    assert len(wrong) <= most_wrong * len(rows(name)), wrong
    assert false == []


@pytest.mark.parametrize("entry", rows("silent-own.jsonl"), ids=lambda entry: entry["id"])
def test_an_entry_that_names_nothing_gives_no_names_and_no_feelings(entry):
    said_at = datetime(2026, 11, 25, 10, tzinfo=LONDON)

    findings = RuleAnalyst().analyse(Subject(text=entry["text"], said_at=said_at))

    assert (findings.people, findings.places, findings.topics, findings.moods, findings.todos) == (
        (),
        (),
        (),
        (),
        (),
    )
