"""What Deepgram is asked for, as it names it."""

from collections.abc import Iterable
from typing import NamedTuple

from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.net.deepgram_api import Options
from braindump_cli.ports import Speech

DETECT = "detect"
_SEVERAL = "multi"  # what a live line takes in place of detection
_WITH_KEYTERMS = ("nova-3", "flux")
_MOST_TOKENS = 500  # above it the service refuses, or falls silent
_BYTES_A_TOKEN = 2  # of names and rare words; nobody outside knows how it counts
_PAUSE_MS = 300  # ends a sentence, live
# Countries that Deepgram tells apart; any other is dropped from what the machine calls its language.
_REGIONS = frozenset(
    "en-US en-AU en-GB en-IN en-NZ es-419 fr-CA pt-BR pt-PT de-CH nl-BE da-DK sv-SE ko-KR th-TH "
    "zh-CN zh-HK zh-TW".split()
)


class Wishes(NamedTuple):
    """What the settings say."""

    model: str
    language: str | None  # in place of the journal's; `detect` leaves it to the service
    is_formatted: bool
    tells_speakers_apart: bool

    def recorded(self, speech: Speech) -> Options:
        """Return the options for a whole recording."""
        language = self.spoken(speech)
        options = self._both(speech) | {"paragraphs": True, "utterances": True}
        return options | ({"detect_language": True} if language == DETECT else {"language": language})

    def live(self, speech: Speech) -> Options:
        """Return the options for a live line."""
        language = self.spoken(speech)
        return self._both(speech) | {
            "language": _SEVERAL if language == DETECT else language,
            "encoding": "linear16",
            "sample_rate": str(SAMPLE_RATE),
            "channels": "1",
            "interim_results": True,
            "endpointing": str(_PAUSE_MS),
        }

    def spoken(self, speech: Speech) -> str:
        """Return the language as Deepgram names it, or `detect`."""
        if self.language:
            return self.language
        name, _, region = speech.language.replace("_", "-").partition("-")
        tag = f"{name.lower()}-{region.upper()}"
        return tag if tag in _REGIONS else name.lower()

    def _both(self, speech: Speech) -> dict[str, str | bool | list[str]]:
        options: dict[str, str | bool | list[str]] = {
            "model": self.model,
            "punctuate": True,
            "smart_format": self.is_formatted,
        }
        if self.tells_speakers_apart:
            options["diarize_model"] = "latest"
        if self.model.startswith(_WITH_KEYTERMS) and (terms := keyterms(speech.vocabulary)):
            options["keyterm"] = terms
        return options


def keyterms(vocabulary: Iterable[str]) -> list[str]:
    """Return as much of the vocabulary as Deepgram surely takes, in its order."""
    terms, tokens = [], 0
    for words in vocabulary:
        term = " ".join(words.split())
        tokens += -(-len(term.encode()) // _BYTES_A_TOKEN)
        if tokens > _MOST_TOKENS:
            break
        if term:
            terms.append(term)
    return terms
