"""What a sync writes into the list of what left."""

import pytest

from braindump_cli.domain.leaving import ANSWERED, LOST, REFUSED, UNREACHED
from braindump_cli.domain.sync import ENTRIES, TODOS, Row
from braindump_cli.errors import DeclinedError, LostAnswerError, UnreachableError
from braindump_cli.services.sync_logged import LoggedCloud
from tests.fakes_cloud import FakeAccount, FakeCloud
from tests.ledgers import ledger_in

ID = "01890000-0000-7000-8000-000000000001"


def row(table=ENTRIES):
    return Row(table=table, id=ID, hlc="000001772000000-0000-aaaaaaaaaaaa", body={"text": "A plum."})


@pytest.fixture
def behind(clock):
    return FakeCloud(FakeAccount(), clock)


@pytest.fixture
def ledger(mind, tmp_path, clock):
    return ledger_in(tmp_path / "journal", clock)


@pytest.fixture
def cloud(behind, ledger, clock):
    return LoggedCloud(behind, ledger, clock, address="https://abcd.supabase.co")


def log(ledger):
    return list(ledger.log(since=None, until=None, limit=None))


def test_a_push_is_one_line_with_its_size_and_never_the_words(cloud, ledger):
    cloud.push([row()])

    (sent,) = log(ledger)
    assert (sent.provider, sent.purpose, sent.address, sent.outcome) == (
        "supabase", "sync", "https://abcd.supabase.co", ANSWERED,
    )  # fmt: skip
    assert sent.size_bytes > 100
    assert sent.entry_id == ID


def test_what_is_no_entry_or_several_rows_names_no_entry(cloud, ledger):
    cloud.push([row(TODOS)])
    cloud.push([row(), row(TODOS)])

    assert [sent.entry_id for sent in log(ledger)] == [None, None]


def test_a_recording_is_one_line(cloud, ledger, tmp_path):
    sealed = tmp_path / "sealed"
    sealed.write_bytes(bytes(5000))

    cloud.put_object("user/recording/0123456789abcdef", sealed)

    assert [sent.size_bytes for sent in log(ledger)] == [5000]


@pytest.mark.parametrize(
    ("error", "outcome"), [(UnreachableError, UNREACHED), (LostAnswerError, LOST), (DeclinedError, REFUSED)]
)
def test_what_became_of_it_is_written_down(cloud, behind, ledger, error, outcome):
    def fails(*_):
        raise error("no")

    behind.fails = fails

    with pytest.raises(error):
        cloud.push([row()])

    assert [sent.outcome for sent in log(ledger)] == [outcome]


def test_what_only_asks_is_not_listed(cloud, ledger):
    cloud.pull(0, limit=10)
    cloud.kept_bodies(ENTRIES, ID)

    assert log(ledger) == []
