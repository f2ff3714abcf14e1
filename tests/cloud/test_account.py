"""Opening, sealing and deleting an account."""

import base64
import os
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.cloud.accounts import DEVICE, OTHER_DEVICE, TABLES, UNSYNCED, Account, clock, row

OPEN = "SELECT public.account_open(%s, %s, %s)"


def _key() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@pytest.fixture
def alice(database):
    with Account(database) as account:
        yield account


def test_the_first_devices_key_is_the_accounts(alice):
    first, second = _key(), _key()

    opened = [
        alice.ask(OPEN, device, "a laptop", key)[0][0]
        for device, key in ((DEVICE, first), (OTHER_DEVICE, second), (DEVICE, second))
    ]

    assert [one["account_key"] for one in opened] == [first] * 3
    assert [one["is_first"] for one in opened] == [True, False, False]
    assert alice.ask("SELECT count(*) FROM devices") == [(2,)]


def test_twenty_devices_at_once_agree_on_one_key(database):
    def open_(number: int) -> dict[str, object]:
        with Account(database) as account:
            opened: dict[str, object] = account.ask(OPEN, f"{number:012x}", "x", _key())[0][0]
            return opened

    with ThreadPoolExecutor(20) as pool:
        opened = list(pool.map(open_, range(20)))

    assert len({one["account_key"] for one in opened}) == 1
    assert sum(bool(one["is_first"]) for one in opened) == 1


def test_sealing_takes_the_readable_key_away(alice):
    alice.ask(OPEN, DEVICE, "x", _key())

    alice.ask("SELECT public.account_seal(%s)", "wrapped")

    assert alice.ask("SELECT account_key, wrapped_key FROM profiles") == [(None, "wrapped")]
    opened = alice.ask(OPEN, OTHER_DEVICE, "y", _key())[0][0]
    assert (opened["account_key"], opened["wrapped_key"], opened["is_first"]) == (None, "wrapped", False)


def test_exactly_one_key_is_set_whoever_writes(alice, database):
    alice.ask(OPEN, DEVICE, "x", _key())

    with database.connect() as owner:
        for wrong in ("wrapped_key = 'w'", "account_key = NULL"):
            with pytest.raises(psycopg.errors.CheckViolation):
                owner.execute(f"UPDATE profiles SET {wrong}".encode())


@pytest.mark.parametrize(
    ("call", "values", "code"),
    [
        (OPEN, ("short", "x", _key()), "PT400"),
        (OPEN, (None, "x", _key()), "PT400"),
        (OPEN, (DEVICE, "x", "bm90IDMyIGJ5dGVz"), "PT400"),
        (OPEN, (DEVICE, "x", None), "PT400"),
        ("SELECT public.account_seal(%s)", ("",), "PT400"),
        ("SELECT public.account_seal(%s)", ("w" * 4097,), "PT400"),
        ("SELECT public.account_seal(%s)", ("before any device",), "PT404"),
    ],
)
def test_what_makes_no_sense_is_refused(alice, call, values, code):
    with pytest.raises(psycopg.Error) as refused:
        alice.ask(call, *values)

    assert refused.value.sqlstate == code
    assert alice.ask("SELECT count(*) FROM profiles") == [(0,)]


def test_deleting_an_account_leaves_nothing_of_it_and_all_of_others(alice, database):
    with Account(database, "bob") as bob:
        for account in (alice, bob):
            account.ask(OPEN, DEVICE, "x", _key())
            account.push(*(row(1, table) for table in TABLES))
            account.push(row(1, hlc=clock(1_772_000_000_009), body_text="Both."))
        alice.ask("SELECT public.account_delete()")

        for table in (*TABLES, *UNSYNCED):
            expected = 0 if table == "integrations" else 1
            with database.connect() as owner:
                users = owner.execute(f"SELECT user_id FROM {table}".encode()).fetchall()
            assert users == [("bob",)] * expected, table
