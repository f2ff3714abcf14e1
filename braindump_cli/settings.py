"""All settings: one table with name, type, default, environment variable and help.

A value comes from the environment (`BRAINDUMP_` + the key in capitals, `_` for `.`), else from
`config.toml`, else from the default here. Values that were set are checked when settings are loaded, so a
wrong one stops the command before it does anything; the message names place, key and allowed values.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Generic, NamedTuple, Self, TypeVar, overload

from braindump_cli.errors import ConfigError

T = TypeVar("T")

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class Kind(NamedTuple):
    """How values of one type are read and what is allowed."""

    name: str
    read: Callable[[object], Any]
    """Takes what TOML or the environment holds; raises ValueError."""
    allowed: str
    is_shown: bool = True  # also when it is wrong: not what may be a secret by mistake


class Setting(Generic[T]):
    """One row of the table; on `Settings` it reads as its value."""

    def __init__(self, key: str, kind: Kind, default: T, help: str) -> None:  # noqa: A002, PLR0917 - a row of the table
        self.key = key
        self.kind = kind
        self.default = default
        self.help = help

    @property
    def variable(self) -> str:
        """The environment variable that overrides the file."""
        return "BRAINDUMP_" + self.key.upper().replace(".", "_")

    @overload
    def __get__(self, settings: None, owner: type) -> Self: ...
    @overload
    def __get__(self, settings: "Settings", owner: type) -> T: ...
    def __get__(self, settings: "Settings | None", owner: type) -> Self | T:
        if settings is None:
            return self
        value: T = settings.values.get(self.key, self.default)
        return value


def read_duration(value: object) -> timedelta:
    """Read `90s`, `25m`, `1h30m`, `2d`; 0 needs no unit. Raises ValueError."""
    text = str(value).strip().lower()
    if text == "0":
        return timedelta(0)
    total, digits = timedelta(0), ""
    for char in text:
        if char.isdecimal() or char == ".":
            digits += char
        elif char in _UNITS and digits:
            total += timedelta(**{_UNITS[char]: float(digits)})
            digits = ""
        else:
            raise ValueError(text)
    if digits or not text:
        raise ValueError(text)
    return total


def write_duration(span: timedelta) -> str:
    """Write a span the way `read_duration` reads it."""
    text = ""
    for unit, size in (("h", timedelta(hours=1)), ("m", timedelta(minutes=1))):
        count, span = divmod(span, size)
        text += f"{count}{unit}" if count else ""
    seconds = f"{span.total_seconds():.6f}".rstrip("0").rstrip(".")
    return text + (f"{seconds}s" if span else "") or "0"


def _read_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    value.encode()  # bytes of the environment that are no UTF-8 could not be kept
    return value


def _read_zone(value: object) -> str:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(_read_text(value)).key
    except (KeyError, OSError):
        raise ValueError(value) from None


def _read_address(value: object) -> str:
    """Read a web address: https, or http on this machine; without user, password, query and fragment."""
    from urllib.parse import urlsplit

    text = _read_text(value).rstrip("/")
    if any(char.isspace() or not char.isprintable() for char in text):
        raise ValueError(value)
    parts = urlsplit(text)
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(text))
    if not (is_safe and parts.hostname) or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError(value)
    _ = parts.port  # raises ValueError for one that is no number
    return text


def is_loopback(address: str) -> bool:
    """Tell whether a web address is one of this machine."""
    from ipaddress import ip_address
    from urllib.parse import urlsplit

    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _read_publishable_key(value: object) -> str:
    text = _read_text(value)
    if text.startswith("sb_publishable_") and text.isascii() and text.isprintable() and " " not in text:
        return text  # known without loading anything
    from braindump_cli.domain.claims import why_no_key

    if why_no_key(text):
        raise ValueError
    return text


def _read_flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    known = {"true": True, "false": False}
    text = str(value).lower()
    if text not in known:
        raise ValueError(value)
    return known[text]


def _read_count(value: object) -> int:
    if isinstance(value, bool) or float(str(value)) != int(str(value)) or int(str(value)) < 0:
        raise ValueError(value)
    return int(str(value))


def _read_period(value: object) -> timedelta:
    span = read_duration(value)
    if not timedelta(seconds=1) <= span <= timedelta(hours=24):
        raise ValueError(value)
    return span


def _read_rounds(value: object) -> int:
    count = _read_count(value)
    if not 1 <= count <= 100:
        raise ValueError(value)
    return count


def _read_presets(value: object) -> tuple[str, ...]:
    presets = _read_names(value)
    for preset in presets:
        read_preset(preset)
    return presets


class Preset(NamedTuple):
    """A named plan; what is left out at its end is as usual."""

    name: str
    lengths: tuple[timedelta, ...]  # work, break, long break
    counts: tuple[int, ...]  # every, rounds


def read_preset(words: str) -> Preset:
    """Read `deep=50m/10m/30m/2/4`. Raises ValueError."""
    name, mark, rest = words.partition("=")
    parts = [part.strip() for part in rest.split("/")]
    if not (mark and name.strip()) or len(parts) > 5:
        raise ValueError(words)
    lengths, counts = parts[:3], parts[3:]
    return Preset(name.strip(), tuple(map(_read_period, lengths)), tuple(map(_read_rounds, counts)))


def _read_amount(value: object) -> float:
    amount = float(str(value))
    if isinstance(value, bool) or not 0 <= amount < float("inf"):
        raise ValueError(value)
    return amount


def _one_of(*allowed: str) -> Kind:
    def read(value: object) -> str:
        if value not in allowed:
            raise ValueError(value)
        return str(value)

    return Kind("choice", read, ", ".join(allowed))


def _read_names(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else [part.strip() for part in str(value).split(",")]
    if any(not isinstance(part, str) or not part for part in parts):
        raise ValueError(value)
    return tuple(parts)


TEXT = Kind("text", _read_text, "any text")
ZONE = Kind("time zone", _read_zone, "the name of a time zone, such as Europe/London")
ADDRESS = Kind(
    "address", _read_address, "an https address; http only on this machine, such as http://localhost:11434/v1"
)
PUBLISHABLE_KEY = Kind(
    "publishable key",
    _read_publishable_key,
    "a project's publishable key (sb_publishable_…) or its anon key, never a secret or service-role key",
    is_shown=False,
)
FLAG = Kind("boolean", _read_flag, "true, false")
COUNT = Kind("whole number", _read_count, "a whole number from 0")
AMOUNT = Kind("number", _read_amount, "a number from 0")
PERIOD = Kind("duration", _read_period, "a duration from 1s to 24h, such as 90s, 25m, 2h")
ROUNDS = Kind("whole number", _read_rounds, "a whole number from 1 to 100")
NAMES = Kind("list", _read_names, 'names such as ["pocketsphinx"]; separated by commas in the environment')
DURATION = Kind("duration", read_duration, "a duration such as 90s, 25m, 2h")
PRESETS = Kind(
    "list",
    _read_presets,
    'such as ["deep=50m/10m/30m/2/4"]: work, break, long break, every, rounds; later ones may miss',
)
NO_TEXT: str | None = None
NO_FLAG: bool | None = None


class Settings:
    """What the user chose, with our default for the rest."""

    def __init__(self, values: Mapping[str, Any], *, unknown: tuple[str, ...] = ()) -> None:
        self.values = values
        self.unknown = unknown  # keys of the file that this version does not know; left alone

    journal_language = Setting(
        "journal.language", TEXT, NO_TEXT, "Language you speak, such as en or de; unset: from the locale."
    )
    journal_zone = Setting(
        "journal.zone",
        ZONE,
        NO_TEXT,
        "Time zone of new entries, such as Europe/London; unset: this machine's.",
    )
    journal_editor = Setting(
        "journal.editor", TEXT, NO_TEXT, "Editor for longer texts; unset: $VISUAL, then $EDITOR."
    )
    journal_week_start = Setting(
        "journal.week_start", _one_of("monday", "sunday"), "monday", "First day of a week."
    )
    keys_store = Setting(
        "keys.store", _one_of("keyring", "file"), "keyring", "Where the key of a new journal rests."
    )
    keys_cache = Setting(
        "keys.cache", DURATION, timedelta(hours=12), "How long this machine remembers the key; 0 = never."
    )
    record_max = Setting(
        "record.max", DURATION, timedelta(hours=2), "A recording stops by itself after this long."
    )
    record_format = Setting(
        "record.format", _one_of("opus", "flac"), "opus", "How recordings are kept; flac loses nothing."
    )
    record_device = Setting(
        "record.device", TEXT, NO_TEXT, "Microphone, by name or number; unset: the system's choice."
    )
    record_auto_stop = Setting(
        "record.auto_stop", DURATION, timedelta(0), "Stop after this much silence once you spoke; 0 = never."
    )
    transcription_order: "Setting[tuple[str, ...]]" = Setting(
        "transcription.order",
        NAMES,
        ("deepgram", "openai", "pocketsphinx"),
        "Engines to ask for text, in this order; absent ones are skipped.",
    )
    insights_order: "Setting[tuple[str, ...]]" = Setting(
        "insights.order", NAMES, ("openai", "offline"), "Engines to ask for insights, in this order."
    )
    transcription_deepgram_model = Setting(
        "transcription.deepgram.model", TEXT, "nova-3", "Deepgram's model for live and recorded speech."
    )
    transcription_deepgram_language = Setting(
        "transcription.deepgram.language",
        TEXT,
        NO_TEXT,
        "Language for Deepgram, or detect; unset: journal.language.",
    )
    transcription_deepgram_smart_format = Setting(
        "transcription.deepgram.smart_format",
        FLAG,
        True,
        "Let Deepgram write numbers, dates and money as digits.",
    )
    transcription_deepgram_diarize = Setting(
        "transcription.deepgram.diarize", FLAG, False, "Let Deepgram tell several speakers apart."
    )
    transcription_deepgram_base_url = Setting(
        "transcription.deepgram.base_url",
        ADDRESS,
        NO_TEXT,
        "Another address for Deepgram's API; unset: Deepgram's own.",
    )
    transcription_openai_model = Setting(
        "transcription.openai.model", TEXT, "gpt-transcribe", "OpenAI's model for recorded speech."
    )
    transcription_openai_base_url = Setting(
        "transcription.openai.base_url",
        ADDRESS,
        NO_TEXT,
        "A server that speaks OpenAI's API for speech; unset: OpenAI's own.",
    )
    insights_openai_model = Setting(
        "insights.openai.model", TEXT, "gpt-6-luna", "The model for insights, ask and review."
    )
    insights_openai_base_url = Setting(
        "insights.openai.base_url",
        ADDRESS,
        NO_TEXT,
        "A server that speaks OpenAI's API, such as http://localhost:11434/v1; unset: OpenAI's own.",
    )
    insights_openai_api = Setting(
        "insights.openai.api",
        _one_of("responses", "chat"),
        NO_TEXT,
        "How the model is asked; unset: responses at OpenAI, chat at other servers.",
    )
    insights_openai_timeout = Setting(
        "insights.openai.timeout",
        DURATION,
        timedelta(seconds=25),
        "How long a model may take for an answer; a slow one of your own may need 5m.",
    )
    ai_mode = Setting(
        "ai.mode",
        _one_of("cloud", "local", "off"),
        "cloud",
        "Who may be asked: anybody, only engines on this machine, or no model at all.",
    )
    ai_consent = Setting(
        "ai.consent",
        FLAG,
        NO_FLAG,
        "Whether what you record from now on may be sent to engines you have keys for; unset: not asked yet.",
    )
    focus_work = Setting("focus.work", PERIOD, timedelta(minutes=25), "How long a work period takes.")
    focus_break = Setting("focus.break", PERIOD, timedelta(minutes=5), "How long a break takes.")
    focus_long_break = Setting(
        "focus.long_break", PERIOD, timedelta(minutes=15), "How long a long break takes."
    )
    focus_every = Setting("focus.every", ROUNDS, 4, "Work periods before a long break.")
    focus_rounds = Setting("focus.rounds", ROUNDS, 8, "Work periods of a session.")
    focus_presets: "Setting[tuple[str, ...]]" = Setting(
        "focus.presets",
        PRESETS,
        ("deep=50m/10m/30m/2/4",),
        "Plans for --preset: a name, =, work/break/long break/every/rounds.",
    )
    focus_away = Setting(
        "focus.away",
        PERIOD,
        timedelta(minutes=60),
        "A session that nobody was there for this long, as in sleep, ends there until you say otherwise.",
    )
    focus_sound = Setting(
        "focus.sound", TEXT, "chime", "Sound at the end of a period: chime, none, or a sound file."
    )
    focus_hook = Setting(
        "focus.hook", TEXT, NO_TEXT, "A command that is given each change as JSON on stdin; unset: none."
    )
    focus_state_text = Setting(
        "focus.state_text",
        FLAG,
        False,
        "Whether focus.state holds the to-do's words; never those of a private one.",
    )
    limits_cost_per_day = Setting(
        "limits.cost_per_day",
        AMOUNT,
        1.0,
        "US dollars a day for engines that cost; then offline ones are used.",
    )
    limits_cost_per_month = Setting(
        "limits.cost_per_month", AMOUNT, 10.0, "US dollars a month for engines that cost; then offline ones."
    )
    cloud_url = Setting(
        "cloud.url",
        ADDRESS,
        NO_TEXT,
        "Your Supabase project, such as https://abcd.supabase.co; login keeps it.",
    )
    cloud_key = Setting(
        "cloud.key", PUBLISHABLE_KEY, NO_TEXT, "The project's publishable key; login keeps it."
    )
    cloud_e2e = Setting(
        "cloud.e2e", FLAG, False, "Seal entries before they are synced, so that the server cannot read them."
    )
    cloud_auto_sync = Setting(
        "cloud.auto_sync", FLAG, True, "Sync by itself after a change; false: only when you ask for it."
    )
    cloud_clerk_issuer = Setting(
        "cloud.clerk.issuer",
        ADDRESS,
        NO_TEXT,
        "Your Clerk instance, such as https://clerk.example.org, for login --clerk.",
    )
    cloud_clerk_client_id = Setting(
        "cloud.clerk.client_id", TEXT, NO_TEXT, "The client id of your public OAuth application at Clerk."
    )


def table() -> Iterator[Setting[Any]]:
    """Yield every setting, in the order of the table."""
    return (row for row in vars(Settings).values() if isinstance(row, Setting))


def row_of(key: str) -> Setting[Any]:
    """Return the row of `key`. Raises ConfigError with the nearest names."""
    rows = {row.key: row for row in table()}
    if key in rows:
        return rows[key]
    from difflib import get_close_matches

    near = get_close_matches(key, rows, n=3)
    hint = f"Did you mean {', '.join(near)}?" if near else "braindump config list shows all settings."
    raise ConfigError(f"There is no setting {key!r}.", hint=hint)


def checked(row: Setting[T], value: object, *, place: str) -> T:
    """Return `value` as the row's type. Raises ConfigError that names place, key and allowed values."""
    try:
        read: T = row.kind.read(value)
    except (ValueError, TypeError, OverflowError):
        said = f"{_unsecret(value)!r}" if row.kind.is_shown else "what it was set to"
        raise ConfigError(
            f"{place}: {row.key} cannot be {said}.", hint=f"Allowed: {row.kind.allowed}."
        ) from None
    return read


def _unsecret(value: object) -> object:
    """Return a wrong value fit to be shown: without user and password, if it is an address that has them."""
    before, mark, after = str(value).rpartition("@")
    return f"{before.partition('//')[0]}//…@{after}" if mark and "//" in before else value


def read_file(path: Path) -> dict[str, object]:
    """Return the file's values under dotted keys; none where it does not exist. Raises ConfigError."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    import tomllib

    try:
        tree = tomllib.loads(raw.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = "Mend the line, or move the file away to use the defaults."
        raise ConfigError(f"{path} is not valid TOML: {error}.", hint=hint) from error
    return dict(_flat(tree))


def load_settings(path: Path, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read file and environment. Raises ConfigError for the first wrong value."""
    found = read_file(path)
    known, values = set(), {}
    for row in table():
        known.add(row.key)
        if row.variable in environ:
            values[row.key] = checked(row, environ[row.variable], place=row.variable)
        elif row.key in found:
            values[row.key] = checked(row, found[row.key], place=str(path))
    return Settings(values, unknown=tuple(key for key in found if key not in known))


def _flat(tree: Mapping[str, object], prefix: str = "") -> Iterator[tuple[str, object]]:
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value
