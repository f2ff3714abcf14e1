"""status: where things stand, with or without the key."""

from typing import TYPE_CHECKING, Any

import typer

from braindump_cli.domain.stamps import maybe_stamp
from braindump_cli.errors import LockedError
from braindump_cli.rendering.page import FAINT, Cell, Column, Rows, cell, say

if TYPE_CHECKING:
    from braindump_cli.rendering.dates import Here
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()

_WAITS = {
    "adopt": "recordings to adopt",
    "transcribe": "to transcribe",
    "analyse": "to understand",
    "keep": "to seal",
    "inbox": "sealed captures",
}
_SHORT = {
    "ai_mode": "ai.mode keeps it from being asked",
    "no_consent": "it waits for your consent, ai.consent",
    "consent_refused": "ai.consent is false",
}
_STORES = {
    "keyring": "in the system keyring",
    "file": "in a file beside it, readable by you alone",
    "passphrase": "nowhere: a passphrase opens it",
}


@app.command("status")
def status(ctx: typer.Context) -> None:
    """Where things stand: journal, key, engines, waiting work."""
    runtime: Runtime = ctx.obj
    document = status_document(runtime)
    runtime.out.show("status/1", document, lambda: _page(document, runtime.here))


def status_document(runtime: "Runtime") -> dict[str, Any]:
    """Return `status/1`; what cannot be known without the key is null."""
    from braindump_cli import __version__

    entries = pending = account = last_sync_at = focus = None
    is_locked = False
    if runtime.vault.exists:  # asking must not make a journal
        try:
            entries, pending = runtime.entries.count(), _pending(runtime)
            account, last_sync_at = _account(runtime), maybe_stamp(runtime.last_sync_at)
            focus = _focus(runtime)
        except LockedError:
            is_locked = True
    else:
        entries, pending = 0, _waiting_outside(runtime)
    journal = runtime.paths.journal
    return {
        "version": __version__,
        "home": str(runtime.paths.home),
        "journal": {
            "path": str(journal),
            "entries": entries,
            "size_bytes": journal.stat().st_size if journal.exists() else None,
            "encrypted": True,
            "key_store": runtime.vault.store,
            "is_locked": is_locked,
        },
        "engines": _engines(runtime),
        "pending": pending if pending is not None else {**_waiting_outside(runtime), "jobs": None},
        "account": account,
        "last_sync_at": last_sync_at,
        "focus": focus,
    }


def _account(runtime: "Runtime") -> dict[str, Any] | None:
    """Return who is signed in, by what rests here; in most journals nobody."""
    if not runtime.is_signed_in:
        return None
    from braindump_cli.rendering.account import account_document

    who = runtime.account.signed_in()
    return account_document(who, runtime.kept_session.place) if who else None


def _pending(runtime: "Runtime") -> dict[str, int | None]:
    return {**runtime.jobs.counts(), **_waiting_outside(runtime)}


def _waiting_outside(runtime: "Runtime") -> dict[str, int | None]:
    """Return what waits outside of the journal: recordings to be adopted, captures to be folded in."""
    found: dict[str, int | None] = {}
    if orphans := runtime.count_orphans():
        found["adopt"] = orphans
    if captures := runtime.count_captures():
        found["inbox"] = captures
    return found


def _focus(runtime: "Runtime") -> dict[str, Any] | None:
    """Return the session that runs (`focus/1`)."""
    if not runtime.journal.has_open_focus():
        return None
    view = runtime.focus
    if not view.standing.is_running:
        return None
    from braindump_cli.rendering.focus import focus_document

    return focus_document(view)


def _engines(runtime: "Runtime") -> list[dict[str, Any]]:
    """Return every engine in the order it is asked; nothing is loaded to know it."""
    from braindump_cli.services.leaving import Permission, refused

    allowed = Permission(runtime.settings.ai_mode, runtime.settings.ai_consent, None)
    found = []
    for kind, engines in (("transcription", runtime.transcribers), ("insights", runtime.analysts)):
        for engine in engines:
            reason = engine.unavailable(runtime.language)
            refusal = None if reason else refused(engine.place, allowed)
            reason = _SHORT[refusal.code] if refusal else reason
            found.append(
                {"name": engine.name, "kind": kind, "is_available": reason is None, "reason": reason}
            )
    return found


def _page(document: dict[str, Any], here: "Here") -> "Page":
    journal = document["journal"]
    count = journal["entries"]
    entries = "locked: braindump unlock" if count is None else f"{count:,} entr{'y' if count == 1 else 'ies'}"
    size = f", {journal['size_bytes'] / 1e6:.1f} MB" if journal["size_bytes"] is not None else ""
    rows = [
        ("Braindump", document["version"]),
        ("Journal", f"{entries}{size}, encrypted"),
        ("", journal["path"]),
        ("Key", _STORES.get(journal["key_store"], "made with the first entry")),
    ]
    rows += [(engine["kind"].capitalize(), _engine_words(engine)) for engine in document["engines"]]
    if account := document["account"]:
        rows.append(("Account", f"{account['email'] or account['user_id']} at {account['url']}"))
        rows.append(("", _synced(document, here)))
    pending = {kind: count for kind, count in document["pending"].items() if count}
    if failed := pending.pop("failed", 0):
        rows.append(("Failed", f"{failed} for good; braindump doctor"))
    if focus := document["focus"]:
        rows.append(
            ("Focus", f"{focus['phase'].replace('_', ' ')}, round {focus['round']} of {focus['rounds']}")
        )
    waits = ", ".join(f"{count} {_WAITS.get(kind, kind)}" for kind, count in pending.items())
    rows.append(("Waiting", f"{waits}; braindump process" if waits else "nothing"))
    return [
        Rows(
            (Column(), Column(is_wrapped=True)),
            tuple((cell(name, FAINT), Cell((say(value),))) for name, value in rows),
        )
    ]


def _synced(document: dict[str, Any], here: "Here") -> str:
    from braindump_cli.domain.stamps import maybe_instant
    from braindump_cli.rendering.sync import synced_words

    return synced_words(maybe_instant(document["last_sync_at"]), here) or "not synced yet: braindump sync"


def _engine_words(engine: dict[str, Any]) -> str:
    return f"{engine['name']}: {engine['reason']}" if engine["reason"] else str(engine["name"])
