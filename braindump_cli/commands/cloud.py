"""cloud: the project of an account, and leaving it."""

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands.account import must_be_signed_in
from braindump_cli.commands.answers import say
from braindump_cli.commands.questions import read_secret
from braindump_cli.errors import StoppedError, UsageError

if TYPE_CHECKING:
    from braindump_cli.ports.cloud import SignedIn
    from braindump_cli.ports.cloud_account import Shelf
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime
    from braindump_cli.services.cloud_account import Exported

app = typer.Typer(
    help="Your account's project: init, status, export, delete-account.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("init")
def init(
    ctx: typer.Context,
    print_sql: Annotated[
        bool, typer.Option("--print", help="Print the SQL, for the project's SQL editor.")
    ] = False,
    database_url: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS|-", help="Connect to the project's database and apply it; - reads stdin."
        ),
    ] = None,
) -> None:
    """Lay the tables of a journal into your project; done again it changes nothing."""
    from braindump_cli.storage import cloud_schema

    runtime: Runtime = ctx.obj
    if print_sql == (database_url is not None):
        raise UsageError("Which way?", hint="braindump cloud init --print, or --database-url ADDRESS")
    if database_url is None:
        sql, version = cloud_schema.script(), runtime.schema_version
        if runtime.flags.json:
            runtime.out.document("cloud_sql/1", {"version": version, "sql": sql})
        else:
            runtime.out.out.write(sql)
        return
    address = (
        read_secret("Connection string", runtime, from_stdin=True) if database_url == "-" else database_url
    )
    laid = cloud_schema.apply(address.strip())
    document = {"version": laid.version, "applied": list(laid.applied)}
    done = f"{len(laid.applied)} steps done." if laid.applied else "Nothing to do."
    say(
        runtime,
        "cloud_init/1",
        document,
        f"{done} The tables are those of version {laid.version}.",
        "braindump login",
    )


@app.command("status")
def status(ctx: typer.Context) -> None:
    """Versions, counts, what waits to be sent or received, and storage used."""
    from braindump_cli.rendering.cloud import CloudState, cloud_document, cloud_page

    runtime: Runtime = ctx.obj
    who = must_be_signed_in(runtime)
    store = runtime.synced
    with runtime.server() as server:
        version = server.version()
        usage = server.usage() if version else None
    state = CloudState(
        url=who.url,
        version=version,
        expected=runtime.schema_version,
        usage=usage,
        to_send=sum(1 for _ in store.outgoing()),
        to_receive=max(usage.head - store.cursor(), 0) if usage else None,
        last_sync_at=store.last_sync_at(),
        is_end_to_end=runtime.is_end_to_end,
    )

    def page() -> "Page":
        return cloud_page(state, here=runtime.here)

    runtime.out.show("cloud/1", cloud_document(state), page)


@app.command("export")
def export(
    ctx: typer.Context,
    to: Annotated[
        str, typer.Argument(metavar="FOLDER|-", help="A new or empty folder; - writes a tar to stdout.")
    ],
) -> None:
    """Everything the server holds about you, opened: rows as JSON lines, recordings as sound."""
    runtime: Runtime = ctx.obj
    who = must_be_signed_in(runtime)
    if to == "-":
        if runtime.flags.json or runtime.out.out.isatty():
            raise UsageError(
                "A tar goes into a pipe or a file, and not beside a document.",
                hint="braindump cloud export FOLDER",
            )
        from braindump_cli.storage.shelves import TarShelf

        with closing(TarShelf(sys.stdout.buffer)) as tar:
            exported = _exported(runtime, tar)
        _warn(runtime, exported)
        return
    from braindump_cli.storage.shelves import FolderShelf

    folder = Path(to).expanduser().absolute()
    exported = _exported(runtime, FolderShelf(folder))
    _warn(runtime, exported)
    document = {
        "url": who.url,
        "folder": str(folder),
        "rows": dict(exported.rows),
        "recordings": exported.recordings,
    }
    count = sum(exported.rows.values())
    words = f"Exported {count:,} rows and {exported.recordings:,} recordings to {folder}."
    say(runtime, "cloud_export/1", document, words, "They lie there unencrypted, for you alone to read.")


def _exported(runtime: "Runtime", shelf: "Shelf") -> "Exported":
    from braindump_cli.rendering.progress import Progress
    from braindump_cli.services.cloud_account import Opening, export_account
    from braindump_cli.storage.account_cipher import RingCipher, SealedObjects

    progress = Progress(runtime.out)
    progress.show("Exporting")
    try:
        with runtime.server() as server, runtime.freight() as freight:
            objects = SealedObjects(runtime.paths.outbox, runtime.sealed_audio)
            return export_account(server, shelf, Opening(freight.cloud, RingCipher(), objects, freight.ring))
    finally:
        progress.wipe()


def _warn(runtime: "Runtime", exported: "Exported") -> None:
    for code, message in exported.warnings:
        runtime.out.warn(code, message)


@app.command("delete-account")
def delete_account(
    ctx: typer.Context,
    confirm: Annotated[
        str | None,
        typer.Option(metavar="ACCOUNT", help="E-mail address or user id, in place of both questions."),
    ] = None,
    lose_recordings: Annotated[
        bool, typer.Option("--lose-recordings", help="Delete also recordings that are not here.")
    ] = False,
) -> None:
    """Delete all rows and recordings of your account there; your journal stays here."""
    from braindump_cli.services.cloud_account import delete_account as delete
    from braindump_cli.services.cloud_account import must_have_all_sound

    runtime: Runtime = ctx.obj
    runtime.may_start_sync = False
    who = must_be_signed_in(runtime)
    if not lose_recordings:
        must_have_all_sound(runtime.synced)
    _must_be_meant(runtime, who, confirm)
    with runtime.only_sync(wait=True), runtime.server() as server, runtime.sync_parts() as parts:
        rows, recordings = delete(server, parts.cloud, parts.store)
    failure = runtime.account.sign_out()
    if failure:
        runtime.out.warn(
            "not_revoked", f"The session could not be ended there, and ends by itself: {failure}"
        )
    document = {"url": who.url, "user_id": who.user_id, "rows": dict(rows), "recordings": recordings}
    say(
        runtime, "cloud_deleted/1", document,
        f"Deleted there: {sum(rows.values()):,} rows, {recordings:,} recordings. Your journal is all here.",
        "Sign out on your other machines too: one that still syncs brings its journal back. The name you signed in"
        " with is removed in the dashboard: Authentication, Users.",
    )  # fmt: skip


def _must_be_meant(runtime: "Runtime", who: "SignedIn", confirm: str | None) -> None:
    """Ask twice, or take the account's name from a script. Raises UsageError, StoppedError."""
    name = who.email or who.user_id
    if confirm is not None:
        if confirm not in (who.email, who.user_id):
            raise UsageError(f"--confirm names another account than {name}; nothing was deleted.")
        return
    if not runtime.out.can_ask:
        raise UsageError("Nobody can be asked; nothing was deleted.", hint=f"--confirm {name}")
    question = f"Delete everything that {who.url} holds of {name}? y or n"
    is_wanted = runtime.out.ask(question).lower() in ("y", "yes")
    if not is_wanted or runtime.out.ask(f"It cannot be undone. Type {name}") != name:
        raise StoppedError("Nothing was deleted.")
