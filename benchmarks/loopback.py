"""Stand-ins for Deepgram and OpenAI in a process of their own, whose work is nobody's waiting time.

`python -m benchmarks.loopback` prints their addresses as one line of JSON and serves until its stdin ends. For each
streamed answer it then prints the instant (the machine's monotonic clock) at which the first words of it left.
"""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.measuring import python

if TYPE_CHECKING:
    from tests.loopback.deepgram import Word
    from tests.loopback.serving import Line, Reply

WORDS_A_SECOND = 2.5
_BYTES_A_SECOND = 32_000
_OPUS_BYTES_A_SECOND = 3_000
_SAID = "I have to call the dentist on Friday and then we talked about the garden and the old house.".split()
_UNHURRIED_S = 0.3  # between the head of a stream and its first words: the asker is waiting by then
_WORDS = b".delta"


class Servers(NamedTuple):
    """Where they are, and what they tell."""

    deepgram: str
    openai: str
    told: Iterator[str]

    @property
    def settings(self) -> dict[str, str]:
        """Return the settings of somebody who has keys for both and has said yes."""
        return {
            "DEEPGRAM_API_KEY": "key-of-a-benchmark",
            "OPENAI_API_KEY": "key-of-a-benchmark",
            "BRAINDUMP_AI_CONSENT": "true",
            "BRAINDUMP_TRANSCRIPTION_DEEPGRAM_BASE_URL": self.deepgram,
            "BRAINDUMP_TRANSCRIPTION_OPENAI_BASE_URL": self.openai,
            "BRAINDUMP_INSIGHTS_OPENAI_BASE_URL": self.openai,
            "BRAINDUMP_INSIGHTS_OPENAI_API": "responses",
        }


@contextmanager
def servers() -> Iterator[Servers]:
    """Run both in a process of their own."""
    with subprocess.Popen(
        python("-m", "benchmarks.loopback"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin
        assert process.stdout
        address = json.loads(process.stdout.readline())
        yield Servers(address["deepgram"], address["openai"], iter(process.stdout.readline, ""))
        process.stdin.close()


def main() -> None:
    """Serve."""
    from tests.loopback.deepgram import LoopbackDeepgram
    from tests.loopback.openai import OpenAIServer

    openai = OpenAIServer()
    openai.keep_failing(_answer)
    with LoopbackDeepgram(_script, understand_file=_script_of_file) as deepgram, openai:
        print(json.dumps({"deepgram": deepgram.address, "openai": openai.base_url}), flush=True)
        sys.stdin.read()
    for wrong in (*deepgram.wrong, *openai.wrong):
        print(wrong, file=sys.stderr)


def _script(sound: bytes) -> "Sequence[Word]":
    """Hear the same words in any sound, as many as somebody would say in it; it costs next to nothing."""
    return _spoken(_length_s(sound))


def _length_s(sound: bytes) -> float:
    """Return how long live sound is: plain, or Ogg Opus up to the last page that has come."""
    if not sound.startswith(b"OggS"):
        return len(sound) / _BYTES_A_SECOND
    from io import BytesIO

    import soundfile

    frames, rate = soundfile.read(BytesIO(sound), dtype="int16")
    return len(frames) / rate


def _script_of_file(body: bytes) -> "Sequence[Word]":
    return _spoken(len(body) / _OPUS_BYTES_A_SECOND)


def _spoken(length_s: float) -> "Sequence[Word]":
    from tests.loopback.deepgram import Word

    return [
        Word(_SAID[at % len(_SAID)], at / WORDS_A_SECOND, (at + 0.9) / WORDS_A_SECOND)
        for at in range(round(length_s * WORDS_A_SECOND))
    ]


def _answer(line: "Line", reply: "Reply") -> None:
    """Answer as one should; a stream waits before its first words, and tells when they left."""
    from tests.loopback.serving import healthy

    first = next((at for at, part in enumerate(reply.parts) if _WORDS in part), None)
    if first is None:
        healthy(line, reply)
        return
    line.head(reply)
    for at, part in enumerate(reply.parts):
        if at == first:
            threading.Event().wait(_UNHURRIED_S)
            print(time.monotonic(), flush=True)
        line.chunk(part)
    line.chunk(b"")


if __name__ == "__main__":
    main()
