"""What commands and the helper leave for one another."""

import stat

from braindump_cli.paths import Paths
from braindump_cli.storage.focus_background import FocusTerminal, FocusTrouble, Terminal


def paths_in(tmp_path) -> Paths:
    return Paths(tmp_path / "home", config=tmp_path, log=tmp_path / "log")


def test_a_terminal_is_remembered(tmp_path):
    kept = FocusTerminal(paths_in(tmp_path))
    assert kept.read() is None

    for terminal in (Terminal("/dev/pts/3", ("9", "777"), "tmux"), Terminal("/dev/tty1", (), "")):
        kept.write(terminal)
        assert FocusTerminal(paths_in(tmp_path)).read() == terminal


def test_a_damaged_file_is_no_terminal(tmp_path):
    paths = paths_in(tmp_path)
    FocusTerminal(paths).write(Terminal("/dev/pts/3", (), ""))
    for content in (b"", b"/dev/pts/3", b"\xff\t\t", b"a\tb\tc\td"):
        paths.focus_terminal.write_bytes(content)

        assert FocusTerminal(paths).read() is None


def test_trouble_is_told_once_each_kind_once(tmp_path):
    trouble = FocusTrouble(paths_in(tmp_path))
    assert trouble.take() == ()

    for words in ("The hook\nfailed.", "No sound.", "The hook failed."):
        trouble.keep(words)

    assert stat.S_IMODE(paths_in(tmp_path).focus_trouble.stat().st_mode) == 0o600
    assert trouble.take() == ("The hook failed.", "No sound.")
    assert trouble.take() == ()


def test_trouble_that_comes_again_and_again_does_not_fill_the_disk(tmp_path):
    trouble = FocusTrouble(paths_in(tmp_path))

    for _ in range(200):
        trouble.keep("x" * 200)

    assert paths_in(tmp_path).focus_trouble.stat().st_size < 11_000
