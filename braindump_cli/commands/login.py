"""login: by a browser, by a code from an e-mail, with a password."""

import sys
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from braindump_cli.commands.account import check_token, show_account
from braindump_cli.commands.browsing import Browsing
from braindump_cli.commands.project import Project, chosen_project, keep_project
from braindump_cli.errors import ConfigError, ForbiddenError, UsageError
from braindump_cli.rendering.output import is_terminal

if TYPE_CHECKING:
    from braindump_cli.ports.cloud import Session
    from braindump_cli.runtime import Runtime

app = typer.Typer()

_CLERK = "clerk"
_TRIES = 3  # of a code that is typed
_MOST_BYTES = 10_000
_WAYS = "--provider NAME, --email ADDRESS or --clerk"


Provider = Annotated[
    str | None, typer.Option(help="Sign in at google, github, custom:clerk, … in the browser.")
]
Email = Annotated[str | None, typer.Option(help="Sign in with a code that is sent to this address.")]
SendCode = Annotated[
    bool, typer.Option("--send-code", help="Only send the code; --code takes it in a second call.")
]
Code = Annotated[str | None, typer.Option(help="The code from the e-mail.")]
AskPassword = Annotated[bool, typer.Option("--password", help="Ask for the password, without echo.")]
ReadPassword = Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")]
AtClerk = Annotated[bool, typer.Option("--clerk", help="Sign in at your own OAuth application of Clerk.")]
ByHand = Annotated[
    bool, typer.Option("--no-browser", help="Open no browser here; paste the address it ends at.")
]
Url = Annotated[str | None, typer.Option(help="Address of your Supabase project.")]
Key = Annotated[str | None, typer.Option(help="Its publishable key.")]
Check = Annotated[
    bool, typer.Option("--check", help="Tell what is missing in the token of who is signed in.")
]


@app.command("login")
def login(
    ctx: typer.Context,
    provider: Provider = None,
    email: Email = None,
    send_code: SendCode = False,
    code: Code = None,
    password: AskPassword = False,
    password_stdin: ReadPassword = False,
    clerk: AtClerk = False,
    no_browser: ByHand = False,
    url: Url = None,
    key: Key = None,
    check: Check = False,
) -> None:
    """Sign in: the same journal on all your machines."""
    runtime: Runtime = ctx.obj
    way = _Way(provider, email, clerk)
    if sum(map(bool, [*way, check])) > 1:
        raise UsageError("One way at a time.", hint=f"braindump login with one of {_WAYS}, or --check")
    _must_fit(email, [send_code, code is not None, password, password_stdin])
    if check:
        check_token(runtime)
        return
    project = chosen_project(runtime, url, key)
    way = way if any(way) else _asked_way(runtime)
    _prepare(runtime, project)
    if send_code and way.email:
        _send_code(runtime, project, way.email)
        return
    if way.email:
        proof = _Proof(code, password, password_stdin)
        session = _by_email(runtime, project, way.email, proof)
    else:
        session = _by_browser(runtime, project, way, Browsing(runtime, is_by_hand=no_browser))
    runtime.account.sign_in(session)
    keep_project(runtime, project)
    show_account(runtime, session.who, f"Signed in as {session.who.email or session.who.user_id}.")


class _Way(NamedTuple):
    """How to sign in: one of these."""

    provider: str | None = None
    email: str | None = None
    is_clerk: bool = False


class _Proof(NamedTuple):
    """How somebody shows that an address is theirs; with nothing given, by a code that is asked for."""

    code: str | None
    asks_password: bool
    reads_password: bool


def _must_fit(email: str | None, proofs: list[bool]) -> None:
    """Refuse options that do not go together. Raises UsageError."""
    if any(proofs) and not email:
        raise UsageError("Whose? --email ADDRESS is missing.", hint="braindump login --email ADDRESS")
    if sum(proofs) > 1:
        raise UsageError("One of --send-code, --code, --password and --password-stdin.")
    if email is not None:
        _must_be_address(email)


def _must_be_address(email: str) -> None:
    name, _, host = email.partition("@")
    if not (name and host) or any(char.isspace() or not char.isprintable() for char in email):
        raise UsageError(f"{email!r} is not an e-mail address.")


def _asked_way(runtime: "Runtime") -> _Way:
    """Ask how to sign in. Raises UsageError."""
    if not runtime.out.can_ask:
        raise UsageError("How? Nobody can be asked.", hint=f"braindump login with one of {_WAYS}")
    answer = runtime.out.ask("Your e-mail address, or google, github, clerk, …")
    if "@" in answer:
        _must_be_address(answer)
        return _Way(email=answer)
    if not answer:
        raise UsageError("Nothing was chosen.", hint=f"braindump login with one of {_WAYS}")
    return _Way(is_clerk=True) if answer.lower() == _CLERK else _Way(answer.lower())


def _prepare(runtime: "Runtime", project: Project) -> None:
    """Make sure that the sign-in can be kept before anybody is asked for it, and say what it means."""
    from braindump_cli.services.account import somebody_else

    _ = runtime.journal  # made, where there is none; a locked one ends it here
    before = runtime.account.signed_in()
    if before and before.url != project.url:
        raise somebody_else(before)
    sees = (
        "sealed rows, with their times and sizes"
        if runtime.settings.cloud_e2e
        else "your entries, to-dos and recordings"
    )
    runtime.out.talk(
        f"Signing in means that your journal is synced to {project.url}: whoever runs that server can see {sees};"
        " private entries never leave."
    )


def _send_code(runtime: "Runtime", project: Project, email: str) -> None:
    from braindump_cli.commands.answers import say

    runtime.supabase_auth(*project).send_code(email)
    keep_project(runtime, project)
    document = {"email": email, "url": project.url, "is_sent": True}
    hint = f"braindump login --email {email} --code CODE"
    say(runtime, "login_code/1", document, f"A code is on its way to {email}.", hint)


def _by_email(runtime: "Runtime", project: Project, email: str, proof: _Proof) -> "Session":
    auth = runtime.supabase_auth(*project)
    if proof.code is not None:
        return auth.with_email_code(email, proof.code.strip())
    if proof.reads_password or proof.asks_password:
        return auth.with_password(email, _password(runtime, email, reads=proof.reads_password))
    if not runtime.out.can_ask:
        hint = "--send-code and then --code CODE, or --password-stdin"
        raise UsageError("A code would be asked for, and nobody can be asked.", hint=hint)
    auth.send_code(email)
    runtime.out.talk(f"A code is on its way to {email}.")
    for _ in range(_TRIES - 1):
        try:
            return auth.with_email_code(email, _typed_code(runtime))
        except ForbiddenError as error:
            runtime.out.talk(error.message)
    return auth.with_email_code(email, _typed_code(runtime))


def _by_browser(runtime: "Runtime", project: Project, way: _Way, browsing: Browsing) -> "Session":
    if way.is_clerk:
        return browsing.at_clerk(project, *_clerk_application(runtime))
    return browsing.at_provider(project, way.provider or "")


def _typed_code(runtime: "Runtime") -> str:
    typed = "".join(runtime.out.ask("Code from the e-mail").split())
    if not typed:
        raise UsageError(
            "No code was given.", hint="braindump login --email ADDRESS --code CODE goes on with it."
        )
    return typed


def _password(runtime: "Runtime", email: str, *, reads: bool) -> str:
    """Read the password from stdin, or ask for it without echo. Raises UsageError."""
    if reads:
        given = sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace") if sys.stdin else ""
        words = given.removesuffix("\n").removesuffix("\r")
    elif runtime.out.can_ask and is_terminal(sys.stdin):
        words = runtime.out.ask(f"Password of {email}", is_secret=True)
    else:
        raise UsageError("A password is needed, and nobody can be asked.", hint="--password-stdin reads it.")
    if not words:
        raise UsageError("No password was given.")
    return words


def _clerk_application(runtime: "Runtime") -> tuple[str, str]:
    """Return issuer and client id. Raises ConfigError."""
    settings = runtime.settings
    wanted = ((settings.cloud_clerk_issuer, "issuer"), (settings.cloud_clerk_client_id, "client_id"))
    for value, name in wanted:
        if not value:
            message = f"cloud.clerk.{name} is not set, in {runtime.paths.config}."
            hint = f"braindump config set cloud.clerk.{name} VALUE; in Clerk: OAuth applications, Public."
            raise ConfigError(message, hint=hint)
    return settings.cloud_clerk_issuer or "", settings.cloud_clerk_client_id or ""
