"""Compare what Braindump made of the demo recording with what was said.

    check_demo.py ENTRY.json TODOS.json

The two files are the answers of `show last --json` and `todos list --json`. Ends 0 if the transcript is close
enough and every duty is there with its date, else 1 with a line for each thing that is wrong. It knows
nothing of the package: it reads only what any other program could read.
"""

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

DEMO = Path(__file__).resolve().parent.parent / "demo"
WORST_WORD_ERROR_RATE = 0.20
LEAST_WORDS_HEARD = 2 / 3  # of a duty's words; one in three may be misheard
MOST_INVENTED = 1  # to-dos that are no duty of the text


def words_of(text: str) -> list[str]:
    """Return the words alone, lower case."""
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def word_error_rate(said: Sequence[str], heard: Sequence[str]) -> float:
    """Return substitutions, deletions and insertions per word said (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for i, word in enumerate(said, 1):
        above, row = row, [i]
        for j, other in enumerate(heard, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (word != other)))
    return row[-1] / len(said)


def matches(duty: dict[str, Any], todo: dict[str, Any]) -> bool:
    """Tell whether the to-do has enough of the duty's words; the date is judged apart."""
    found = set(words_of(f"{todo['text']} {todo['quote'] or ''}"))
    wanted = {word.lower() for word in duty["words"]}
    return len(wanted & found) >= LEAST_WORDS_HEARD * len(wanted)


def faults(
    said: str, expected: dict[str, Any], *, entry: dict[str, Any], todos: list[dict[str, Any]]
) -> Iterator[str]:
    """Yield a sentence for each difference that matters."""
    rate = word_error_rate(words_of(said), words_of(entry["text"]))
    if rate > WORST_WORD_ERROR_RATE:
        yield f"word error rate {rate:.0%}, more than {WORST_WORD_ERROR_RATE:.0%}: {entry['text']!r}"
    left = [todo for todo in todos if todo["entry_id"] == entry["id"] and todo["status"] == "open"]
    for duty in expected["duties"]:
        name = " ".join(duty["words"])
        todo = next((todo for todo in left if matches(duty, todo)), None)
        if todo is None:
            yield f"no to-do for {name!r}"
            continue
        left.remove(todo)
        if todo["due_on"] != duty["due_on"]:
            yield f"{name!r} is due on {todo['due_on']}, not on {duty['due_on']}"
    if len(left) > MOST_INVENTED:
        yield f"{len(left)} to-dos that nobody spoke of: {[todo['text'] for todo in left]}"


def main() -> int:
    """Print the verdict and return the exit status."""
    entry, todos = (json.loads(Path(name).read_text("utf-8"))["data"] for name in sys.argv[1:])
    said = (DEMO / "recording.txt").read_text("utf-8")
    expected = json.loads((DEMO / "expected.json").read_text("utf-8"))
    wrong = list(faults(said, expected, entry=entry, todos=todos))
    for fault in wrong:
        print(f"The demo failed: {fault}.", file=sys.stderr)
    if not wrong:
        rate = word_error_rate(words_of(said), words_of(entry["text"]))
        print(
            f"Checked: {rate:.0%} of the words wrong; {len(expected['duties'])} duties found, dates and all."
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
