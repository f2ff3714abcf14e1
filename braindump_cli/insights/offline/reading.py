"""A text as the rules see it: its words, where sentences begin, and which words are dates."""

from bisect import bisect_right
from datetime import date

from braindump_cli.domain.due import find_due
from braindump_cli.domain.due.tokens import Words
from braindump_cli.insights.offline.lexicon import SENTENCE_MARKS

_TITLES = frozenset(("mr", "mrs", "ms", "dr", "st", "prof", "e", "i", "g", "no", "vs", "etc", "approx"))


class Reading:
    """Words with their places; every range is half-open and counts words, not characters."""

    def __init__(self, text: str, today: date) -> None:
        self.text = text
        self.today = today
        self.words = Words(text)
        self.dates = find_due(text, today)
        self._date_of = self._dates_by_word()
        self._denied = {number for number in range(len(self.dates)) if self._is_denied(number)}
        self.sentence_starts = self._sentences()

    def __len__(self) -> int:
        return len(self.words)

    def at(self, place: int) -> str:
        """Return the word at `place` in lower case, or "" outside the text."""
        return self.words.at(place)

    def is_capital(self, place: int) -> bool:
        """Tell whether the word at `place` is written with a capital."""
        return 0 <= place < len(self.words) and self.words.words[place].is_capital

    def after_filler(self, place: int) -> bool:
        """Tell whether "um" or "uh" stands before the word at `place`."""
        return 0 <= place < len(self.words) and self.words.words[place].is_after_filler

    def is_hyphenated(self, place: int) -> bool:
        """Tell whether a hyphen joins the word at `place` to the next: "sign-up" is no verb."""
        end = self.words.words[place].end if 0 <= place < len(self.words) else len(self.text)
        return self.text[end : end + 1] == "-" and self.text[end + 1 : end + 2].isalpha()

    def date_at(self, place: int) -> int | None:
        """Return the number of the date the word at `place` belongs to."""
        number = self._date_of[place] if 0 <= place < len(self.words) else -1
        return number if number >= 0 else None

    def dates_between(self, start: int, end: int, *, even_denied: bool = False) -> list[int]:
        """Return the numbers of the dates that begin within [start, end), without those of "not on Friday"."""
        return [
            number
            for place in range(max(start, 0), min(end, len(self.words)))
            if (number := self._date_of[place]) >= 0
            and (place == 0 or self._date_of[place - 1] != number)
            and (even_denied or number not in self._denied)
        ]

    def date_range(self, number: int) -> tuple[int, int]:
        """Return the words of a date."""
        start = self._place_of(self.dates[number].start)
        end = start
        while end < len(self.words) and self._date_of[end] == number:
            end += 1
        return start, end

    def sentence(self, place: int) -> tuple[int, int]:
        """Return the range of the sentence around `place`."""
        number = bisect_right(self.sentence_starts, place) - 1
        following = self.sentence_starts[number + 1 : number + 2]
        return self.sentence_starts[number], following[0] if following else len(self.words)

    def is_run_on(self, place: int) -> bool:
        """Tell whether the sentence around `place` was written down without marks, as recognisers do."""
        start, end = self.sentence(place)
        return end - start > 30 and not any(
            self.at(k) == "," for k in range(max(start, place - 25), min(end, place + 25))
        )

    def slice(self, start: int, end: int) -> str:
        """Return the words as they stand in the text, marks and all between them."""
        if start >= end:
            return ""
        return self.text[self.words.words[start].start : self.words.words[end - 1].end]

    def _is_denied(self, number: int) -> bool:
        """Tell whether "not" stands before a date, unless it reads "not until Friday"."""
        start, _ = self.date_range(number)
        return self.at(start - 1) in ("not", "isn't") and self.at(start) not in (
            "until",
            "till",
            "later",
        )

    def _place_of(self, offset: int) -> int:
        return bisect_right(self.words.words, offset, key=lambda word: word.start) - 1

    def _dates_by_word(self) -> list[int]:
        found = [-1] * len(self.words)
        place = 0
        for number, due in enumerate(self.dates):
            while place < len(found) and self.words.words[place].end <= due.start:
                place += 1
            while place < len(found) and self.words.words[place].start < due.end:
                found[place] = number
                place += 1
        return found

    def _sentences(self) -> list[int]:
        return [0, *(place + 1 for place in range(len(self.words) - 1) if self._ends_sentence(place))]

    def _ends_sentence(self, place: int) -> bool:
        word, following = self.words.words[place], self.words.words[place + 1]
        if "\n" in self.text[word.end : following.start]:
            return True
        if word.text not in SENTENCE_MARKS or following.text in SENTENCE_MARKS:
            return False
        is_short = word.text == "." and self.at(place - 1) in _TITLES
        return not is_short and following.start > word.end
