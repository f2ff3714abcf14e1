"""What the helper does while a focus session runs: signs of life, and word when a period ends.

It holds neither key nor journal. What it knows are the lines that `focus.state` will hold; whoever may open the
journal is sent for them, and to tell what there is to do, and is gone again.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from braindump_cli.domain.focus.absence import SIGN_EVERY, Sign, seen_again
from braindump_cli.domain.focus.outlook import Outlook
from braindump_cli.domain.focus.standing import PAUSED
from braindump_cli.ports import Clock
from braindump_cli.ports.focus import SignFile, StateFile

TICK_S = 5.0  # to wait does not count the time a machine sleeps, so the clock is looked at that often
MISSED = timedelta(minutes=1)  # what ended while nobody looked for so long is nobody's news


class Errands(Protocol):
    """What is done by somebody who may open the journal."""

    def look(self) -> Outlook | None:
        """Write `focus.state` as it is now and return what is ahead; None where the journal does not open."""
        ...

    def tell(self, ended: str, begun: str) -> None:
        """Tell by all ways there are that one period is over and another begins, each a line of `focus.state`.

        The second is empty where nobody knows more than what follows.
        """
        ...


class Post(NamedTuple):
    """Where the helper stands."""

    clock: Clock
    wait: Callable[[float], object]
    state: StateFile
    signs: SignFile
    errands: Errands


class Watch:
    """Keeps watch over the session that runs."""

    def __init__(self, post: Post, *, boot_id: str, away: timedelta) -> None:
        self._post = post
        self._boot_id = boot_id
        self._away = away
        self._sign_every = min(SIGN_EVERY, away / 2)  # a short `focus.away` is no absence between two signs
        self._tick_s = min(TICK_S, away.total_seconds() / 2)
        self._ahead = Outlook("", ())
        self._is_gap = False  # that nobody has answered for, so that the session counts as ended
        self._signed_at = self._ticked_at = post.clock.now()

    def keep(self) -> None:
        """Return once nothing runs any more. Raises StoreError."""
        self._begin()
        self._ahead = self._look()
        if not (self._ahead.period.is_running and self._is_ours()):
            return
        while self._tick():
            self._post.wait(self._pause_s())

    def _look(self) -> Outlook:
        """Return what is ahead; without the journal only what `focus.state` says."""
        found = self._post.errands.look()
        if found is None:
            sign = self._post.signs.read()
            return Outlook(sign.session_id if sign else "", (self._post.state.read(),))
        return found

    def _begin(self) -> None:
        """Give a sign of life: whoever gave the last one is gone, and time without anybody counts."""
        sign, now = self._post.signs.read(), self._post.clock.now()
        if sign and sign.boot_id == self._boot_id:
            self._post.signs.write(sign._replace(seen_at=max(now, sign.seen_at)))
        self._signed_at = self._ticked_at = now

    def _is_ours(self) -> bool:
        """Tell whether signs of life of this session are ours to give.

        Not where the machine was started anew since the last one: what that time was is the user's to say.
        """
        sign = self._post.signs.read()
        if sign is None or sign.session_id != self._ahead.session_id:
            self._post.signs.write(Sign(self._ahead.session_id, self._boot_id, self._post.clock.now()))
            return True
        return sign.boot_id == self._boot_id

    def _tick(self) -> bool:
        """Look at clock and state; tell whether a session runs still."""
        now = self._post.clock.now()
        is_news = now - self._ticked_at <= MISSED
        self._ticked_at = now
        if not timedelta(0) <= now - self._signed_at < self._sign_every:
            self._sign(now)
        if self._is_gap or self._post.state.read() != self._ahead.line:  # it ended, or somebody changed it
            self._ahead = self._look()
        elif self._ahead.period.is_over(now):
            self._go_on(now, is_news=is_news)
        return self._ahead.period.is_running

    def _sign(self, now: datetime) -> None:
        before = self._post.signs.read()
        self._signed_at = now
        is_other = before is None or before.session_id != self._ahead.session_id
        if before is None or is_other or self._ahead.period.phase == PAUSED:
            sign = Sign(self._ahead.session_id, self._boot_id, now)
        else:
            sign = seen_again(before, now, away=self._away)
        self._is_gap = sign.gap_from is not None
        self._post.signs.write(sign)

    def _go_on(self, now: datetime, *, is_news: bool) -> None:
        """Go on to the period that it is now, and tell so unless that is old news."""
        ended = self._ahead.line
        found = self._post.errands.look()
        if found is None:
            found = self._ahead.at(now)
            if found.lines:  # else nobody but the journal knows how it goes on
                self._post.state.update(lambda: found.line)
        self._ahead = found
        if is_news and found.line != ended:
            self._post.errands.tell(ended, found.line)

    def _pause_s(self) -> float:
        ends_at_s = self._ahead.period.ends_at_s
        if ends_at_s is None:
            return self._tick_s
        return min(max(ends_at_s - self._post.clock.now().timestamp(), 0.0), self._tick_s)
