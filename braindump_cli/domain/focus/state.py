"""`focus.state`: one line for status bars, its fields parted by tabs.

`1`, phase, deadline (epoch seconds; while paused the seconds that are left), round, rounds, next phase, and, where
the user wants it, the to-do's words. With none running: `1 none 0 0 0 none`; with a plan that is over: `1 done 0`,
round, rounds, `none`.
"""

from math import ceil

from braindump_cli.domain.focus.standing import NONE, OVER, PAUSED, Standing

VERSION = "1"


def state_line(standing: Standing, rounds: int, words: str | None = None) -> str:
    """Return the line, without a line feed; `words` None leaves the seventh field out."""
    if standing.phase == NONE:
        fields = (VERSION, NONE, "0", "0", "0", NONE)
    else:
        following = NONE if standing.phase == OVER else standing.following or OVER
        fields = (VERSION, standing.phase, _deadline(standing), str(standing.round), str(rounds), following)
    return "\t".join(fields if words is None else (*fields, _one_line(words)))


def _deadline(standing: Standing) -> str:
    if standing.ends_at:
        return str(int(standing.ends_at.timestamp()))  # as whole as the seconds that a shell has of now
    return str(ceil(standing.remaining.total_seconds())) if standing.phase == PAUSED else "0"


def _one_line(words: str) -> str:
    """Return words that no bar can stumble over: no tab, line feed, escape or mark of direction among them."""
    return " ".join("".join(char if char.isprintable() else " " for char in words).split())
