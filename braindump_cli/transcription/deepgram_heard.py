"""What Deepgram has said of a recording, on the recording's own clock.

Each line counts its seconds from its own beginning, so results come with the byte of the recording at which their
line began. What is final is kept by its time, so that each word stands once.
"""

import json
from collections.abc import Mapping
from typing import Any

from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE

_CAPTION_CHARS = 200
_CLOSE_ENOUGH_S = 0.02
_BYTES_A_SECOND = SAMPLE_RATE * FRAME_BYTES


class Heard:
    """What is final, on the recording's own clock, and what is still being thought about."""

    def __init__(self) -> None:
        self.until = 0  # byte of the recording up to which all is final
        self.answers = 0  # results with words in them
        self._finals: list[str] = []  # JSON: smaller than what it stands for
        self._said = self._saying = ""

    def caption(self) -> str:
        """Return the words heard last."""
        return f"{self._said} {self._saying}".strip()[-_CAPTION_CHARS:]

    def forget_unsaid(self) -> None:
        """Forget what is not final: it will be heard again."""
        self._saying = ""

    def take(self, message: Mapping[str, Any], *, began: int, sent: int) -> None:
        """Take a result of the line that began at byte `began`; one that cannot be read is left out."""
        try:
            alternative = dict(message["channel"]["alternatives"][0])
            text = str(alternative["transcript"] or "")
            frames = round((float(message["start"]) + float(message["duration"])) * SAMPLE_RATE)
        except (LookupError, TypeError, ValueError, ArithmeticError):
            return
        self.answers += bool(text)
        if not message.get("is_final"):
            self._saying = text
            return
        self._saying = ""
        end = began + min(frames * FRAME_BYTES, sent)  # nobody can have heard more
        if end <= self.until:
            return  # said before
        if text:
            try:
                self._finals.append(self._kept(message, alternative, began))
            except (LookupError, TypeError, ValueError, AttributeError):
                return  # it will be missed, and asked for again
            self._said = f"{self._said} {text}"[-_CAPTION_CHARS:]
        self.until = end

    def reply(self, label: Mapping[str, str]) -> str:
        """Return the raw reply."""
        return f'{json.dumps(dict(label))[:-1]}, "finals": [{", ".join(self._finals)}]}}'

    def _kept(self, message: Mapping[str, Any], alternative: Mapping[str, Any], began: int) -> str:
        """Return a final result with its place in the recording, less the words that stand already."""
        offset_s = began / _BYTES_A_SECOND
        new_s = self.until / _BYTES_A_SECOND - offset_s - _CLOSE_ENOUGH_S
        words = alternative.get("words") or []
        new = [
            word for word in words if isinstance(word.get("start"), (int, float)) and word["start"] >= new_s
        ]
        return json.dumps({
            "offset_s": offset_s,
            "start": message["start"],
            "duration": message["duration"],
            "transcript": alternative["transcript"] if len(new) == len(words) else None,
            "confidence": alternative.get("confidence"),
            "words": [{name: each for name, each in word.items() if each is not None} for word in new],
        })  # fmt: skip
