"""Whom focus is told to: the helper, the terminal, the desktop, ears, and the user's own command."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from braindump_cli.runtime.foundation import Foundation

if TYPE_CHECKING:
    from braindump_cli.domain.focus.view import View
    from braindump_cli.ports.focus import Notice, Notices
    from braindump_cli.rendering.documents import Document
    from braindump_cli.runtime.focus_process import HelperProcess
    from braindump_cli.storage.focus_files import FocusSeen, FocusState

NO_SOUND, CHIME = "none", "chime"  # of focus.sound; anything else is a file


class Telling(Foundation):
    """The foundation, and on it everybody who is told of focus."""

    @cached_property
    def helpers(self) -> "HelperProcess":
        """The process in the background."""
        from braindump_cli.runtime.focus_process import HelperProcess

        return HelperProcess(self.paths)

    @cached_property
    def focus_state(self) -> "FocusState":
        """The line for status bars."""
        from braindump_cli.storage.focus_files import FocusState

        return FocusState(self.paths)

    @cached_property
    def focus_signs(self) -> "FocusSeen":
        """Signs of life."""
        from braindump_cli.storage.focus_files import FocusSeen

        return FocusSeen(self.paths)

    def run_focus_hook(self, view: "View", event: str) -> str | None:
        """Tell the user's command of a change, with no private word; return what went wrong."""
        from braindump_cli.rendering.focus import focus_document

        return self.run_hook(focus_document(view, event, is_public=True))

    def run_hook(self, known: "Document") -> str | None:
        """Give the user's command `known` as a `focus/1` document, if there is one; return what went wrong."""
        if not self.settings.focus_hook:
            return None
        import json

        from braindump_cli.notices.hook import CommandHook

        document = {"schema": "braindump.focus/1", "data": known, "warnings": []}
        return CommandHook(self.settings.focus_hook).run(json.dumps(document))

    def tell_focus_trouble(self) -> None:
        """Warn of what went wrong while nobody was there, once; whoever is quiet leaves it to the next one."""
        if self.flags.quiet or not self.paths.focus_trouble.exists():
            return
        from braindump_cli.storage.focus_background import FocusTrouble

        for words in FocusTrouble(self.paths).take():
            self.out.warn("background", words)

    @contextmanager
    def focus_screen(self) -> Iterator[None]:
        """Say, for as long as a countdown is on the screen, that it rings by itself."""
        from braindump_cli.storage.locks import FOCUS_SCREEN, hold_byte

        with hold_byte(self.paths.locks, FOCUS_SCREEN):
            yield

    def focus_bell(self, ended: str, begun: str) -> str:
        """Return what to write to our own terminal when a period is over and another begins."""
        from braindump_cli.notices.terminal import Voice
        from braindump_cli.rendering.turns import turn_notice

        return Voice.of(os.environ).say(turn_notice(ended, begun))

    def tell_notice(self, notice: "Notice") -> Sequence[str]:
        """Tell it by all ways there are; return what went wrong."""
        return [failure for way in self._ways() for failure in way.tell(notice)]

    def _ways(self) -> Iterator["Notices"]:
        from braindump_cli.notices.desktop import DesktopNotices
        from braindump_cli.notices.terminal import TerminalNotices, Voice
        from braindump_cli.storage.focus_background import FocusTerminal

        terminal = FocusTerminal(self.paths).read()
        if terminal and not self._is_on_a_screen():
            yield TerminalNotices(terminal.path, Voice(terminal.sequences, terminal.inside))
        yield DesktopNotices()
        sound = self.settings.focus_sound
        if sound != NO_SOUND:
            from braindump_cli.audio.chime import Chime

            yield Chime(None if sound == CHIME else Path(sound).expanduser())

    def _is_on_a_screen(self) -> bool:
        from braindump_cli.storage.locks import FOCUS_SCREEN, hold_byte

        with hold_byte(self.paths.locks, FOCUS_SCREEN) as is_free:
            return not is_free
