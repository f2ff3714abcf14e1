import json
from contextlib import closing
from datetime import timedelta

import pytest

from braindump_cli.errors import LockedError, NoError, StoreError
from braindump_cli.storage.keys.recovery import new_recovery_code, recovery_code, settle_recovery
from braindump_cli.storage.keys.recovery_code import new_code
from braindump_cli.storage.opening import open_journal
from tests.parts import run_python
from tests.vaults import FakeCache, FakeKeyring, paths_in, vault_in

FAILS = FakeKeyring("it is locked")


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


def journal(home, vault):
    return closing(open_journal(paths_in(home), vault))


def keys_of(home):
    return json.loads((home / "journal.keys").read_text())


def test_before_the_first_entry_there_is_nothing(home):
    status = vault_in(home).status()

    assert status == (False, None, None, False, False, False)
    assert not home.exists()


def test_the_key_rests_in_the_keyring_and_nowhere_else(home):
    keyring, cache = FakeKeyring(), FakeCache()

    key = vault_in(home, keyring=keyring, cache=cache).reach()

    journal_id = keys_of(home)["journal_id"]
    assert keyring.held == {journal_id: key.hex()}
    assert cache.held == {journal_id: key}
    assert cache.seconds == 12 * 3600
    assert not (home / "key").exists()
    assert all(key.hex().encode() not in file.read_bytes() for file in home.iterdir())


def test_without_a_keyring_the_key_rests_in_a_file_of_its_owner(home):
    cache = FakeCache()
    vault = vault_in(home, keyring=FAILS, cache=cache)

    key = vault.reach()

    assert (home / "key").read_text() == f"{key.hex()}\n"
    assert (home / "key").stat().st_mode & 0o777 == 0o600
    assert vault.status().store == "file"
    assert cache.held == {}
    assert vault_in(home, keyring=FAILS).reach() == key


def test_a_key_that_the_keyring_does_not_give_back_goes_to_a_file(home):
    class Forgetful(FakeKeyring):
        def write(self, journal_id, text):
            return super().read(journal_id)._replace(failure="what was stored cannot be read back")

    vault = vault_in(home, keyring=Forgetful())
    vault.reach()

    assert vault.store == "file"


def test_the_kernel_is_asked_before_the_keyring(home):
    keyring, cache = FakeKeyring(), FakeCache()
    first = vault_in(home, keyring=keyring, cache=cache)
    with journal(home, first):
        key = first.reach()

    assert vault_in(home, keyring=FAILS, cache=cache).reach() == key
    with pytest.raises(LockedError):
        vault_in(home, keyring=FAILS, cache=cache, cache_for=timedelta(0)).reach()


def test_a_cache_of_nothing_is_never_filled(home):
    cache = FakeCache()

    vault_in(home, keyring=FakeKeyring(), cache=cache, cache_for=timedelta(0)).reach()

    assert cache.held == {}


def test_locking_empties_the_cache_and_the_keyring_opens_again(home):
    keyring, cache = FakeKeyring(), FakeCache()
    vault = vault_in(home, keyring=keyring, cache=cache)
    key = vault.reach()

    vault.forget()

    assert cache.held == {}
    assert vault.reach() == key
    assert cache.held != {}


def test_a_keyring_out_of_reach_locks_and_makes_no_new_key(home):
    vault_in(home, keyring=FakeKeyring()).reach()
    before = keys_of(home)

    with pytest.raises(LockedError, match="it is locked") as raised:
        vault_in(home, keyring=FAILS).reach()

    assert "braindump unlock" in (raised.value.hint or "")
    assert keys_of(home) == before
    assert not (home / "key").exists()


def test_a_key_that_does_not_give_the_public_half_is_not_used(home):
    keyring = FakeKeyring()
    vault_in(home, keyring=keyring).reach()
    keyring.held[keys_of(home)["journal_id"]] = bytes(32).hex()

    with pytest.raises(LockedError):
        vault_in(home, keyring=keyring).reach()


def test_a_wrong_key_file_never_writes_the_first_page(home):
    vault_in(home).reach()
    (home / "key").write_text(bytes(32).hex())

    with pytest.raises(LockedError, match="another key"):
        open_journal(paths_in(home), vault_in(home))
    assert not (home / "journal.db").exists()


def test_a_wrong_key_file_over_a_journal_is_locked(home):
    with journal(home, vault_in(home)):
        pass
    (home / "key").write_text(bytes(32).hex())

    with pytest.raises(LockedError, match="does not belong"):
        open_journal(paths_in(home), vault_in(home))


def test_a_journal_without_journal_keys_gets_no_new_key(home):
    with journal(home, vault_in(home)):
        pass
    (home / "journal.keys").unlink()

    with pytest.raises(StoreError, match=r"journal\.keys is missing") as raised:
        vault_in(home).reach()
    assert "backup" in (raised.value.hint or "")
    assert not (home / "journal.keys").exists()


def test_opening_a_journal_with_a_key_file_loads_neither_keyring_nor_cryptography(home):
    with journal(home, vault_in(home)):
        pass
    code = """
import sys
from pathlib import Path
from braindump_cli.storage.opening import open_journal
from tests.vaults import paths_in, vault_in
open_journal(paths_in(Path(sys.argv[1])), vault_in(Path(sys.argv[1])))
print(sorted({"cryptography", "keyring", "hashlib", "secrets", "uuid", "ctypes"} & set(sys.modules)))
"""

    assert run_python(code, home).stdout == "[]\n"


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"version": 1}', '{"version": "x"}', "\0"])
def test_damaged_journal_keys_are_named(home, damage):
    vault_in(home).reach()
    (home / "journal.keys").write_text(damage)

    with pytest.raises(StoreError, match=r"journal\.keys is damaged"):
        vault_in(home).reach()


def test_journal_keys_of_a_newer_program_are_refused(home):
    vault_in(home).reach()
    (home / "journal.keys").write_text(json.dumps(keys_of(home) | {"version": 2}))

    with pytest.raises(StoreError, match="newer"):
        vault_in(home).reach()


def test_unknown_fields_are_kept(home):
    vault = vault_in(home)
    vault.reach()
    (home / "journal.keys").write_text(json.dumps(keys_of(home) | {"later": {"a": [1]}}))

    with journal(home, vault_in(home)):
        pass

    assert keys_of(home)["later"] == {"a": [1]}
    assert keys_of(home)["recovery"]


def test_the_recovery_code_opens_a_wiped_journal_and_stores_the_key_again(home):
    keyring, cache = FakeKeyring(), FakeCache()
    vault = vault_in(home, keyring=keyring, cache=cache)
    with journal(home, vault) as db:
        code, key = recovery_code(vault, db), vault.reach()
    keyring.held.clear()
    vault.forget()

    unlocked = vault_in(home, keyring=keyring, cache=cache).unlock_with_recovery(code)

    assert unlocked == ("keyring", True)
    assert list(keyring.held.values()) == [key.hex()]
    assert vault_in(home, keyring=keyring).reach() == key


def test_without_a_keyring_the_recovery_code_stores_the_key_in_a_file(home):
    vault = vault_in(home, keyring=FakeKeyring())
    with journal(home, vault) as db:
        code = recovery_code(vault, db)

    unlocked = vault_in(home, keyring=FAILS).unlock_with_recovery(code)

    assert unlocked == ("file", False)
    assert vault_in(home, keyring=FAILS).reach() == vault.reach()


def test_a_key_file_moves_to_the_keyring_when_the_code_is_used_there(home):
    vault = vault_in(home)
    with journal(home, vault) as db:
        code = recovery_code(vault, db)
    keyring = FakeKeyring()

    assert vault_in(home, keyring=keyring).unlock_with_recovery(code).store == "keyring"
    assert not (home / "key").exists()
    assert vault_in(home, keyring=keyring).reach() == vault.reach()


def test_another_journals_code_opens_nothing(home):
    with journal(home, vault_in(home)), pytest.raises(LockedError, match="does not open"):
        vault_in(home).unlock_with_recovery(new_code())


def test_a_new_code_ends_the_old_one_and_the_reminder_begins_anew(home):
    vault = vault_in(home)
    with journal(home, vault) as db:
        old = recovery_code(vault, db)
        db.execute("INSERT INTO meta VALUES ('recovery_shown_at', 'x'), ('recovery_written_down_at', 'x')")
        new = new_recovery_code(vault, db)

        assert recovery_code(vault, db) == new != old
        assert db.execute("SELECT count(*) FROM meta WHERE name LIKE 'recovery_%_at'").fetchone() == (0,)
    assert vault_in(home).unlock_with_recovery(new)
    with pytest.raises(LockedError):
        vault_in(home).unlock_with_recovery(old)


def test_a_code_is_made_at_the_first_opening(home):
    vault = vault_in(home)
    vault.reach()
    assert keys_of(home)["recovery"] == []

    with journal(home, vault):
        pass

    assert len(keys_of(home)["recovery"]) == 1


def test_whatever_a_kill_leaves_of_a_code_the_one_in_the_journal_opens(home):
    vault = vault_in(home)
    with journal(home, vault) as db:
        code, wrapped = recovery_code(vault, db), keys_of(home)["recovery"]
        new_recovery_code(vault, db)
        lost = keys_of(home)["recovery"]
        db.execute("UPDATE meta SET value = ? WHERE name = 'recovery_code'", (code,))
        for left in (wrapped[:0], lost, wrapped + lost):
            (home / "journal.keys").write_text(json.dumps(keys_of(home) | {"recovery": left}))
            again = vault_in(home)
            settle_recovery(again, db)
            assert recovery_code(again, db) == code
            assert vault_in(home).unlock_with_recovery(code)
            assert len(keys_of(home)["recovery"]) == 1


def test_a_code_whose_row_was_lost_is_replaced(home):
    with journal(home, vault_in(home)) as db:
        db.execute("DELETE FROM meta WHERE name = 'recovery_code'")

    vault = vault_in(home)
    with journal(home, vault) as db:
        code = recovery_code(vault, db)
    assert vault_in(home).unlock_with_recovery(code)


def test_a_passphrase_leaves_the_key_nowhere_but_in_the_kernel(home):
    keyring, cache = FakeKeyring(), FakeCache()
    vault = vault_in(home, keyring=keyring, cache=cache)
    with journal(home, vault):
        key = vault.reach()

    vault.set_passphrase("correct horse")

    assert keyring.held == {}
    assert vault.status() == (True, keys_of(home)["journal_id"], "passphrase", True, True, True)
    again = vault_in(home, keyring=keyring, cache=cache)
    assert again.reach() == key
    again.forget()
    with pytest.raises(LockedError, match="passphrase"):
        again.reach()
    with pytest.raises(LockedError, match="not the passphrase"):
        again.unlock_with_passphrase("wrong horse")
    assert again.unlock_with_passphrase("correct horse") == ("passphrase", True)
    assert again.reach() == key
    assert keyring.held == {}


def test_a_passphrase_removes_the_key_file_and_what_a_kill_left_of_it(home):
    vault = vault_in(home)
    key = vault.reach()
    (home / ".key.part").write_text(key.hex())

    vault.set_passphrase("correct horse")

    assert all(key.hex().encode() not in file.read_bytes() for file in home.iterdir())


def test_a_key_that_a_kill_left_in_the_keyring_is_removed_at_the_next_unlocking(home):
    keyring = FakeKeyring()
    vault = vault_in(home, keyring=keyring)
    key = vault.reach()
    vault.set_passphrase("correct horse")
    keyring.held[keys_of(home)["journal_id"]] = key.hex()

    vault_in(home, keyring=keyring).unlock_with_passphrase("correct horse")

    assert keyring.held == {}


def test_a_passphrase_is_changed_and_removed(home):
    keyring = FakeKeyring()
    vault = vault_in(home, keyring=keyring)
    key = vault.reach()
    vault.set_passphrase("one")

    with pytest.raises(LockedError):
        vault.change_passphrase("other", "two")
    vault.change_passphrase("one", "two")
    with pytest.raises(LockedError):
        vault.remove_passphrase("one")

    assert vault.remove_passphrase("two").store == "keyring"
    assert list(keyring.held.values()) == [key.hex()]
    assert keys_of(home)["passphrase"] is None
    with pytest.raises(NoError):
        vault.unlock_with_passphrase("two")


def test_an_accent_is_the_same_however_it_was_typed(home):
    vault = vault_in(home)
    vault.reach()

    vault.set_passphrase("cafe\N{COMBINING ACUTE ACCENT}")

    assert vault.unlock_with_passphrase("caf\N{LATIN SMALL LETTER E WITH ACUTE}")


def test_a_forgotten_passphrase_gives_way_to_the_recovery_code(home):
    cache = FakeCache()
    vault = vault_in(home, cache=cache)
    with journal(home, vault) as db:
        code = recovery_code(vault, db)
    vault.set_passphrase("forgotten")
    vault.forget()

    assert vault.unlock_with_recovery(code) == ("passphrase", True)
    vault.set_passphrase("new")
    assert vault.unlock_with_passphrase("new")


def test_a_forgotten_passphrase_can_be_ended_where_the_kernel_holds_no_key(home):
    vault = vault_in(home)
    with journal(home, vault) as db:
        code = recovery_code(vault, db)
    vault.set_passphrase("forgotten")
    again = vault_in(home, cache=FakeCache(refuses=True))

    with pytest.raises(LockedError, match="kernel refuses"):
        again.unlock_with_recovery(code)
    assert again.unlock_with_recovery(code, end_passphrase=True) == ("file", False)

    assert vault_in(home).reach() == vault.reach()
    assert keys_of(home)["passphrase"] is None


def test_a_wrong_key_is_not_used_for_sealing(home):
    with journal(home, vault_in(home)):
        pass
    (home / "key").write_text(bytes(32).hex())

    with pytest.raises(LockedError, match="does not belong"):
        vault_in(home).proven_key()


@pytest.mark.parametrize(
    ("refuses", "cache_for", "said"),
    [(True, timedelta(hours=1), "kernel refuses"), (False, timedelta(0), "keys.cache is 0")],
)
def test_a_passphrase_is_refused_where_no_key_can_be_held(home, refuses, cache_for, said):
    vault = vault_in(home, cache=FakeCache(refuses=refuses), cache_for=cache_for)
    vault.reach()

    with pytest.raises(LockedError, match=said):
        vault.set_passphrase("correct horse")

    assert vault.store == "file"
    assert (home / "key").exists()


def test_unlocking_says_plainly_when_the_kernel_refuses(home):
    vault = vault_in(home)
    vault.reach()
    vault.set_passphrase("correct horse")

    again = vault_in(home, cache=FakeCache(refuses=True))
    with pytest.raises(LockedError, match="kernel refuses"):
        again.unlock_with_passphrase("correct horse")
    assert again.remove_passphrase("correct horse").store == "file"


def test_a_passphrase_needs_a_keyring_that_lets_go(home):
    cache = FakeCache()
    vault_in(home, keyring=FakeKeyring(), cache=cache).reach()
    vault = vault_in(home, keyring=FAILS, cache=cache)

    with pytest.raises(LockedError, match="taken out"):
        vault.set_passphrase("correct horse")

    assert vault.store == "keyring"


def test_a_changed_cost_cannot_ask_for_all_memory(home):
    vault = vault_in(home)
    vault.reach()
    vault.set_passphrase("correct horse")
    field = keys_of(home)["passphrase"] | {"memory_kib": 1 << 30}
    (home / "journal.keys").write_text(json.dumps(keys_of(home) | {"passphrase": field}))

    with pytest.raises(StoreError, match="cannot be used"):
        vault_in(home).unlock_with_passphrase("correct horse")


def test_scrypt_stands_in_where_argon2_is_missing(home, monkeypatch):
    from cryptography.exceptions import UnsupportedAlgorithm

    class Missing:
        def __init__(self, **_):
            raise UnsupportedAlgorithm("not here")

    vault = vault_in(home)
    vault.reach()
    with monkeypatch.context() as patch:
        patch.setattr("cryptography.hazmat.primitives.kdf.argon2.Argon2id", Missing)
        vault.set_passphrase("correct horse")

    assert keys_of(home)["passphrase"]["kdf"] == "scrypt"
    assert vault.unlock_with_passphrase("correct horse")
