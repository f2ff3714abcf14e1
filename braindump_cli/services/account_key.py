"""The account's key: made by the first device, kept by the server, or sealed with a recovery code end-to-end.

What is known of it rests in the encrypted journal. Keys that were replaced stay in the ring, after the newest: what
was sealed with them can still be opened.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from braindump_cli.domain.sync import ACCOUNT_PENDING, ACCOUNT_RING, ACCOUNT_WRAPPED
from braindump_cli.errors import AuthRequiredError, ConflictError
from braindump_cli.ports import Clock
from braindump_cli.ports.cloud_sync import AccountCipher, Cloud, Opened, SyncStore

_BETWEEN_KEYS = " "


class CodeNeededError(AuthRequiredError):
    """The account is end-to-end encrypted, and this machine does not have its key yet."""


class Door(NamedTuple):
    """What opening an account needs."""

    cloud: Cloud
    store: SyncStore
    cipher: AccountCipher
    clock: Clock


class AccountKey(NamedTuple):
    """The key ring, and whether bodies of rows are sealed with it too."""

    ring: str
    is_end_to_end: bool


def open_account(door: Door, *, device_name: str, codes: Sequence[str]) -> AccountKey:
    """Make this device known to the account and return its key; also sets the clock right.

    `codes` are recovery codes to try where the account is end-to-end encrypted. Raises CodeNeededError where none
    fits, ConflictError where the server suddenly wants to know the key, and as `Cloud`.
    """
    from braindump_cli.services.sync_clock import timed

    fresh = door.cipher.new_key()  # never one that is in use: what the server is offered here it may keep
    opened = timed(
        lambda: door.cloud.open_account(door.store.device, name=device_name, account_key=fresh),
        clock=door.clock,
        store=door.store,
    )
    _settle_pending(door, opened)
    if opened.wrapped_key:
        return AccountKey(_opened_ring(door, opened.wrapped_key, codes), is_end_to_end=True)
    if door.store.fact(ACCOUNT_WRAPPED):
        raise ConflictError(
            "The account was end-to-end encrypted, and the server says that it is no longer.",
            hint="Nothing was sent. If you began the account anew: braindump logout --forget, then login.",
        )
    ring = _merged(opened.account_key or "", door.store.fact(ACCOUNT_RING))
    _remember(door.store, ACCOUNT_RING, ring)
    return AccountKey(ring, is_end_to_end=False)


def turn_end_to_end(door: Door, key: AccountKey, *, code: str) -> AccountKey:
    """Take the key from the server: a new one is made, and only a copy wrapped by `code` is left there.

    Everything is sealed and sent again by the next syncs. A kill at any point leaves the old state or the new one.
    """
    if key.is_end_to_end:
        return key
    ring = _merged(door.cipher.new_key(), key.ring)
    wrapped = door.cipher.wrap(ring, code)
    door.store.set_fact(ACCOUNT_PENDING, json.dumps({"ring": ring, "wrapped": wrapped}))
    door.cloud.seal_account(wrapped)
    _turn(door.store, ring, wrapped)
    return AccountKey(ring, is_end_to_end=True)


def _settle_pending(door: Door, opened: Opened) -> None:
    """Finish, or forget, a turn that was cut short: the server tells whether it took the wrapped key."""
    pending = door.store.fact(ACCOUNT_PENDING)
    if pending is None:
        return
    known = json.loads(pending)
    if opened.wrapped_key == known["wrapped"]:
        _turn(door.store, known["ring"], known["wrapped"])
    else:
        door.store.set_fact(ACCOUNT_PENDING, None)


def _turn(store: SyncStore, ring: str, wrapped: str) -> None:
    store.offer_all_again(is_fresh=True)
    store.set_fact(ACCOUNT_RING, ring)
    store.set_fact(ACCOUNT_WRAPPED, wrapped)
    store.set_fact(ACCOUNT_PENDING, None)


def _opened_ring(door: Door, wrapped: str, codes: Sequence[str]) -> str:
    ring = door.store.fact(ACCOUNT_RING)
    if ring and door.store.fact(ACCOUNT_WRAPPED) == wrapped:
        return ring
    for code in codes:
        found = door.cipher.unwrap(wrapped, code)
        if found is None:
            continue
        was_other = (
            door.store.fact(ACCOUNT_WRAPPED) is not None and (ring or "").split()[:1] != found.split()[:1]
        )
        merged = _merged(found, ring)
        if was_other:  # two machines turned at once: what this one sealed, others cannot open
            door.store.offer_all_again(is_fresh=True)
        _remember(door.store, ACCOUNT_RING, merged)
        _remember(door.store, ACCOUNT_WRAPPED, wrapped)
        return merged
    raise CodeNeededError(
        "The account is end-to-end encrypted: this machine needs its recovery code once.",
        hint="braindump sync on a terminal asks for it; the machine that has it shows it: braindump lock recovery",
    )


def _merged(ring: str, other: str | None) -> str:
    return _BETWEEN_KEYS.join(dict.fromkeys([*ring.split(), *(other or "").split()]))


def _remember(store: SyncStore, name: str, value: str) -> None:
    if store.fact(name) != value:
        store.set_fact(name, value)
