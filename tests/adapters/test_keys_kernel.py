import sys
import time
from datetime import timedelta

import pytest

from braindump_cli.storage.keys import kernel_cache
from braindump_cli.storage.keys.kernel_cache import KernelCache
from tests.parts import need_kernel_keyring, need_root, run_python
from tests.vaults import FakeKeyring, vault_in

KEY = b"k" * 32
ELSEWHERE = """
import ctypes, sys
ctypes.CDLL(None).syscall(ctypes.c_long({"x86_64": 250, "aarch64": 219}[__import__("os").uname().machine]), 1, None)
from braindump_cli.storage.keys.kernel_cache import KernelCache
print(KernelCache().read(sys.argv[1]), flush=True)
if sys.argv[2:] == ["forget"]:
    KernelCache().forget(sys.argv[1])
"""

SOMEBODY_ELSE = """
import os, sys
from braindump_cli.storage.keys.kernel_cache import KernelCache
print(KernelCache().read(sys.argv[1]))
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
print(KernelCache().read(sys.argv[1]))
"""


@pytest.fixture
def journal_id(request):
    need_kernel_keyring()
    yield request.node.name
    KernelCache().forget(request.node.name)


def test_the_kernel_remembers_and_forgets(journal_id):
    cache = KernelCache()

    assert cache.read(journal_id) is None
    assert cache.keep(journal_id, KEY, 60)
    assert cache.read(journal_id) == KEY
    cache.forget(journal_id)
    assert cache.read(journal_id) is None


def test_a_newer_key_takes_the_place_of_an_older_one(journal_id):
    cache = KernelCache()
    cache.keep(journal_id, b"o" * 32, 60)

    assert cache.keep(journal_id, KEY, 60)

    assert cache.read(journal_id) == KEY


def test_another_session_of_the_user_such_as_cron_reads_and_forgets_it(journal_id):
    KernelCache().keep(journal_id, KEY, 60)

    assert run_python(ELSEWHERE, journal_id, "forget").stdout == f"{KEY!r}\n"
    assert KernelCache().read(journal_id) is None


def test_another_user_reads_nothing(journal_id):
    need_root()
    KernelCache().keep(journal_id, KEY, 60)

    assert run_python(SOMEBODY_ELSE, journal_id).stdout == f"{KEY!r}\nNone\n"


def test_only_the_owner_may_see_it_and_only_for_a_while(journal_id):
    KernelCache().keep(journal_id, KEY, 3600)

    with open("/proc/keys", encoding="ascii") as file:
        [line] = [line for line in file if f"braindump:{journal_id}" in line]

    for_how_long, permissions = line.split()[3:5]
    assert for_how_long in ("59m", "1h")
    assert permissions == "3f0b0000"


def test_after_its_time_it_is_gone(journal_id):
    KernelCache().keep(journal_id, KEY, 1)

    deadline = time.monotonic() + 10
    while KernelCache().read(journal_id) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert KernelCache().read(journal_id) is None


def test_a_vault_uses_the_real_one(journal_id, tmp_path):
    keyring = FakeKeyring()
    vault = vault_in(tmp_path, keyring=keyring, cache=KernelCache())
    key = vault.reach()
    (tmp_path / "journal.db").write_bytes(b"x")
    keyring.failure = "it is locked"

    assert vault_in(tmp_path, keyring=keyring, cache=KernelCache()).reach() == key
    vault.forget()
    assert not vault.status().is_cached
    assert vault_in(tmp_path, cache_for=timedelta(0), cache=KernelCache()).status().is_cached is False


def test_on_other_systems_it_remembers_nothing(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")

    assert not KernelCache().keep("any", KEY, 60)
    assert KernelCache().read("any") is None
    KernelCache().forget("any")


def test_a_kernel_that_forbids_the_calls_is_a_miss(monkeypatch):
    monkeypatch.setattr(kernel_cache, "_CALLS", {"x86_64": (9999, 9999), "aarch64": (9999, 9999)})

    assert not KernelCache().keep("any", KEY, 60)
    assert KernelCache().read("any") is None
    KernelCache().forget("any")
