"""The one door: root options, failures told as one message and an exit status; alone ends the process."""

import gc
import sys

TYPE_CHECKING = False  # `typing` itself would cost --version half of its time
if TYPE_CHECKING:
    from typing import NoReturn

    from braindump_cli.errors import BraindumpError
    from braindump_cli.runtime import Runtime


FLAGS = {"--version", "--json", "--no-input", "--no-color", "--quiet", "--verbose", "--debug"}
INTERRUPTED = 130  # what Typer makes of Ctrl-C


def run() -> "NoReturn":
    """Run the command line and end the process with its status."""
    arguments = sys.argv[1:]
    if "--version" in arguments and set(arguments) <= FLAGS:
        _print_version(as_document="--json" in arguments)
        sys.exit(0)
    status = _answer(arguments)
    _leave(status)


def _print_version(*, as_document: bool) -> None:
    """Answer before Typer is imported, which would cost five times as much as Python itself."""
    from braindump_cli import __version__

    if as_document:
        print(f'{{"schema": "braindump.version/1", "data": {{"version": "{__version__}"}}, "warnings": []}}')
    else:
        print(f"braindump {__version__}")


def _answer(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    gc.disable()  # a short life makes no garbage worth collecting: 6 ms; what lives long switches it on again
    from braindump_cli.runtime import Runtime

    _make_streams_lenient()
    runtime = Runtime()
    try:
        return _ended(arguments, runtime)
    except BrokenPipeError:
        return 0  # the reader has seen enough: `braindump list | head`
    except KeyboardInterrupt:
        return 130
    finally:
        runtime.close()


def _ended(arguments: list[str], runtime: "Runtime") -> int:
    from braindump_cli.commands import command_line
    from braindump_cli.errors import StoppedError

    try:
        status = command_line().main(arguments, prog_name="braindump", standalone_mode=False, obj=runtime)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):  # Typer's own answer to it would be 1
            return 0
        raise
    except Exception as error:
        return _told(error, runtime, arguments)
    if status == INTERRUPTED:
        return _told(StoppedError("Stopped."), runtime, arguments)
    return status if isinstance(status, int) else 0


def _make_streams_lenient() -> None:
    """Let no character of an entry fail on a terminal that cannot show it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")


def _told(error: Exception, runtime: "Runtime", arguments: list[str]) -> int:
    """Tell a failure to whom it concerns and return the exit status."""
    from braindump_cli.errors import BraindumpError, NoError

    if isinstance(error, NoError):
        return error.exit_code
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error)
        return 0
    known = error if isinstance(error, BraindumpError) else _usage(error) or _disk(error)
    output = runtime.failing_output(arguments)
    if runtime.flags.debug or "--debug" in arguments:
        print(_traceback(error), file=sys.stderr)
    if known is None:
        known = _apology(error, runtime)
    output.failure(known)
    return known.exit_code


def _traceback(error: BaseException) -> str:
    """Return where an error came from, and what it came of; others' messages, which may hold the user's words, not."""
    import traceback

    from braindump_cli.errors import BraindumpError

    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    message = f": {error}" if isinstance(error, BraindumpError) else ""
    own = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__)]
    told = f"{''.join(own)}{type(error).__qualname__}{message}\n"
    return f"{_traceback(before)}\nwhich led to:\n\n{told}" if before else told


def _usage(error: Exception) -> "BraindumpError | None":
    """Turn Typer's own complaints (their classes move between versions) into ours."""
    import typer

    from braindump_cli.errors import StoppedError, UsageError

    if isinstance(error, typer.Abort):
        return StoppedError("Stopped.")
    complaint = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
    if not isinstance(error, complaint):
        return None
    message = str(getattr(error, "format_message", lambda: error)()).strip()
    context = getattr(error, "ctx", None)
    path = getattr(context, "command_path", "braindump")
    hint = f"{path} --help"
    if message.startswith("No such option"):
        hint += "; words that begin with a dash come after --"
    return UsageError(message or "Something is missing.", hint=hint)


def _disk(error: Exception) -> "BraindumpError | None":
    from braindump_cli.errors import StoreError

    if not isinstance(error, OSError) or error.filename is None:
        return None
    return StoreError(
        f"{error.filename}: {error.strerror}.", hint="braindump doctor looks at disk and permissions."
    )


def _apology(error: Exception, runtime: "Runtime") -> "BraindumpError":
    """Log where it broke, never what was said: file, line and kind of error, no values."""
    from braindump_cli.errors import BraindumpError

    place = runtime.log_crash(error)
    where = f"{place} tells where; " if place else ""
    return BraindumpError(
        "Sorry, that was not foreseen. What was kept is safe.",
        hint=f"{where}--debug shows the whole traceback.",
    )


def _leave(status: int) -> "NoReturn":
    """End with the status, also where stdout is closed, gone or full."""
    import os

    try:
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        pass  # the reader has seen enough
    except OSError as error:
        print(f"braindump: the answer could not be written: {error.strerror}.", file=sys.stderr)
        status = status or 74
    else:
        sys.exit(status)
    os._exit(status)  # Python would try to flush once more and complain
