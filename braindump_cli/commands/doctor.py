"""doctor: look at everything, say how to mend it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from braindump_cli.errors import BraindumpError, DeviceError, LockedError, NoError
from braindump_cli.rendering.page import ACCENT, ALERT, FAINT, STRONG, Cell, Column, Rows, Span, cell, say

if TYPE_CHECKING:
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()

OK, WARN, FAIL = "ok", "warn", "fail"
_LITTLE_ROOM = 200_000_000  # bytes: an hour of recording and its kept file
_NO_ROOM = 20_000_000
_LOOK = {OK: FAINT, WARN: ACCENT, FAIL: ALERT}


class Check(NamedTuple):
    """What one look found."""

    name: str
    status: str
    message: str
    hint: str | None = None


@app.command("doctor")
def doctor(ctx: typer.Context) -> None:
    """Check everything and say how to mend it; status 1 if a check fails."""
    runtime: Runtime = ctx.obj
    found: dict[str, Check] = {}
    for look in _LOOKS:
        for check in _looked(look, runtime):
            cause = check.name if check.status == OK else check.message
            found.setdefault(cause, check)  # told once
    checks = list(found.values())
    document = {"checks": [check._asdict() for check in checks]}
    runtime.out.show("doctor/1", document, lambda: _page(checks))
    if any(check.status == FAIL for check in checks):
        raise NoError("A check failed.")


def _looked(look: "Callable[[Runtime], Iterator[Check]]", runtime: "Runtime") -> Iterator[Check]:
    """Look, and make a failure that we can explain the finding."""
    name = look.__name__.strip("_").replace("_", " ")
    try:
        yield from look(runtime)
    except LockedError as error:
        yield Check(name, WARN, error.message, error.hint)
    except BraindumpError as error:
        yield Check(name, FAIL, error.message, error.hint)
    except OSError as error:
        yield Check(name, FAIL, f"{error.filename or runtime.paths.home}: {error.strerror}.")


def _settings(runtime: "Runtime") -> Iterator[Check]:
    known = runtime.settings
    for key in known.unknown:
        yield Check(
            "settings",
            WARN,
            f"{runtime.paths.config}: {key} is no setting of this version.",
            "braindump config list",
        )
    if not known.unknown:
        yield Check("settings", OK, f"{len(known.values)} set." if known.values else "All as they come.")


def _key(runtime: "Runtime") -> Iterator[Check]:
    known = runtime.vault.status()
    if not known.exists:
        yield Check("key", OK, "It is made with the first entry.")
        return
    runtime.vault.reach()
    if known.store == "file":
        hint = "A passphrase protects it: braindump lock set"
        yield Check(
            "key", WARN, f"It rests in a file, {runtime.paths.key_file}, readable by you alone.", hint
        )
    else:
        where = (
            "in the system keyring" if known.store == "keyring" else "nowhere; a passphrase opens the journal"
        )
        yield Check("key", OK, f"It rests {where}.")


def _keyring(runtime: "Runtime") -> Iterator[Check]:
    from braindump_cli.storage.keys.keyring_store import SystemKeyring

    answer = SystemKeyring().name()
    if answer.failure is None:
        yield Check("keyring", OK, f"{answer.text} answers.")
    else:
        wanted = runtime.settings.keys_store != "file"
        failure = answer.failure.rstrip(".")
        hint = None if runtime.vault.store == "passphrase" else "The key then rests in a file."
        yield Check("keyring", WARN if wanted else OK, f"No keyring answers: {failure}.", hint)


def _recovery_code(runtime: "Runtime") -> Iterator[Check]:
    if not runtime.vault.exists:
        return
    if runtime.journal.fact("recovery_written_down_at"):
        yield Check("recovery code", OK, "You have it on paper.")
    else:
        hint = "braindump lock recovery, then braindump lock recovery --written-down"
        yield Check("recovery code", WARN, "Not written down yet.", hint)


def _journal(runtime: "Runtime") -> Iterator[Check]:
    from braindump_cli.storage.engine import check_integrity, engine_version, is_engine_safe

    if not is_engine_safe():
        yield Check(
            "engine", FAIL, f"SQLite {engine_version()} can lose commits.", "pip install --upgrade sqlcipher3"
        )
    else:
        yield Check("engine", OK, f"SQLCipher over SQLite {engine_version()}.")
    if not runtime.vault.exists:
        yield Check("journal", OK, "It is made with the first entry.")
        return
    found = check_integrity(runtime.journal.db)
    hint = "Copy the folder away before anything else; entries that can still be read: braindump list --json"
    for damage in found[:10]:
        yield Check("journal", FAIL, damage, hint)
    if not found:
        count = runtime.entries.count()
        yield Check("journal", OK, f"{count:,} entr{'y' if count == 1 else 'ies'}, every page whole.")


def _permissions(runtime: "Runtime") -> Iterator[Check]:
    open_to_others = [
        path for path in _private_places(runtime) if path.exists() and path.stat().st_mode & 0o077
    ]
    for path in open_to_others:
        mode = "700" if path.is_dir() else "600"
        yield Check("permissions", WARN, f"Others may read {path}.", f"chmod {mode} {path}")
    if not open_to_others:
        yield Check("permissions", OK, "Everything is readable by you alone.")


def _private_places(runtime: "Runtime") -> list[Path]:
    paths = runtime.paths
    return [
        paths.home, paths.journal, paths.journal_keys, paths.key_file, paths.recordings, paths.inbox, paths.spool,
    ]  # fmt: skip


def _disk_space(runtime: "Runtime") -> Iterator[Check]:
    import shutil

    place = next(path for path in (runtime.paths.home, *runtime.paths.home.parents) if path.exists())
    free = shutil.disk_usage(place).free
    told = f"{free / 1e9:.1f} GB free."
    if free < _NO_ROOM:
        yield Check("disk space", FAIL, told, "Nothing can be kept soon: make room.")
    else:
        yield Check("disk space", OK if free > _LITTLE_ROOM else WARN, told)


def _microphone(_: "Runtime") -> Iterator[Check]:
    from braindump_cli.audio.microphone import list_devices

    try:
        found = list_devices()
    except DeviceError as error:  # files and typed entries need none
        yield Check("PortAudio", WARN, error.message, error.hint)
        return
    yield Check("PortAudio", OK, "It is there.")
    chosen = [device for device in found if device.is_default] or found
    if found:
        yield Check("microphone", OK, f"{chosen[0].name}, of {len(found)}.")
    else:
        hint = "Recordings from files work without: braindump record --from FILE"
        yield Check("microphone", WARN, "No microphone is there.", hint)


def _engines(runtime: "Runtime") -> Iterator[Check]:
    reasons = {engine.name: engine.unavailable(runtime.language) for engine in runtime.transcribers}
    able = [name for name, reason in reasons.items() if reason is None]
    minds = [mind.name for mind in runtime.analysts if mind.unavailable(runtime.language) is None]
    if able:
        yield Check(
            "engines", OK, f"{', '.join(able)} for speech; {', '.join(minds) or 'none'} for insights."
        )
    else:
        why = "; ".join(str(reason) for reason in reasons.values()) or "none is set up"
        yield Check("engines", WARN, f"No engine for speech: {why}.", "Recordings are kept and wait.")


def _waiting_work(runtime: "Runtime") -> Iterator[Check]:
    orphans, captures = runtime.count_orphans(), runtime.inbox.waiting()
    if orphans:
        yield Check(
            "spool", WARN, f"Recordings without an entry, plain until sealed: {orphans}.", "braindump process"
        )
    if captures:
        yield Check("inbox", WARN, f"Captures that wait for the key: {captures}.", "braindump unlock")
    for name in runtime.inbox.damaged():
        yield Check(
            "inbox", FAIL, f"{runtime.paths.inbox / name} cannot be read.", "It may come back from a backup."
        )
    for path in runtime.spool.unreadable():
        hint = "It came through a pipe and is no audio we can read; convert it, or delete it."
        yield Check("spool", WARN, f"{path} waits for you.", hint)
    failures = runtime.jobs.failures() if runtime.vault.exists else []
    for job in failures:
        yield Check("work", FAIL, f"{job.kind} of entry {_number(job.entry_id, runtime)}: {job.last_error}")
    if not (orphans or captures or failures):
        yield Check("waiting work", OK, "Nothing is stuck.")


def _number(entry_id: str, runtime: "Runtime") -> str:
    return str(runtime.entries.get(entry_id).number) if runtime.entries.has(entry_id) else entry_id


_LOOKS: "tuple[Callable[[Runtime], Iterator[Check]], ...]" = (
    _settings, _key, _keyring, _recovery_code, _journal, _permissions, _disk_space, _microphone, _engines,
    _waiting_work,
)  # fmt: skip


def _page(checks: list[Check]) -> "Page":
    rows = []
    for check in checks:
        hint = (Span("  "), say(check.hint, FAINT)) if check.hint else ()
        words = Cell((say(check.message), *hint))
        rows.append((cell(check.status, _LOOK[check.status]), cell(check.name, STRONG), words))
    return [Rows((Column(), Column(), Column(is_wrapped=True)), tuple(rows))]
