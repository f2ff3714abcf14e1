"""A terminal that rings and, where it can, shows a notice itself.

BEL (0x07), OSC 9 (iTerm2: `ESC ] 9 ; words BEL`) and OSC 777 (rxvt: `ESC ] 777 ; notify ; title ; words BEL`). A
terminal shows one notice for each of the two that it knows, so it gets the one we know it by, and both only where
we do not know it. Inside tmux and screen they travel in an envelope, DCS, that these hand on if they are allowed to
(tmux: `set -g allow-passthrough on`); the bell is theirs to pass.
"""

import os
import stat
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, Self

from braindump_cli.ports.focus import Notice

BELL = "\a"
_BOTH, _OSC_9, _OSC_777, _NEITHER = ("9", "777"), ("9",), ("777",), ()
_ESC, _END = "\033", "\033\\"


class Voice(NamedTuple):
    """How a terminal is told something."""

    sequences: tuple[str, ...] = _BOTH  # of "9" and "777"
    inside: str = ""  # tmux, screen or nothing

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """Return the voice of the terminal that a process with these variables runs in."""
        term, program = environ.get("TERM", ""), environ.get("TERM_PROGRAM", "")
        inside = "tmux" if environ.get("TMUX") else "screen" if environ.get("STY") else ""
        if term in {"", "dumb", "linux"}:
            return cls(_NEITHER, inside)
        if environ.get("VTE_VERSION") or term.startswith(("rxvt", "foot")):
            return cls(_OSC_777, inside)
        if program in {"iTerm.app", "WezTerm", "ghostty"} or "kitty" in term or environ.get("WT_SESSION"):
            return cls(_OSC_9, inside)
        return cls(_BOTH, inside)

    def say(self, notice: Notice) -> str:
        """Return what to write to the terminal."""
        title, body = _harmless(notice.title), _harmless(notice.body)
        words = f"{title}: {body}" if body else title
        said = {"9": f"{_ESC}]9;{words}{BELL}", "777": f"{_ESC}]777;notify;{_unsplit(title)};{body}{BELL}"}
        return BELL + "".join(self._wrapped(said[name]) for name in self.sequences)

    def _wrapped(self, sequence: str) -> str:
        if self.inside == "tmux":
            return f"{_ESC}Ptmux;{sequence.replace(_ESC, _ESC * 2)}{_END}"
        return f"{_ESC}P{sequence}{_END}" if self.inside else sequence


class TerminalNotices:
    """Tells notices to a terminal by its path, such as `/dev/pts/3`, without becoming its process."""

    def __init__(self, path: str, voice: Voice) -> None:
        self._path = path
        self._voice = voice

    def tell(self, notice: Notice) -> Sequence[str]:
        """Write to the terminal; one that was closed meanwhile, or is not ours any more, is left alone."""
        with suppress(OSError):
            handle = os.open(
                self._path, os.O_WRONLY | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_NONBLOCK", 0)
            )
            try:
                if _is_ours(handle):
                    os.write(handle, self._voice.say(notice).encode())
            finally:
                os.close(handle)
        return ()


def _is_ours(handle: int) -> bool:
    about = os.fstat(handle)
    return stat.S_ISCHR(about.st_mode) and os.isatty(handle) and about.st_uid == os.getuid()


def _harmless(words: str) -> str:
    """Return words that cannot end the sequence they stand in."""
    return "".join(char if char.isprintable() else " " for char in words)


def _unsplit(title: str) -> str:
    return title.replace(";", ",")
