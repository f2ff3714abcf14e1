"""Words and phrases that the user wants engines to understand."""

from braindump_cli.domain.stamps import to_stamp
from braindump_cli.storage.sqlite.journal import SqliteJournal


class SqliteVocabulary:
    """Keeps ports.Vocabulary in the encrypted file; large and small letters are the same word."""

    def __init__(self, journal: SqliteJournal) -> None:
        self._journal = journal
        self._db = journal.db

    def all(self) -> tuple[str, ...]:
        """Return them in alphabetical order."""
        return tuple(words for (words,) in self._db.execute("SELECT words FROM vocabulary ORDER BY folded"))

    def add(self, words: str) -> bool:
        """Keep a word or phrase; False if it was there."""
        now = to_stamp(self._journal.clock.now())
        with self._journal.writing():
            cursor = self._db.execute(
                "INSERT INTO vocabulary (folded, words, added_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (words.casefold(), words, now),
            )
        return cursor.rowcount == 1

    def remove(self, words: str) -> bool:
        """Forget a word or phrase; False if it was not there."""
        with self._journal.writing():
            cursor = self._db.execute("DELETE FROM vocabulary WHERE folded = ?", (words.casefold(),))
        return cursor.rowcount == 1
