"""The check against the evaluation sets: what was said passes it, what was said elsewhere does not."""

import json
import random
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from braindump_cli.domain.due import find_due
from braindump_cli.domain.insight import Subject
from braindump_cli.insights.openai.checking import Check
from braindump_cli.insights.openai.wording import Said, content_words

FOLDER = Path(__file__).parents[2] / "eval"
ENTRIES = [
    json.loads(line)
    for name in ("todos-dev", "todos-unseen")
    for line in (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
]
WIDTH = 12  # words of a quote


def check_of(entry):
    said_at = datetime.fromisoformat(entry["reference_date"]).replace(
        hour=9, tzinfo=ZoneInfo("Europe/London")
    )
    return Check(Subject(text=entry["transcript"], said_at=said_at))


def quotes(text):
    """Return every stretch of some words, as a model would quote it."""
    words = list(re.finditer(r"\S+", text))
    starts = range(max(1, len(words) - WIDTH + 1))
    return [text[words[n].start() : words[min(n + WIDTH, len(words)) - 1].end()] for n in starts]


def best_quote(text, wanted):
    said = content_words(wanted)
    return max(quotes(text), key=lambda quote: sum(map(Said(content_words(quote)).knows, said)))


def phrase_of(check, todo):
    today = check.subject.said_at.date()
    on = todo.get("due")
    return next((due.phrase for due in find_due(check.subject.text, today) if on and f"{due.on}" == on), None)


def test_an_honest_answer_passes_with_its_days():
    wanted = kept = dated = due = 0
    for entry in ENTRIES:
        check = check_of(entry)
        for todo in entry["todos"]:
            phrase = phrase_of(check, todo)
            item = {
                "quote": best_quote(entry["transcript"], todo["text"]),
                "text": todo["text"],
                "due_phrase": phrase,
            }
            found = check.findings({"title": "x", "todos": [item]}).todos
            wanted += 1
            kept += len(found)
            dated += phrase is not None
            due += bool(phrase and found and f"{found[0].due_on}" == todo["due"])

    assert kept >= 0.99 * wanted
    assert due >= 0.97 * dated


def test_to_dos_of_other_entries_do_not_pass():
    chosen = random.Random(1)
    texts = [todo["text"] for entry in ENTRIES for todo in entry["todos"]]
    tried = passed = 0
    for entry in ENTRIES:
        check = check_of(entry)
        own = {todo["text"] for todo in entry["todos"]}
        for text in chosen.sample(sorted(set(texts) - own), 8):
            item = {"quote": chosen.choice(quotes(entry["transcript"])), "text": text}
            found = check.findings({"title": text, "todos": [item]})
            tried += 1
            passed += len(found.todos) + (found.title == text)

    assert passed <= 0.03 * tried
