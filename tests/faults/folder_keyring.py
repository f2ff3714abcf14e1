"""A folder that stands for the system's keyring and, like that one, outlives whoever writes to it."""

from pathlib import Path

from braindump_cli.storage.keys.keyring_store import Answer


class FolderKeyring:
    """Keeps keyring_store.KeyringStore, one file a journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, journal_id: str) -> Answer:
        path = self.folder / journal_id
        return Answer(path.read_text()) if path.exists() else Answer()

    def write(self, journal_id: str, text: str) -> Answer:
        self.folder.mkdir(exist_ok=True)
        part = self.folder / ".part"
        part.write_text(text)
        part.replace(self.folder / journal_id)
        return self.read(journal_id)

    def remove(self, journal_id: str) -> Answer:
        (self.folder / journal_id).unlink(missing_ok=True)
        return Answer()

    def name(self) -> Answer:
        return Answer("a folder")
