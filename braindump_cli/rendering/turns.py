"""What is told when one period of a focus session is over and another begins; lines of `focus.state` say which."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from braindump_cli.domain.focus.outlook import Period, period_of
from braindump_cli.domain.focus.session import BREAK, LONG_BREAK, WORK
from braindump_cli.domain.focus.standing import OVER
from braindump_cli.ports.focus import Notice
from braindump_cli.rendering.countdown import spoken
from braindump_cli.rendering.foreign import one_line

if TYPE_CHECKING:
    from braindump_cli.domain.todo import Todo

_TITLES = {WORK: "Back to work", BREAK: "Time for a break", LONG_BREAK: "Time for a long break", OVER: "Done"}


def turn_notice(ended: str, begun: str, *, work_on: str = "", offers: Sequence["Todo"] = ()) -> Notice:
    """Return the notice. `work_on` and `offers`, what there is to do, come from nothing private.

    An empty `begun` is a period of which only its name is known.
    """
    before, now = period_of(ended), period_of(begun)
    title = _TITLES.get(now.phase if begun else before.following, "The period is over")
    if now.phase == OVER:
        rounds = "The round is" if now.rounds == 1 else f"All {now.rounds} rounds are"
        return Notice(title, f"{rounds} over.")
    if not begun:
        return Notice(title, f"Round {before.round} of {before.rounds}.")
    length = _length(before, now)
    if now.phase == WORK:
        words = (f"round {now.round} of {now.rounds}", length, one_line(work_on))
        return Notice(title, _sentence(words))
    done = _sentence((length, f"round {now.round} of {now.rounds} is done"))
    today = "; ".join(one_line(todo.text) for todo in offers)
    return Notice(title, f"{done} Today: {today}" if today else done)


def _sentence(parts: Sequence[str]) -> str:
    words = ", ".join(filter(None, parts))
    return f"{words[:1].upper()}{words[1:]}."


def _length(before: Period, now: Period) -> str:
    """Return how long the new period is: from the end of the old one to its own."""
    if before.ends_at_s is None or now.ends_at_s is None:
        return ""
    return spoken(timedelta(seconds=now.ends_at_s - before.ends_at_s))
