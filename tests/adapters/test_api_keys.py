"""Keys of providers: where they rest, in what order they are found, and that nobody sees them."""

import json
import os
import subprocess
from threading import Thread

import pytest

from braindump_cli.errors import DeclinedError, NotFoundError, StoreError, UsageError
from braindump_cli.storage.keys.api_keys import ApiKeys, Held
from tests.desktop import desktop
from tests.shell import Cli
from tests.vaults import FakeKeyring

KEY = "sk-canary-0123456789-WXYZ"
OTHER = "sk-canary-9876543210-ABCD"


@pytest.fixture
def keyrings():
    """Return the keyring as each of its users sees it."""
    return {}


@pytest.fixture
def keys_of(mind, keyrings):
    """Return a way to get at the keys as a new process would."""

    def made(*, prefers_keyring=True, **environ):
        def keyring(user):
            return keyrings.setdefault(user, FakeKeyring())

        return ApiKeys(
            lambda: mind.journal,
            lambda: "J",
            prefers_keyring=prefers_keyring,
            keyring=keyring,
            environ=environ,
        )

    return made


def facts(mind):
    return dict(
        mind.journal.db.execute("SELECT name, value FROM meta WHERE name LIKE 'api_key.%'").fetchall()
    )


def test_a_key_goes_to_the_keyring_and_only_its_last_four_characters_to_the_journal(keys_of, keyrings, mind):
    place = keys_of().set("openai", f"  {KEY}\n")

    assert place == "keyring"
    assert {user: keyring.held for user, keyring in keyrings.items()} == {"openai api key": {"J": KEY}}
    assert facts(mind) == {"api_key.openai": "keyring WXYZ"}
    assert keys_of().key("openai") == KEY


@pytest.mark.parametrize(("prefers_keyring", "failure"), [(False, None), (True, "it is locked")])
def test_without_a_keyring_a_key_rests_in_the_encrypted_journal(keys_of, keyrings, prefers_keyring, failure):
    keyrings["openai api key"] = FakeKeyring(failure)

    place = keys_of(prefers_keyring=prefers_keyring).set("openai", KEY)

    assert place == "journal"
    assert keyrings["openai api key"].held == {}
    assert keys_of().key("openai") == KEY
    assert keys_of().held("openai") == Held("openai", "journal", "WXYZ", "journal")


def test_whether_there_is_a_key_and_which_is_known_without_the_keyring(keys_of, keyrings):
    keys_of().set("openai", KEY)
    keyrings["openai api key"].failure = "nobody may ask"
    keys = keys_of()

    assert (keys.has("openai"), keys.has("deepgram")) == (True, False)
    assert keys.held("openai") == Held("openai", "keyring", "WXYZ", "keyring")


def test_the_environment_counts_before_what_is_stored(keys_of):
    keys_of().set("openai", KEY)
    keys = keys_of(OPENAI_API_KEY=f" {OTHER}\n", DEEPGRAM_API_KEY=OTHER)

    assert (keys.key("openai"), keys.key("deepgram")) == (OTHER, OTHER)
    assert keys.held("openai") == Held("openai", "environment", "ABCD", "keyring")
    assert keys.held("deepgram") == Held("deepgram", "environment", "ABCD", None)


def test_an_empty_variable_is_none(keys_of):
    keys = keys_of(OPENAI_API_KEY=" ")

    assert (keys.has("openai"), keys.key("openai"), keys.held("openai")) == (False, None, None)


def test_a_variable_that_can_be_no_key_is_named_and_not_repeated(keys_of):
    with pytest.raises(DeclinedError, match="OPENAI_API_KEY") as raised:
        keys_of(OPENAI_API_KEY="canary\nX-Evil: 1").key("openai")

    assert "canary" not in raised.value.message


@pytest.mark.parametrize(
    "typed", ["", "  \n", "two words", "sk-\x1b[31m", "sk-\nsk-", "schlüssel", "x" * 1001]
)
def test_what_is_no_key_is_refused_and_not_repeated(keys_of, mind, typed):
    with pytest.raises(UsageError) as raised:
        keys_of().set("openai", typed)

    assert typed.strip()[:5] not in raised.value.message or not typed.strip()
    assert facts(mind) == {}


def test_a_thread_of_its_own_may_have_the_key_once_it_is_known_that_there_is_one(keys_of):
    keys_of(prefers_keyring=False).set("openai", KEY)
    keys_of().set("deepgram", OTHER)
    keys, told = keys_of(), []
    keys.has("deepgram")

    thread = Thread(target=lambda: told.extend([keys.key("openai"), keys.key("deepgram")]))
    thread.start()
    thread.join()

    assert told == [KEY, OTHER]


def test_the_keyring_is_asked_once_a_process(keys_of, keyrings):
    keys_of().set("openai", KEY)
    keys = keys_of()
    first = keys.key("openai")
    keyrings["openai api key"].failure = "gone"

    assert (first, keys.key("openai")) == (KEY, KEY)


@pytest.mark.parametrize("failure", ["it is locked", None])
def test_a_keyring_that_does_not_give_the_key_is_told_with_the_way_on(keys_of, keyrings, failure):
    keys_of().set("openai", KEY)
    keyrings["openai api key"].held.clear()
    keyrings["openai api key"].failure = failure

    with pytest.raises(DeclinedError) as raised:
        keys_of().key("openai")

    assert (failure or "not there any more") in raised.value.message
    assert "braindump keys set openai" in (raised.value.hint or "")


def test_a_key_that_replaces_another_is_the_one_that_is_given(keys_of):
    keys = keys_of()
    keys.set("openai", KEY)
    before = keys.key("openai")
    keys.set("openai", OTHER)

    assert (before, keys.key("openai"), keys_of().key("openai")) == (KEY, OTHER, OTHER)


def test_a_key_is_removed_from_wherever_it_is(keys_of, keyrings, mind):
    keys_of().set("openai", KEY)
    keys_of(prefers_keyring=False).set("deepgram", OTHER)
    keys = keys_of()

    keys.remove("openai")
    keys.remove("deepgram")

    assert (keys.has("openai"), keys_of().has("openai"), keys_of().has("deepgram")) == (False, False, False)
    assert keyrings["openai api key"].held == {}
    assert facts(mind) == {}


def test_a_key_that_is_not_there_cannot_be_removed(keys_of):
    with pytest.raises(NotFoundError):
        keys_of().remove("openai")
    with pytest.raises(NotFoundError) as raised:
        keys_of(OPENAI_API_KEY=KEY).remove("openai")

    assert "OPENAI_API_KEY" in (raised.value.hint or "")


def test_a_keyring_that_keeps_a_removed_key_is_told_and_the_key_is_not_used_any_more(keys_of, keyrings):
    keys_of().set("openai", KEY)
    keyrings["openai api key"].failure = "it is locked"

    with pytest.raises(StoreError, match="it is locked"):
        keys_of().remove("openai")

    assert not keys_of().has("openai")


def test_where_there_is_no_journal_the_environment_alone_counts():
    keys = ApiKeys(lambda: None, lambda: "J", prefers_keyring=True, environ={"OPENAI_API_KEY": KEY})

    assert (keys.has("openai"), keys.key("openai"), keys.has("deepgram"), keys.key("deepgram")) == (
        True, KEY, False, None,
    )  # fmt: skip


def test_the_real_secret_service_keeps_a_key_and_no_file_does(home, tmp_path):
    user = tmp_path / "user"
    user.mkdir()
    with desktop(user) as session:
        cli = Cli({name: value for name, value in {**os.environ, **session}.items() if value}, tmp_path)
        plain = {"BRAINDUMP_KEYS_STORE": None}
        kept = cli.run("keys", "set", "openai", "--json", input=KEY, env=plain)
        journal_id = json.loads((home / "journal.keys").read_text())["journal_id"]
        found = _looked_up(journal_id, session)
        removed = cli.run("keys", "remove", "openai", env=plain)
        gone = _looked_up(journal_id, session)

    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert (kept.status, kept.json()["data"]["place"]) == (0, "keyring")
    assert (found, removed.status, gone) == (KEY, 0, "")
    assert not [content for content in files if KEY.encode() in content]


def _looked_up(journal_id, session):
    """Ask the keyring by another program."""
    return subprocess.run(
        ["secret-tool", "lookup", "service", f"braindump/{journal_id}", "username", "openai api key"],
        env={**os.environ, **{name: value for name, value in session.items() if value is not None}},
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
