"""privacy log: what left this machine, and never what it said."""

import re
from contextlib import closing
from datetime import timedelta

import pytest

from braindump_cli.domain.leaving import ANSWERED, LISTEN, LOST, REFUSED
from tests.fakes import MONDAY_MORNING as NOW
from tests.fakes import FakeClock
from tests.journals import mind_of, open_in, typed
from tests.ledgers import ledger_in, outgoing
from tests.terminal import Terminal

DAY = timedelta(days=1)


@pytest.fixture
def entry(home):
    """Return an entry that things were sent of, on a Monday, the Tuesday and the Wednesday after."""
    with closing(open_in(home)) as db:
        entry = mind_of(db, FakeClock()).entries.add(typed("Canary words."))
        ledger = ledger_in(home, FakeClock())
        sound = outgoing(
            provider="deepgram", purpose=LISTEN, model="nova-3", size_bytes=1_920_000, cost_usd=0.0077,
            entry_id=entry.id,
        )  # fmt: skip
        ledger.end(ledger.begin(sound, NOW), ANSWERED, NOW)
        ledger.end(ledger.begin(outgoing(entry_id=entry.id), NOW + DAY), LOST, NOW + DAY)
        ledger.end(ledger.begin(outgoing(entry_id="gone"), NOW + DAY), REFUSED, NOW + DAY)
        ledger.begin(outgoing(size_bytes=2_500), NOW + 2 * DAY)
    return entry


def told(cli, *words):
    return cli.run("privacy", "log", *words, "--json").json()["data"]


def test_every_request_is_told_newest_first_with_its_entry_and_without_its_words(cli, entry):
    ran = cli.run("privacy", "log", "--json")

    assert ran.status == 0
    assert ran.json()["schema"] == "braindump.sent_log/1"
    rows = ran.json()["data"]
    assert [(row["provider"], row["outcome"], row["entry_number"]) for row in rows] == [
        ("openai", "sent", None),
        ("openai", "refused", None),
        ("openai", "lost", entry.number),
        ("deepgram", "answered", entry.number),
    ]
    assert rows[3] == {
        "number": 1, "sent_at": "2026-03-02T09:14:00.000Z", "ended_at": "2026-03-02T09:14:00.000Z",
        "provider": "deepgram", "purpose": "listen", "model": "nova-3", "address": "https://api.deepgram.com/v1/listen",
        "size_bytes": 1_920_000, "cost_usd": 0.0077, "entry_id": entry.id, "entry_number": entry.number,
        "outcome": "answered",
    }  # fmt: skip
    assert "Canary" not in ran.out + cli.run("privacy", "log").out


def test_the_last_line_sums_up_and_counts_lost_answers(cli, entry):
    lines = cli.run("privacy", "log").out.splitlines()

    assert len(lines) == 5
    assert lines[-1] == "  4 requests, 1.9 MB, about $0.03; the answer to 2 was lost"


def test_days_and_a_limit_choose_and_the_sum_is_that_of_the_days(cli, entry):
    assert [row["number"] for row in told(cli, "--on", "2026-03-03")] == [3, 2]
    assert [row["number"] for row in told(cli, "--from", "2026-03-03", "--to", "2026-03-04")] == [4, 3, 2]
    assert [row["number"] for row in told(cli, "--limit", "1")] == [4]
    lines = cli.run("privacy", "log", "--on", "2026-03-03", "--limit", "1").out.splitlines()
    assert lines[-2:] == [
        "  2 requests, 200 B, about $0.01; the answer to 1 was lost",
        "  There is more: --limit 0",
    ]


def test_a_wrong_day_is_a_wrong_call(cli, entry):
    assert cli.run("privacy", "log", "--on", "someday").status == 2


def test_where_nothing_left_it_says_so_and_makes_no_journal(cli, home):
    assert told(cli) == []
    assert cli.run("privacy", "log").out == "  Nothing left this machine.\n"
    assert not (home / "journal.db").exists()


@pytest.mark.parametrize("columns", [80, 60])
def test_the_log_fits_its_columns(cli, entry, tmp_path, columns):
    status, shown = Terminal(cli.environment, tmp_path, columns=columns).run("privacy", "log")

    lines = re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
    assert status == 0
    assert max(map(len, lines)) <= columns
    assert sum("openai" in line or "deepgram" in line for line in lines) == 4
    assert "…" not in shown
