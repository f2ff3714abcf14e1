"""Which class stands behind a provider's name.

Built-ins are found in the table here. Installed plug-ins are looked for only when a name is not in it, or
when all names are wanted: scanning them costs more than most commands.
"""

from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any

from braindump_cli.errors import ConfigError, ProviderError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

TRANSCRIBERS, ANALYSTS, INTEGRATIONS = "transcribers", "analysts", "integrations"

_BUILT_IN = {
    TRANSCRIBERS: {"pocketsphinx": "braindump_cli.transcription.pocketsphinx:PocketsphinxTranscriber"},
    ANALYSTS: {"offline": "braindump_cli.insights.offline.engine:RuleAnalyst"},
    INTEGRATIONS: {},
}
_VERSION = 1  # of the ports; a plug-in is only asked if it was written for this one


def load(group: str, name: str) -> type[Any]:
    """Return a provider's class. Raises ConfigError (no such name), ProviderError (it fails to load)."""
    if place := _BUILT_IN[group].get(name):
        module, _, attribute = place.partition(":")
        found: type[Any] = getattr(import_module(module), attribute)
        return found
    for plug_in in _plug_ins(group):
        if plug_in.name == name:
            return _loaded(plug_in, group)
    hint = f"There are: {', '.join(names(group)) or 'none'}."
    raise ConfigError(f"{name!r} is none of the {group}.", hint=hint)


def names(group: str) -> list[str]:
    """Return all names of a group, ours first."""
    ours = list(_BUILT_IN[group])
    return ours + sorted({plug_in.name for plug_in in _plug_ins(group)}.difference(ours))


def _plug_ins(group: str) -> "Iterator[EntryPoint]":
    from importlib.metadata import entry_points

    return iter(entry_points(group=f"braindump.{group}.v{_VERSION}"))


def _loaded(plug_in: "EntryPoint", group: str) -> type[Any]:
    try:
        found = plug_in.load()
    except Exception as error:  # somebody else's code: it may raise anything
        raise _broken(plug_in, group, f"{type(error).__name__}: {error}") from error
    if not isinstance(found, type):
        raise _broken(plug_in, group, "it is not a class")
    return found


def _broken(plug_in: "EntryPoint", group: str, why: str) -> ProviderError:
    package = plug_in.dist.name if plug_in.dist else plug_in.value
    hint = f"Mend or remove the package {package}, or take {plug_in.name!r} out of the settings."
    return ProviderError(f"The plug-in {plug_in.name!r} ({group}) does not load: {why}.", hint=hint)
