"""Every folder and file we touch; nothing else joins such paths.

With `$BRAINDUMP_HOME` all of them lie in that one folder; otherwise in the folders of platformdirs.
Folders are made 0700 and files 0600 by whoever writes them first, through `private_folder` and `private_file`.
"""

import os
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class Paths:
    """Where things rest, for one user on one machine."""

    def __init__(self, home: Path, *, config: Path, log: Path) -> None:
        self.home = home
        self.config = config / "config.toml"
        self.log = log

    @property
    def journal(self) -> Path:
        """The encrypted SQLite file."""
        return self.home / "journal.db"

    @property
    def journal_keys(self) -> Path:
        """Public half and wrapped copies of the journal key; goes into every backup."""
        return self.home / "journal.keys"

    @property
    def key_file(self) -> Path:
        """The plain key, only where no keyring holds it; never in a backup."""
        return self.home / "key"

    @property
    def recordings(self) -> Path:
        """Sealed audio."""
        return self.home / "recordings"

    @property
    def outbox(self) -> Path:
        """Sealed recordings on their way to the server and back."""
        return self.home / "outbox"

    @property
    def inbox(self) -> Path:
        """Sealed captures that wait for the key."""
        return self.home / "inbox"

    @property
    def spool(self) -> Path:
        """Audio being recorded, plain until it is sealed."""
        return self.home / "spool"

    @property
    def drafts(self) -> Path:
        """What is being typed in an editor."""
        return self.home / "drafts"

    @property
    def locks(self) -> Path:
        """The file whose bytes are locked, one a job; it stays empty."""
        return self.home / "locks"

    @property
    def focus_state(self) -> Path:
        """One line for status bars."""
        return self.home / "focus.state"

    @property
    def focus_seen(self) -> Path:
        """The last sign of life of a focus session."""
        return self.home / "focus.seen"

    @property
    def focus_terminal(self) -> Path:
        """The terminal that rings at the end of a period."""
        return self.home / "focus.terminal"

    @property
    def focus_trouble(self) -> Path:
        """What went wrong when nobody was there to be told."""
        return self.log / "focus.log"


def find_paths() -> Paths:
    """Return the paths of this user."""
    home = os.environ.get("BRAINDUMP_HOME")
    if home:
        root = Path(home).expanduser().absolute()
        return Paths(root, config=root, log=root / "log")
    import platformdirs

    return Paths(
        platformdirs.user_data_path("braindump", appauthor=False),
        config=platformdirs.user_config_path("braindump", appauthor=False),
        log=platformdirs.user_log_path("braindump", appauthor=False),
    )


def private_folder(path: Path) -> Path:
    """Make the folder, for its owner alone and durably, and return it. Raises OSError."""
    if not path.is_dir():
        path.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        fsync_folder(path.parent)
    return path


def private_opener(path: str, flags: int) -> int:
    """Open for `open(..., opener=private_opener)`: a new file is its owner's alone, a planted link is refused."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), PRIVATE_FILE)


def part_of(path: Path) -> Path:
    """Return where the file is written before it takes its name."""
    return path.with_name(f".{path.name}.part")


def write_durably(path: Path, content: bytes) -> None:
    """Replace the file with `content`: after a power cut the old or the new one is there, whole. Raises OSError.

    One writer at a time, which is the caller's to see to: the part has a fixed name, so that what a killed
    writer left of a secret is written over by the next one and lies nowhere else.
    """
    private_folder(path.parent)
    part = part_of(path)
    try:
        with open(part, "wb", opener=private_opener) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    fsync_folder(path.parent)


def fsync_folder(path: Path) -> None:
    """Make names made or removed in `path` durable, where folders can be synced."""
    if os.name != "posix":
        return
    folder = os.open(path, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
