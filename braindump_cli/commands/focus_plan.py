"""The plan of a focus session, from options, a preset and the settings."""

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from braindump_cli.domain.focus.session import LONGEST, MOST_ROUNDS, SHORTEST, Plan
from braindump_cli.errors import UsageError
from braindump_cli.settings import read_duration, read_preset

if TYPE_CHECKING:
    from braindump_cli.runtime import Runtime


class Wishes(NamedTuple):
    """What the options say of a plan; None is not said."""

    work: str | None
    break_: str | None
    long_break: str | None
    every: int | None
    rounds: int | None
    preset: str | None
    is_strict: bool


def planned(wishes: Wishes, runtime: "Runtime") -> Plan:
    """Return the plan: options before the preset, and that before the settings. Raises UsageError."""
    lengths, counts = _preset(wishes.preset, runtime)
    settings = runtime.settings
    usual_lengths = (settings.focus_work, settings.focus_break, settings.focus_long_break)
    usual_counts = (settings.focus_every, settings.focus_rounds)
    work, short, long = (*lengths, *usual_lengths[len(lengths) :])
    every, rounds = (*counts, *usual_counts[len(counts) :])
    return Plan(
        work=_period(wishes.work, "--work", work),
        short_break=_period(wishes.break_, "--break", short),
        long_break=_period(wishes.long_break, "--long-break", long),
        every=_count(wishes.every, "--every", every),
        rounds=_count(wishes.rounds, "--rounds", rounds),
        long_gap=settings.focus_away,
        is_strict=wishes.is_strict,
    )


def _preset(name: str | None, runtime: "Runtime") -> tuple[tuple[timedelta, ...], tuple[int, ...]]:
    if name is None:
        return (), ()
    known = {preset.name: preset for preset in map(read_preset, runtime.settings.focus_presets)}
    if name not in known:
        hint = f"There are {', '.join(known) or 'none'}; braindump config set focus.presets adds some."
        raise UsageError(f"There is no preset {name!r}.", hint=hint)
    return known[name].lengths, known[name].counts


def _period(words: str | None, option: str, usual: timedelta) -> timedelta:
    if words is None:
        return usual
    try:
        span = read_duration(words)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} cannot be {words!r}.", hint="Say it like 90s, 25m, 2h or 1h30m."
        ) from None
    if not SHORTEST <= span <= LONGEST:
        raise UsageError(f"{option} cannot be {words!r}.", hint="A period takes from 1s to 24h.")
    return span


def _count(number: int | None, option: str, usual: int) -> int:
    if number is None:
        return usual
    if not 1 <= number <= MOST_ROUNDS:
        raise UsageError(f"{option} cannot be {number}.", hint=f"A whole number from 1 to {MOST_ROUNDS}.")
    return number
