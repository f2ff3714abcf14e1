"""Which class stands behind a provider's name; it is made with one argument, `Means`.

Built-ins are found in the table here. Installed plug-ins are looked for only when a name is not in it, or
when all names are wanted: scanning them costs more than most commands.
"""

import os
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from braindump_cli.domain.leaving import ELSEWHERE
from braindump_cli.errors import ConfigError, ProviderError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from braindump_cli.ports import Clock, Wire
    from braindump_cli.settings import Settings

TRANSCRIBERS, ANALYSTS, WRITERS, INTEGRATIONS = "transcribers", "analysts", "writers", "integrations"

_BUILT_IN = {
    TRANSCRIBERS: {
        "deepgram": "braindump_cli.transcription.deepgram:DeepgramTranscriber",
        "openai": "braindump_cli.transcription.openai:OpenAITranscriber",
        "pocketsphinx": "braindump_cli.transcription.pocketsphinx:PocketsphinxTranscriber",
    },
    ANALYSTS: {
        "openai": "braindump_cli.insights.openai.analyst:OpenAIAnalyst",
        "offline": "braindump_cli.insights.offline.engine:RuleAnalyst",
    },
    WRITERS: {"openai": "braindump_cli.insights.openai.writer:OpenAIWriter"},
    INTEGRATIONS: {},
}
_NEEDS_SETUP = ("deepgram", "openai")  # a key, or an address of one's own
_VERSION = 1  # of the ports; a plug-in is only asked if it was written for this one


class Means(NamedTuple):
    """What a provider's class is made with. All of it may be used from any thread."""

    settings: "Settings"
    has_key: Callable[[str], bool]  # of a provider; cheap
    key: Callable[[str], str | None]  # itself; may ask the keyring
    wire: "Wire"
    clock: "Clock"
    model: str | None = None  # asked for by name, in place of the setting


class Absent:
    """Stands for an engine that nobody has set up: it says so, is never asked, and loads nothing."""

    place = ELSEWHERE
    model = None
    is_draft = False
    is_live = False

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        self._reason = reason

    def unavailable(self, language: str) -> str:
        """Return why it cannot be asked."""
        return self._reason


def made(group: str, name: str, means: Means) -> Any:
    """Return a provider, ready to be asked. Raises ConfigError (no such name), ProviderError (it fails to load)."""
    if name in _NEEDS_SETUP and _place(group, name) and not _is_set_up(group, name, means):
        return Absent(name, f"no key for {name}")
    return load(group, name)(means)


def _is_set_up(group: str, name: str, means: Means) -> bool:
    """Tell whether there is a key, an address of one's own, or one in the environment that is to be explained."""
    section = "transcription" if group == TRANSCRIBERS else "insights"
    is_stray = name == "openai" and "OPENAI_BASE_URL" in os.environ
    return f"{section}.{name}.base_url" in means.settings.values or is_stray or means.has_key(name)


def load(group: str, name: str) -> type[Any]:
    """Return a provider's class. Raises ConfigError (no such name), ProviderError (it fails to load)."""
    if place := _place(group, name):
        module, _, attribute = place.partition(":")
        found: type[Any] = getattr(import_module(module), attribute)
        return found
    for plug_in in _plug_ins(group):
        if plug_in.name == name:
            return _loaded(plug_in, group)
    hint = f"There are: {', '.join(names(group)) or 'none'}."
    raise ConfigError(f"{name!r} is none of the {group}.", hint=hint)


def is_ours(group: str, name: str) -> bool:
    """Tell whether a name is one of our own providers; plug-ins are not looked for."""
    return name in _BUILT_IN[group]


def _place(group: str, name: str) -> str | None:
    """Return where one of our own providers stands, as module:class."""
    return _BUILT_IN[group].get(name)


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
