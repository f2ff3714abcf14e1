"""logout, whoami; and what is told of an account."""

from typing import TYPE_CHECKING, Annotated

import typer

from braindump_cli.commands.answers import say
from braindump_cli.errors import AuthRequiredError, NoError, ProviderError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from braindump_cli.domain.claims import Finding
    from braindump_cli.ports.cloud import Session, SignedIn
    from braindump_cli.rendering.page import Page
    from braindump_cli.runtime import Runtime

app = typer.Typer()

SCHEMA = "account/1"
_OF_THE_CLOUD = "cloud."


@app.command("logout")
def logout(
    ctx: typer.Context,
    forget: Annotated[
        bool,
        typer.Option(
            "--forget", help="Forget the project as well: settings, account key, what was agreed on."
        ),
    ] = False,
) -> None:
    """Sign out; your journal stays here.

    The session is ended at the server, and its tokens are forgotten on this machine.
    """
    runtime: Runtime = ctx.obj
    runtime.may_start_sync = False
    open_what_is_there(runtime)
    try:
        failure = runtime.account.sign_out()
    except AuthRequiredError:
        if not forget:
            raise
        failure = None
    if failure:
        message = (
            f"The session could not be ended there, and ends by itself: {failure} Its tokens are gone here."
        )
        runtime.out.warn("not_revoked", message)
    if forget:
        _forget_settings(runtime)
        if runtime.vault.exists:
            runtime.synced.forget_account()
    words = "Signed out, and the project is forgotten." if forget else "Signed out."
    say(runtime, SCHEMA, None, f"{words} Your journal is all here.")


@app.command("whoami")
def whoami(ctx: typer.Context) -> None:
    """Show the account: provider, expiry, role, project."""
    runtime: Runtime = ctx.obj
    who = must_be_signed_in(runtime)
    if runtime.settings.cloud_url not in {None, who.url}:
        hint = "braindump logout, then braindump login, changes over."
        runtime.out.warn("config", f"cloud.url names another project than the account's. {hint}")
    show_account(runtime, who)


def open_what_is_there(runtime: "Runtime") -> None:
    """Open the journal where there is one: a locked one knows more than could be told. Raises LockedError."""
    if runtime.vault.exists:
        _ = runtime.journal


def must_be_signed_in(runtime: "Runtime") -> "SignedIn":
    """Return the account. Raises AuthRequiredError, LockedError."""
    from braindump_cli.services.account import nobody

    open_what_is_there(runtime)
    who = runtime.account.signed_in()
    if who is None:
        raise nobody()
    return who


def show_account(runtime: "Runtime", who: "SignedIn", headline: str = "") -> None:
    """Answer with the account."""
    from braindump_cli.rendering.account import account_document

    place = runtime.kept_session.place

    def page() -> "Page":
        from braindump_cli.rendering.account import account_page

        return account_page(who, place, here=runtime.here, headline=headline)

    runtime.out.show(SCHEMA, account_document(who, place), page)


def check_token(runtime: "Runtime") -> None:
    """Tell in words what a project would find missing in the token. Raises AuthRequiredError, NoError."""
    must_be_signed_in(runtime)
    try:
        runtime.account.token()
    except ProviderError as error:
        runtime.out.warn(error.code, error.whole)  # what rests here can be looked at all the same
    session = runtime.kept_session.session()
    findings = tuple(_findings(session, runtime)) if session else ()
    is_ok = bool(findings) and all(found.is_ok for found in findings)
    document = {"is_ok": is_ok, "findings": [found._asdict() for found in findings]}

    def page() -> "Page":
        from braindump_cli.rendering.account import check_page

        return check_page(findings)

    runtime.out.show("account_check/1", document, page)
    if not is_ok:
        raise NoError("The token lacks something.")


def _findings(session: "Session", runtime: "Runtime") -> "Iterator[Finding]":
    from braindump_cli.domain.claims import ROLE, look_at
    from braindump_cli.ports.cloud import CLERK

    is_clerk = session.who.kind == CLERK
    return look_at(
        session.access_token,
        issuer=session.issuer if is_clerk else None,  # a project calls itself as it likes, and gave it itself
        audience=None if is_clerk else ROLE,
        now=runtime.clock.now(),
    )


def _forget_settings(runtime: "Runtime") -> None:
    from braindump_cli.settings import read_file, table
    from braindump_cli.storage.settings_file import change_setting

    kept = read_file(runtime.paths.config)
    for row in table():
        if row.key.startswith(_OF_THE_CLOUD) and row.key in kept:
            change_setting(runtime.paths, row.key, None)
