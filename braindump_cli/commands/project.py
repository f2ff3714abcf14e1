"""Which Supabase project an account is of: named now, kept before, or proposed by the environment."""

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from braindump_cli.domain.claims import why_no_key
from braindump_cli.errors import ConfigError, UsageError
from braindump_cli.rendering.foreign import one_line
from braindump_cli.settings import Setting, Settings, checked

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime

_URL_VARIABLE, _KEY_VARIABLE = "SUPABASE_URL", "SUPABASE_KEY"  # which other programs read, too
_WHERE = "In Supabase's dashboard: Project settings, API keys, publishable key."
_SHOWN = 4  # last characters of a key, as elsewhere


class Project(NamedTuple):
    """Where an account lives."""

    url: str
    key: str


def chosen_project(runtime: "Runtime", url: str | None, key: str | None) -> Project:
    """Return the project of `--url` and `--key`, else of the settings, else of a question.

    Raises UsageError where one is missing and nobody can be asked, and for a key that may not be used.
    """
    settings = runtime.settings
    wanted = checked_url(url, "--url") if url else settings.cloud_url
    given = checked_key(key, "--key") if key else None
    if given is None and wanted == settings.cloud_url:
        given = settings.cloud_key
    if wanted and given:
        return Project(wanted, given)
    if not runtime.out.can_ask:
        _refuse(wanted)
    if url is None and key is None and wanted is None and (proposed := _proposed(runtime)):
        return proposed
    wanted = wanted or checked_url(runtime.out.ask("Address of your Supabase project"), "That")
    return Project(wanted, given or checked_key(runtime.out.ask("Its publishable key"), "That"))


def checked_url(value: str, place: str) -> str:
    """Return an address that may be used. Raises UsageError."""
    return str(_checked(Settings.cloud_url, value, place))


def checked_key(value: str, place: str) -> str:
    """Return a publishable key. Raises UsageError, with the reason and without the key."""
    if reason := why_no_key(value.strip()):
        raise UsageError(f"{place} cannot be used as the key of the project: {reason}.", hint=_WHERE)
    return value.strip()


def keep_project(runtime: "Runtime", project: Project) -> None:
    """Let the settings name the project from now on."""
    from braindump_cli.storage.settings_file import change_setting

    if runtime.settings.cloud_url != project.url:
        change_setting(runtime.paths, Settings.cloud_url.key, project.url)
    if runtime.settings.cloud_key != project.key:
        change_setting(runtime.paths, Settings.cloud_key.key, project.key)


def _checked(row: Setting[Any], value: str, place: str) -> Any:
    try:
        return checked(row, value, place=place)
    except ConfigError as error:
        raise UsageError(error.message, hint=error.hint) from error


def _refuse(wanted: str | None) -> None:
    hint = "braindump login --url URL --key KEY"
    if os.environ.get(_URL_VARIABLE):
        hint += f"; {_URL_VARIABLE} may be another program's, and is never used unasked."
    missing = "The publishable key" if wanted else "The address"
    raise UsageError(f"{missing} of your Supabase project is needed, and nobody can be asked.", hint=hint)


def _proposed(runtime: "Runtime") -> Project | None:
    """Show what the environment names, and return it if the user wants it."""
    url, key = (os.environ.get(name, "").strip() for name in (_URL_VARIABLE, _KEY_VARIABLE))
    if not url or not key:
        return None
    try:
        found = Project(checked_url(url, _URL_VARIABLE), checked_key(key, _KEY_VARIABLE))
    except UsageError as error:
        runtime.out.talk(f"The environment's project is not proposed. {error.message}")
        return None
    runtime.out.talk(
        f"The environment names a project: {one_line(found.url)} ({_URL_VARIABLE}),"
        f" with the key …{found.key[-_SHOWN:]} ({_KEY_VARIABLE})."
    )
    return found if runtime.out.ask("Keep your journal there? y or n").lower() in ("y", "yes") else None
