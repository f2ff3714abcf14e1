"""Understand many entries with the rules that need no network.

`python -m benchmarks.understanding` prints CPU ms as JSON.
"""

import json
import random
import time
from datetime import UTC, datetime
from pathlib import Path

from braindump_cli.domain.insight import Subject
from braindump_cli.insights.offline.engine import RuleAnalyst

_SAID = Path(__file__).with_name("said.txt")
_ENTRIES = 300
_SENTENCES = 6  # about 65 words
_SAID_AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def main() -> None:
    """Print the mean over many entries, and the first one with all that is made only once."""
    chance = random.Random(7)
    sentences = _SAID.read_text("utf-8").splitlines()
    entries = [" ".join(chance.sample(sentences, _SENTENCES)) for _ in range(_ENTRIES + 1)]
    first_ms, rest_ms = _cost_ms(entries[:1]), _cost_ms(entries[1:])
    print(json.dumps({"first_ms": first_ms, "mean_ms": rest_ms / _ENTRIES}))


def _cost_ms(entries: list[str]) -> float:
    analyst = RuleAnalyst()
    began = time.process_time()
    for text in entries:
        analyst.analyse(Subject(text=text, said_at=_SAID_AT))
    return (time.process_time() - began) * 1000


if __name__ == "__main__":
    main()
