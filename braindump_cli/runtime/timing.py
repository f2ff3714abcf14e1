"""What focus sessions need."""

from functools import cached_property
from typing import TYPE_CHECKING

from braindump_cli.runtime.telling import Telling

if TYPE_CHECKING:
    from braindump_cli.domain.focus.view import View
    from braindump_cli.services.focus import Timer
    from braindump_cli.services.focus_report import Books


class Timing(Telling):
    """The foundation, and on it a timer for focus sessions."""

    @cached_property
    def timer(self) -> "Timer":
        """What focus sessions are timed with. Raises LockedError, StoreError."""
        from braindump_cli.services.focus import Timer
        from braindump_cli.storage.sqlite.focus import SqliteFocus
        from braindump_cli.surroundings import boot_id

        self.tell_focus_trouble()
        return Timer(
            self.journal,
            SqliteFocus(self.journal),
            lambda: self.todos,
            self.focus_signs,
            self.focus_state,
            self.clock,
            boot_id(),
            away=self.settings.focus_away,
            shows_words=self.settings.focus_state_text,
            helpers=self.helpers,
            hook=self.run_focus_hook if self.settings.focus_hook else None,
        )

    @property
    def books(self) -> "Books":
        """What reports on focus are made from."""
        from braindump_cli.services.focus_report import Books
        from braindump_cli.storage.sqlite.focus_sums import SqliteFocusSums

        return Books(self.timer, SqliteFocusSums(self.journal), self.zone)

    @property
    def focus(self) -> "View":
        """What everybody sees of focus now; asking makes no journal."""
        from braindump_cli.domain.focus.standing import NOBODY
        from braindump_cli.domain.focus.view import View
        from braindump_cli.services.focus import look

        return look(self.timer) if self.vault.exists else View(None, NOBODY)

    def unwritten_focus(self) -> tuple[str, float] | None:
        """Return the to-do of the session whose end nobody has written down, and the seconds worked in it."""
        if not self.journal.has_open_focus():
            return None
        from braindump_cli.services.focus import glance

        session = self.timer.sessions.newest()
        if session is None or not session.is_open or session.todo_id is None:
            return None
        return session.todo_id, glance(session, self.timer).standing.focused.total_seconds()
