"""Recorded speech heard by OpenAI, or by a server of one's own that speaks its language."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from math import exp
from typing import TYPE_CHECKING, Any

from braindump_cli.domain.leaving import LOOPBACK, TRANSCRIBE, Outgoing
from braindump_cli.domain.transcript import Segment, Transcript
from braindump_cli.errors import BadDataError, DeclinedError, ProviderError
from braindump_cli.net.openai_api import NAME, Reach
from braindump_cli.ports import Listener, Speech
from braindump_cli.prices import is_listed, speech_cost_usd

if TYPE_CHECKING:
    from openai import OpenAI

    from braindump_cli.registry import Means

_PATH = "/audio/transcriptions"
_MOST_BYTES = 25 * 1024 * 1024  # of a file, at OpenAI
_FILE = "recording.ogg"
_PROMPT_CHARS = 700  # Whisper reads 224 tokens of it
_ENDS = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")  # noqa: RUF001 - sentences end so in Chinese and Japanese


class OpenAITranscriber:
    """Hears whole recordings."""

    name = NAME
    is_draft = False
    is_live = False

    def __init__(self, means: "Means") -> None:
        """Take settings, key and the way out."""
        settings = means.settings
        self._wire = means.wire
        self.model = means.model or settings.transcription_openai_model
        self._reach = Reach(
            means,
            section="transcription.openai",
            base_url=settings.transcription_openai_base_url,
            model=self.model,
        )
        self.place = self._reach.place

    def unavailable(self, language: str) -> str | None:
        """Return why it cannot be asked; it hears every language, and loads nothing."""
        return self._reach.unavailable()

    def listen(self, speech: Speech) -> Listener:
        """Raise ProviderError: it hears recordings only."""
        raise ProviderError("OpenAI is asked after the recording, not during it.")

    def hear(self, speech: Speech) -> str:
        """Return the raw reply to a recording, with what was asked. Raises ProviderError, RateLimitedError."""
        sound = speech.compact()
        if len(sound) > _MOST_BYTES:
            size_mb = len(sound) / 1024 / 1024
            hint = "Other engines have no such limit; shorter recordings pass."
            raise DeclinedError(f"OpenAI hears files up to 25 MB; this one has {size_mb:.0f}.", hint=hint)
        fields = _fields(self.model, speech)

        def send(left_s: float) -> str:
            answer = self._reach.ask(lambda client: self._heard(client, sound, fields), within_s=left_s)
            # The answer itself tells neither for how long nor in which language somebody spoke.
            asked = {"model": self.model, "language": speech.language, "duration_s": speech.duration_s}
            return json.dumps({**asked, "answer": answer})

        return self._wire.exchange(self._outgoing(speech, sound, fields), send, within_s=speech.within_s)

    def interpret(self, reply: str) -> Transcript:
        """Turn a raw reply into sentences. Raises BadDataError."""
        try:
            kept = json.loads(reply)
            answer = json.loads(kept["answer"])
            timed = tuple(_timed(answer.get("segments") or ()))
            segments = timed or tuple(_spread(answer["text"], float(kept["duration_s"])))
            return Transcript(
                provider=NAME, model=str(kept["model"]), language=str(kept["language"]), segments=segments
            )
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
            raise BadDataError("The answer of OpenAI cannot be read.") from error

    def _outgoing(self, speech: Speech, sound: bytes, fields: Mapping[str, object]) -> Outgoing:
        file = {"name": _FILE, "bytes": len(sound), "sha256": sha256(sound).hexdigest()}
        is_free = self.place == LOOPBACK and not is_listed(self.model)  # a listed one is behind a gateway
        return Outgoing(
            provider=NAME,
            purpose=TRANSCRIBE,
            model=self.model,
            address=self._reach.address + _PATH,
            # The SDK tells itself by the last one that the reply is wanted as it came; it travels along.
            headers={**self._reach.headers("multipart/form-data"), "X-Stainless-Raw-Response": "true"},
            body={"file": file, **fields},
            size_bytes=len(sound),
            cost_usd=0.0 if is_free else speech_cost_usd(self.model, speech.duration_s),
            entry_id=speech.entry_id,
            key=f"{speech.key}/{NAME}/{self.model}" if speech.key else "",
        )

    def _heard(self, client: "OpenAI", sound: bytes, fields: Mapping[str, Any]) -> str:
        """Send the recording once; return the answer if it is whole."""
        file = (_FILE, sound, "audio/ogg")  # bytes: a file object would be empty the second time
        answer: str = client.audio.transcriptions.with_raw_response.create(file=file, **fields).text
        told = json.loads(answer)
        if not (isinstance(told, dict) and isinstance(told.get("text"), str)):
            raise self._reach.asked.lost()
        return answer


def _fields(model: str, speech: Speech) -> dict[str, Any]:
    """Return what is sent beside the file; models differ in what they take."""
    is_whisper, is_diarizing = "whisper" in model.lower(), model.endswith("-diarize")
    fields: dict[str, Any] = {
        "model": model,
        "language": speech.language.lower().replace("_", "-").partition("-")[0],
        "response_format": "verbose_json" if is_whisper else "json",
    }
    if is_diarizing:
        fields["chunking_strategy"] = "auto"
    elif speech.vocabulary and model.startswith("gpt-transcribe"):
        fields["keywords"] = list(speech.vocabulary)
    elif speech.vocabulary:
        fields["prompt"] = _prompt(speech.vocabulary)
    return fields


def _prompt(vocabulary: tuple[str, ...]) -> str:
    """Return as many words as a model reads."""
    prompt = vocabulary[0]
    for words in vocabulary[1:]:
        if len(prompt) + len(words) + 2 > _PROMPT_CHARS:
            break
        prompt += f", {words}"
    return prompt


def _timed(segments: Iterable[Mapping[str, Any]]) -> Iterator[Segment]:
    """Yield what Whisper heard, with its own times."""
    for said in segments:
        text = " ".join(said["text"].split())
        start_s = max(0.0, float(said["start"]))
        if text:
            yield Segment(
                text=text,
                start_s=start_s,
                end_s=max(start_s, float(said["end"])),
                confidence=_probability(said.get("avg_logprob")),
            )


def _probability(avg_logprob: float | None) -> float | None:
    return None if avg_logprob is None else round(min(1.0, exp(avg_logprob)), 3)


def _spread(text: str, duration_s: float) -> Iterator[Segment]:
    """Yield sentences, timed by their share of the text.

    Newer models tell no times. People speak about evenly, so a sentence is played from near its place, which is
    better than from the beginning.
    """
    sentences = [" ".join(part.split()) for part in _ENDS.split(text) if part and not part.isspace()]
    whole = sum(map(len, sentences))
    before = 0
    for sentence in sentences:
        after = before + len(sentence)
        yield Segment(
            text=sentence,
            start_s=round(duration_s * before / whole, 2),
            end_s=round(duration_s * after / whole, 2),
        )
        before = after
