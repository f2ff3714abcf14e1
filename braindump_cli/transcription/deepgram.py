"""Speech heard by Deepgram: live over a line while it is spoken, or a whole recording afterwards."""

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.leaving import LISTEN, TRANSCRIBE, Outgoing
from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.domain.transcript import Transcript
from braindump_cli.errors import AccountError, BadDataError
from braindump_cli.net.deepgram_api import NAME, Line, Reach
from braindump_cli.ports import Listener, Speech
from braindump_cli.prices import speech_cost_usd
from braindump_cli.transcription import deepgram_reply
from braindump_cli.transcription.deepgram_live import LiveHearing, Terms
from braindump_cli.transcription.deepgram_options import DETECT, Wishes

if TYPE_CHECKING:
    from braindump_cli.registry import Means

_FIRST_S = 60.0  # of a line whose length nobody knows yet are paid for beforehand
_BYTES_A_SECOND = SAMPLE_RATE * FRAME_BYTES
_UNKNOWN = "und"  # a language nobody told, as BCP 47 has it


class DeepgramTranscriber:
    """Hears whole recordings and live speech."""

    name = NAME
    is_draft = False
    is_live = True

    def __init__(self, means: "Means") -> None:
        """Take settings, key and the way out."""
        settings = means.settings
        self.model: str = means.model or settings.transcription_deepgram_model
        self._means = means
        self._wishes = Wishes(
            model=self.model,
            language=settings.transcription_deepgram_language,
            is_formatted=settings.transcription_deepgram_smart_format,
            tells_speakers_apart=settings.transcription_deepgram_diarize,
        )
        self._reach = Reach(means, base_url=settings.transcription_deepgram_base_url, model=self.model)
        self.place = self._reach.place

    def unavailable(self, language: str) -> str | None:
        """Return why it cannot be asked; of languages it knows many, and loads nothing."""
        return self._reach.unavailable()

    def listen(self, speech: Speech) -> Listener:
        """Open a line; the SDK is loaded in the thread that calls. Raises ProviderError."""
        wire, options = self._means.wire, self._wishes.live(speech)
        out = Outgoing(
            provider=NAME,
            purpose=LISTEN,
            model=self.model,
            address=self._reach.live_address(options),
            headers={},
            body={"encoding": "linear16", "sample_rate": SAMPLE_RATE},
            size_bytes=0,
            cost_usd=speech_cost_usd(self.model, _FIRST_S),
            entry_id=speech.entry_id,
        )

        def dial() -> Line:
            try:
                return self._reach.dial(options)
            except AccountError as error:
                wire.turned_away(out, error)
                raise

        def end(number: int, outcome: str, size_bytes: int) -> None:
            cost_usd = speech_cost_usd(self.model, size_bytes / _BYTES_A_SECOND)
            wire.end(number, outcome, size_bytes=size_bytes, cost_usd=cost_usd)

        return LiveHearing(
            Terms(
                dial=dial,
                begin=lambda: wire.begin(out),
                end=end,
                clock=self._means.clock,
                asked=self._reach.asked,
                label={"model": self.model, "language": self._language(speech)},
            )
        )

    def hear(self, speech: Speech) -> str:
        """Return the raw reply to a recording, with what was asked. Raises ProviderError, RateLimitedError."""
        sound, options = speech.compact(), self._wishes.recorded(speech)
        out = Outgoing(
            provider=NAME,
            purpose=TRANSCRIBE,
            model=self.model,
            address=self._reach.recorded_address(options),
            headers=self._reach.headers(),
            body={"bytes": len(sound), "sha256": sha256(sound).hexdigest()},
            size_bytes=len(sound),
            cost_usd=speech_cost_usd(self.model, speech.duration_s),
            entry_id=speech.entry_id,
            key=f"{speech.key}/{NAME}/{self.model}" if speech.key else "",
        )

        def send(left_s: float) -> str:
            answer = _whole(self._reach.ask(sound, options, within_s=left_s))
            if answer is None:
                raise self._reach.asked.lost()
            # The answer itself does not tell in which language it was asked to hear.
            return json.dumps({"model": self.model, "language": self._language(speech), "answer": answer})

        return self._means.wire.exchange(out, send, within_s=speech.within_s)

    def interpret(self, reply: str) -> Transcript:
        """Turn a raw reply, of a recording or of live lines, into sentences. Raises BadDataError."""
        try:
            kept = json.loads(reply)
            if "finals" in kept:
                found, language = deepgram_reply.live(kept["finals"]), None
            else:
                answer = kept.get("answer", kept)
                found, language = deepgram_reply.recorded(answer), deepgram_reply.detected(answer)
            language = language or kept.get("language") or self._wishes.language or _UNKNOWN
            return Transcript(
                provider=NAME,
                model=str(kept.get("model") or self.model),
                language=str(language),
                segments=tuple(segment for segment in found if segment.text),
            )
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
            raise BadDataError("The answer of Deepgram cannot be read.") from error

    def _language(self, speech: Speech) -> str:
        asked = self._wishes.spoken(speech)
        return speech.language if asked == DETECT else asked


def _whole(answer: str) -> Mapping[str, Any] | None:
    """Return the answer if it is one: a proxy may send a page, and a broken line half of the words."""
    try:
        told = json.loads(answer)
        channels = told["results"]["channels"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return None
    return told if isinstance(channels, list) else None
