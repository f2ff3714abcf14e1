"""The session of an account: its tokens in the system's keyring, else in the encrypted journal.

The journal holds one fact, `account`, a JSON object: `place`, and `who` without any token; where the place is
the journal the `tokens` as well. So who is signed in is known without the keyring; and no plain file ever
holds a token.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.stamps import from_stamp, to_stamp
from braindump_cli.errors import DeclinedError, StoreError
from braindump_cli.ports.cloud import Session, SignedIn
from braindump_cli.storage.keys.bundle import KEYRING
from braindump_cli.storage.locks import ACCOUNT, hold_byte

if TYPE_CHECKING:
    from braindump_cli.storage.keys.keyring_store import KeyringStore
    from braindump_cli.storage.sqlite.journal import SqliteJournal

JOURNAL = "journal"  # and KEYRING
USER = "account tokens"
_FACT = "account"
_AGAIN = "braindump login"


class KeptSession:
    """Keeps ports.cloud.SessionStore in one journal."""

    def __init__(
        self,
        journal: "Callable[[], SqliteJournal | None]",
        journal_id: Callable[[], str],
        *,
        locks: Path,
        prefers_keyring: bool,
        keyring: "KeyringStore | None" = None,
    ) -> None:
        """Take `journal`, which gives None where there is none; `locks` is the file whose bytes are locked."""
        self._journal = journal
        self._journal_id = journal_id
        self._locks = locks
        self._prefers_keyring = prefers_keyring
        self._own_keyring = keyring

    def signed_in(self) -> SignedIn | None:
        """Return whose session it is; the keyring is not asked."""
        fact = self._fact()
        return _who(fact["who"]) if fact else None

    @property
    def place(self) -> str | None:
        """Where the tokens rest: keyring or journal; None where nobody is signed in."""
        fact = self._fact()
        return fact["place"] if fact else None

    def session(self) -> Session | None:
        """Return the session as it rests now, who it is included: both were written together."""
        fact = self._fact()
        if fact is None:
            return None
        return _session(fact if fact["place"] == JOURNAL else self._from_keyring())

    def keep(self, session: Session) -> str:
        """Keep the session; in the keyring first, so that the journal never names tokens that are not there."""
        journal = self._open_journal()
        fact: dict[str, Any] = {"who": _who_document(session.who)}
        whole = fact | {"tokens": _tokens_document(session)}
        place = JOURNAL
        if self._prefers_keyring:
            written = self._keyring().write(self._journal_id(), json.dumps(whole))
            place = JOURNAL if written.failure else KEYRING
        kept = json.dumps({"place": place} | (fact if place == KEYRING else whole))
        journal.set_fact(_FACT, kept)
        if journal.fact(_FACT) != kept:
            raise StoreError("The sign-in was stored but cannot be read back.", hint="braindump doctor")
        return place

    def forget(self) -> None:
        """Forget the session; the keyring's part first, so that nothing is left there unnoticed."""
        fact = self._fact()
        if fact is None:
            return
        failure = self._keyring().remove(self._journal_id()).failure if fact["place"] == KEYRING else None
        self._open_journal().set_fact(_FACT, None)
        if failure:
            hint = f"Remove {USER!r} of braindump/{self._journal_id()} there by hand."
            raise StoreError(
                f"The tokens are not used any more, but the keyring kept them: {failure}.", hint=hint
            )

    def alone(self) -> AbstractContextManager[object]:
        """Hold the lock that every process takes before it changes the session."""
        return hold_byte(self._locks, ACCOUNT, wait=True)

    def _fact(self) -> dict[str, Any] | None:
        journal = self._journal()
        fact = journal.fact(_FACT) if journal else None
        return json.loads(fact) if fact else None

    def _from_keyring(self) -> Mapping[str, Any]:
        answer = self._keyring().read(self._journal_id())
        if answer.text:
            whole: Mapping[str, Any] = json.loads(answer.text)
            return whole
        why = answer.failure.rstrip(".") if answer.failure else "they are not there any more"
        raise DeclinedError(
            f"The tokens of your account cannot be read from the keyring: {why}.",
            hint=f"Open the keyring, or sign in again: {_AGAIN}",
        )

    def _keyring(self) -> "KeyringStore":
        if self._own_keyring is None:
            from braindump_cli.storage.keys.keyring_store import SystemKeyring

            self._own_keyring = SystemKeyring(USER)
        return self._own_keyring

    def _open_journal(self) -> "SqliteJournal":
        journal = self._journal()
        if journal is None:
            raise StoreError("There is no journal to keep the sign-in in.", hint="braindump unlock")
        return journal


def _who_document(who: SignedIn) -> dict[str, Any]:
    return who._asdict() | {"expires_at": to_stamp(who.expires_at)}


def _who(document: Mapping[str, Any]) -> SignedIn:
    known = {name: document[name] for name in SignedIn._fields}
    return SignedIn(**known | {"expires_at": from_stamp(known["expires_at"])})


def _tokens_document(session: Session) -> dict[str, str]:
    return {
        "access": session.access_token,
        "refresh": session.refresh_token,
        "issuer": session.issuer,
        "client_id": session.client_id,
    }


def _session(document: Mapping[str, Any]) -> Session:
    tokens = document["tokens"]
    return Session(
        _who(document["who"]), tokens["access"], tokens["refresh"], tokens["issuer"], tokens["client_id"]
    )
