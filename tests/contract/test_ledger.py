"""What ports.Ledger promises."""

from contextlib import closing
from datetime import timedelta
from threading import Thread

import pytest

from braindump_cli.domain.leaving import ANSWERED, LOST, REFUSED, SENT, Outage
from braindump_cli.errors import StoreError
from braindump_cli.storage.engine import open_engine
from braindump_cli.storage.sqlite.ledger import SqliteLedger
from tests.fakes import MONDAY_MORNING as NOW
from tests.journals import open_in, typed
from tests.ledgers import ledger_in, outgoing
from tests.parts import run_together
from tests.vaults import paths_in, vault_in

HOUR = timedelta(hours=1)

_COUNT = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from tests.ledgers import ledger_in, outgoing
from tests.fakes import FakeClock
ledger = ledger_in(Path(sys.argv[1]), FakeClock())
sys.stdin.readline()
for _ in range(5):
    number = ledger.begin(outgoing(), datetime(2026, 3, 2, 9, tzinfo=UTC))
    ledger.keep_reply(number, f"{number}", "raw", at=datetime(2026, 3, 2, 9, tzinfo=UTC))
"""


@pytest.fixture
def ledger(mind, tmp_path, clock):
    return ledger_in(tmp_path / "journal", clock)


def log(ledger, since=None, until=None, limit=None):
    return list(ledger.log(since=since, until=until, limit=limit))


def test_a_request_is_written_down_before_it_leaves_without_its_words(ledger, tmp_path):
    number = ledger.begin(outgoing(entry_id="e"), NOW)

    (sent,) = log(ledger)
    assert sent == (
        number, NOW, "openai", "insights", "gpt-6-luna", "https://api.openai.com/v1", 100, 0.01, "e", SENT, None,
    )  # fmt: skip
    with closing(open_in(tmp_path / "journal")) as db:
        assert "Canary" not in str(db.execute("SELECT * FROM sent_log").fetchall())


def test_what_became_of_a_request_takes_the_place_of_the_estimate_where_it_is_known(ledger):
    first, second = ledger.begin(outgoing(), NOW), ledger.begin(outgoing(), NOW)

    ledger.end(first, LOST, NOW + HOUR)
    ledger.end(second, ANSWERED, NOW + HOUR, size_bytes=7, cost_usd=0.5)

    told = [
        (sent.number, sent.outcome, sent.size_bytes, sent.cost_usd, sent.ended_at) for sent in log(ledger)
    ]
    assert told == [(second, ANSWERED, 7, 0.5, NOW + HOUR), (first, LOST, 100, 0.01, NOW + HOUR)]


def test_a_reply_is_kept_together_with_its_end_for_everybody_to_find(ledger, tmp_path, clock):
    number = ledger.begin(outgoing(), NOW)

    ledger.keep_reply(number, "reading e", '{"raw": 1}', at=NOW)

    other = ledger_in(tmp_path / "journal", clock)
    assert other.reply("reading e") == '{"raw": 1}'
    assert other.reply("reading") is None
    assert [sent.outcome for sent in log(other)] == [ANSWERED]


def test_replies_are_forgotten_by_the_beginning_of_their_key_alone(ledger):
    for key in ("e1 part 1", "e1 part 2", "e1%", "e2 part 1", "E1 part 1"):
        ledger.keep_reply(ledger.begin(outgoing(), NOW), key, "raw", at=NOW)

    ledger.forget_replies("e1 ")

    kept = [key for key in ("e1 part 1", "e1 part 2", "e1%", "e2 part 1", "E1 part 1") if ledger.reply(key)]
    assert kept == ["e1%", "e2 part 1", "E1 part 1"]


def test_all_that_was_sent_is_spent_but_what_was_refused(ledger):
    ledger.begin(outgoing(cost_usd=8.0), NOW - HOUR)
    for outcome, cost in ((ANSWERED, 1.0), (LOST, 0.25), (REFUSED, 4.0)):
        ledger.end(ledger.begin(outgoing(cost_usd=cost), NOW), outcome, NOW)
    ledger.begin(outgoing(cost_usd=0.5), NOW)

    assert ledger.spent(NOW) == 1.75
    assert ledger.spent(NOW - HOUR) == 9.75
    assert ledger.spent(NOW + HOUR) == 0


def test_a_provider_that_was_never_asked_is_well(ledger):
    assert ledger.outage("deepgram") == Outage()


def test_an_outage_is_kept_for_each_provider(ledger, tmp_path, clock):
    ledger.save_outage("openai", Outage(3, NOW + HOUR, is_told=True))
    ledger.save_outage("deepgram", Outage(1))
    ledger.save_outage("deepgram", Outage(2))

    other = ledger_in(tmp_path / "journal", clock)
    assert other.outage("openai") == Outage(3, NOW + HOUR, is_told=True)
    assert other.outage("deepgram") == Outage(2)


def test_the_log_tells_the_newest_first_between_two_instants(ledger):
    numbers = [ledger.begin(outgoing(), NOW + hour * HOUR) for hour in range(4)]

    assert [sent.number for sent in log(ledger)] == numbers[::-1]
    assert [sent.number for sent in log(ledger, since=NOW + HOUR, until=NOW + 3 * HOUR)] == numbers[2:0:-1]
    assert [sent.number for sent in log(ledger, limit=1)] == numbers[:2:-1]
    assert log(ledger, limit=0) == []


def test_totals_count_the_last_thirty_days(ledger, clock):
    ledger.begin(outgoing(), clock.now() - timedelta(days=31))
    for outcome in (LOST, ANSWERED, LOST):
        ledger.end(ledger.begin(outgoing(), clock.now()), outcome, clock.now())
    ledger.begin(outgoing(provider="deepgram"), clock.now())

    assert ledger.totals() == [("deepgram", SENT, 1), ("openai", ANSWERED, 1), ("openai", LOST, 2)]


def test_each_provider_tells_when_it_was_asked_last_and_entries_their_numbers(ledger, mind):
    entry = mind.entries.add(typed("Words."))
    ledger.begin(outgoing(entry_id=entry.id), NOW)
    ledger.begin(outgoing(entry_id="gone"), NOW + HOUR)

    assert ledger.last_used() == {"openai": NOW + HOUR}
    assert ledger.entry_numbers() == {entry.id: entry.number}


def test_a_thread_of_its_own_may_use_it(ledger):
    told = []

    def use():
        number = ledger.begin(outgoing(), NOW)
        ledger.keep_reply(number, "k", "raw", at=NOW)
        told.append(ledger.reply("k"))

    thread = Thread(target=use)
    thread.start()
    thread.join()

    assert told == ["raw"]


def test_what_it_keeps_stays_where_the_journal_gives_up_what_it_reads(ledger, mind):
    """The journal's own connection is in the middle of a transaction that only reads, and then goes back."""
    db = mind.journal.db
    db.execute("BEGIN")
    db.execute("SELECT count(*) FROM entries").fetchone()

    ledger.keep_reply(ledger.begin(outgoing(), NOW), "k", "raw", at=NOW)
    db.execute("ROLLBACK")

    assert ledger.reply("k") == "raw"


def test_many_processes_write_at_once_and_nothing_is_lost(ledger, tmp_path):
    said = run_together(4, _COUNT, tmp_path / "journal")

    assert said == [""] * 4
    assert [sent.outcome for sent in log(ledger)] == [ANSWERED] * 20


def test_where_nothing_can_be_written_down_the_failure_is_told(tmp_path, mind, clock):
    def unwritable():
        db = open_engine(paths_in(tmp_path / "journal").journal, vault_in(tmp_path / "journal").reach())
        db.is_read_only = True
        return db

    with pytest.raises(StoreError):
        SqliteLedger(unwritable, clock).begin(outgoing(), NOW)
