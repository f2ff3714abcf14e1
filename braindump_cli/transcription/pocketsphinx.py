"""The engine that is always there: pocketsphinx with the English model inside its package, no network.

Sound is searched as it comes, cut into utterances where the speaker pauses, so that only the last few words
are left to do when the recording ends and memory stays the same at any length. One pass with narrow beams:
a tenth of real time, and on real speech not worse than the slower defaults. Its text is a draft.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING

from braindump_cli.domain.leaving import HERE
from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE
from braindump_cli.domain.transcript import Transcript
from braindump_cli.errors import BadDataError, ProviderError
from braindump_cli.transcription.sentences import Word, sentences

if TYPE_CHECKING:
    from pocketsphinx import Decoder

    from braindump_cli.ports import Listener, Speech
    from braindump_cli.registry import Means

NAME, MODEL = "pocketsphinx", "en-us"

_FAST: dict[str, str | float] = {
    "fwdflat": False,
    "maxhmmpf": 3000,
    "maxwpf": 10,
    "topn": 2,
    "pl_window": 5,
    "loglevel": "FATAL",
}
_FRAMES_PER_S = 100  # of the recogniser's own clock
_CAPTION_CHARS = 200

_STEP_S = 0.03  # what the voice detector judges at a time
_STEP_BYTES = int(_STEP_S * SAMPLE_RATE) * FRAME_BYTES
_LOOSE, _STRICT = (
    2,
    3,
)  # voice detector modes: the loose one calls breath speech, the strict one misses soft ends


def _steps(seconds: float) -> int:
    return round(seconds / _STEP_S)


_LEAD = _steps(0.45)  # heard before the voice detector is sure: soft first sounds lie there
_SURE = 3  # voiced steps in a row that begin an utterance
_PAUSE = _steps(0.5)  # ends an utterance
_SHORT_PAUSE = _steps(0.24)  # ends one that is long already
_LONG = _steps(12)
_LONGEST = _steps(20)  # ends anyhow, at the quietest end of a word
_REPLAY = _steps(2)  # as far back as that may be
_LEARN = _steps(1.2)  # of the first speech tell how this voice and microphone sound, before the search begins


class PocketsphinxTranscriber:
    """Hears English, offline."""

    name = NAME
    model = MODEL
    place = HERE
    is_draft = True
    is_live = True

    def __init__(self, _means: "Means | None" = None) -> None:
        """Make one; it needs nothing."""

    def unavailable(self, language: str) -> str | None:
        """Return why it cannot hear `language` here; loads nothing."""
        if language.lower().replace("_", "-").partition("-")[0] != "en":
            return f"no offline engine for {language}"
        from importlib.util import find_spec

        return (
            None
            if find_spec("pocketsphinx")
            else "pocketsphinx is not installed (it needs Python below 3.14)"
        )

    def listen(self, speech: "Speech") -> "Listener":
        """Start hearing live; the model takes a third of a second to load. Raises ProviderError."""
        return _Hearing(_decoder())

    def hear(self, speech: "Speech") -> str:
        """Return the raw reply to recorded sound. Raises ProviderError."""
        hearing = self.listen(speech)
        for block in speech.blocks():
            hearing.feed(block)
        return hearing.finish()

    def interpret(self, reply: str) -> Transcript:
        """Turn a raw reply into sentences. Raises BadDataError."""
        try:
            heard = [Word(*word) for said in json.loads(reply)["utterances"] for word in said]
            found = tuple(sentences(_spoken(heard)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BadDataError("The answer of pocketsphinx cannot be read.") from error
        return Transcript(provider=NAME, model=MODEL, language="en", segments=found, is_draft=True)


class VoiceDetector:
    """Tells speech from other sound, strictly. Fed in order from one thread."""

    def __init__(self) -> None:
        """Begin. Raises ProviderError where pocketsphinx is missing."""
        self._is_voiced = _judge(_STRICT)
        self._rest = b""

    def is_speech(self, block: bytes) -> bool:
        """Tell whether there is a voice in most of the block, and of what was left of the one before."""
        steps, self._rest = _in_steps(self._rest + block)
        voiced = [self._is_voiced(step) for step in steps]
        return sum(voiced) * 2 > len(voiced)


class _Hearing:
    """One recording as it is heard."""

    def __init__(self, decoder: "Decoder") -> None:
        self._decoder = decoder
        self._loose, self._strict = _judge(_LOOSE), _judge(_STRICT)
        self._rest = b""
        self._recent: deque[bytes] = deque(maxlen=_REPLAY)  # steps, the last one is `_heard`
        self._heard = 0  # steps in all
        self._taken = 0  # steps that belong to earlier utterances
        self._voiced = 0  # steps in a row, while nobody speaks
        self._quiet = self._quiet_strictly = 0  # steps in a row, while somebody speaks
        self._began: int | None = None  # the step at which the utterance began
        self._held: list[bytes] | None = None  # its steps, until the channel is known
        self._knows_channel = False
        self._utterances: list[list[Word]] = []
        self._said = self._saying = ""

    def feed(self, sound: bytes) -> None:
        """Take the next frames."""
        steps, self._rest = _in_steps(self._rest + sound)
        for step in steps:
            self._take(step)
        if self._began is not None and self._held is None and steps:
            self._saying = self._hypothesis()

    def close(self) -> None:
        """Nothing is held but memory."""

    def caption(self) -> str:
        """Return the words heard last."""
        return f"{self._said} {self._saying}".strip()[-_CAPTION_CHARS:]

    def finish(self) -> str:
        """Return the raw reply: utterances of [word, start_s, end_s, probability]."""
        if self._rest:
            self._take(self._rest.ljust(_STEP_BYTES, b"\0"))
            self._rest = b""
        if self._began is not None:
            self._end()
        return json.dumps({"engine": NAME, "model": MODEL, "utterances": self._utterances})

    def _take(self, step: bytes) -> None:
        self._heard += 1
        self._recent.append(step)
        loose, strict = self._loose(step), self._strict(step)
        if self._began is None:
            self._voiced = self._voiced + 1 if loose else 0
            if self._voiced >= _SURE:
                self._begin(min(len(self._recent), _LEAD, self._heard - self._taken))
            return
        self._search(step)
        self._quiet = 0 if loose else self._quiet + 1
        self._quiet_strictly = 0 if strict else self._quiet_strictly + 1
        length = self._heard - self._began
        if self._quiet >= _PAUSE or (length >= _LONG and self._quiet_strictly >= _SHORT_PAUSE):
            self._end()
        elif length >= _LONGEST:
            self._cut()

    def _begin(self, back: int) -> None:
        """Begin an utterance `back` steps ago."""
        self._began = self._heard - back
        self._quiet = self._quiet_strictly = 0
        self._held = None if self._knows_channel else []
        if self._knows_channel:
            self._decoder.start_utt()
        for step in islice(self._recent, len(self._recent) - back, None):
            self._search(step)

    def _search(self, step: bytes) -> None:
        if self._held is None:
            self._decoder.process_raw(step)
            return
        self._held.append(step)
        if len(self._held) >= _LEARN:
            self._knows_channel = True
            self._learn()

    def _learn(self) -> None:
        """Let the decoder measure how the voice sounds on the average, then search what was held back.

        Without this it takes some ten seconds to get used to a voice, and mishears the first words.
        """
        held = self._held or []
        self._held = None
        self._decoder.start_utt()
        self._decoder.process_raw(b"".join(held), no_search=True, full_utt=True)
        self._decoder.end_utt()
        self._decoder.start_utt()
        for step in held:
            self._decoder.process_raw(step)

    def _end(self) -> list[Word]:
        """End the utterance and keep its words.

        Where the last look at all paths finds none, as it may after a cut, the words of the search stand.
        """
        if self._held is not None:
            self._learn()
        began_s = (self._began or 0) * _STEP_S
        said, searched = self._hypothesis(), list(_words(self._decoder, began_s))
        self._decoder.end_utt()
        words = list(_words(self._decoder, began_s)) or [word._replace(probability=0.0) for word in searched]
        self._said, self._saying = self._hypothesis() or said or self._said, ""
        self._utterances.append(words)
        self._taken = self._heard - self._quiet_strictly // 2  # half of the pause is for what follows
        self._began, self._voiced = None, 0
        return words

    def _cut(self) -> None:
        """End an utterance without pauses where a word ends most quietly; what came after is heard again."""
        oldest = self._heard - len(self._recent)
        words = self._end()
        ends = [step for word in words[:-1] if (step := _step_of(word)) > oldest]
        if not ends:
            return
        steps = list(self._recent)
        at = min(ends, key=lambda step: _loudness(steps[step - oldest - 1] + steps[step - oldest]))
        words[:] = [word for word in words if _step_of(word) <= at]
        self._begin(self._heard - at)

    def _hypothesis(self) -> str:
        hypothesis = self._decoder.hyp()
        return hypothesis.hypstr if hypothesis else ""


def _decoder() -> "Decoder":
    try:
        from pocketsphinx import Decoder

        return Decoder(**_FAST)
    except (ImportError, OSError, RuntimeError, ValueError) as error:
        raise _absent(error) from error


def _judge(mode: int) -> Callable[[bytes], bool]:
    """Return a voice detector for one step of sound after the other; it gets used to the noise."""
    try:
        from pocketsphinx import Vad
    except ImportError as error:
        raise _absent(error) from error
    return Vad(mode=mode, sample_rate=SAMPLE_RATE, frame_length=_STEP_S).is_speech


def _absent(error: Exception) -> ProviderError:
    return ProviderError(f"The offline engine does not start: {error}.", hint="braindump doctor tells more.")


def _in_steps(sound: bytes) -> tuple[list[bytes], bytes]:
    """Cut sound into whole steps and the rest."""
    whole = len(sound) // _STEP_BYTES * _STEP_BYTES
    return [sound[at : at + _STEP_BYTES] for at in range(0, whole, _STEP_BYTES)], sound[whole:]


def _words(decoder: "Decoder", began_s: float) -> Iterator[Word]:
    """Yield what the last utterance held, fillers too, in seconds of the recording."""
    for segment in decoder.seg() or ():
        start_s = began_s + segment.start_frame / _FRAMES_PER_S
        end_s = began_s + (segment.end_frame + 1) / _FRAMES_PER_S
        yield Word(segment.word, round(start_s, 2), round(end_s, 2), round(segment.prob, 3))


def _spoken(heard: Iterable[Word]) -> Iterator[Word]:
    """Yield the words alone: no <sil>, [NOISE] or ++BREATH++, and `read(2)` is `read`."""
    for word in heard:
        if not word.text.startswith(("<", "[", "++")):
            yield word._replace(text=word.text.partition("(")[0])


def _step_of(word: Word) -> int:
    return round(word.end_s / _STEP_S)


def _loudness(sound: bytes) -> int:
    return sum(map(abs, memoryview(sound).cast("h")))
