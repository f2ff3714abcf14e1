"""Live sound in both forms on a line to a stand-in for Deepgram: how much leaves, and what the end of it takes.

`python -m benchmarks.live_forms FILE.wav` speaks at the pace of speech and prints JSON. Of the server, a process of its
own, Ogg Opus is decoded and must hold every second that was spoken.
"""

import json
import statistics
import sys
import tempfile
import time
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.loopback import servers
from braindump_cli.audio.kept import KeptEncoder
from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE

if TYPE_CHECKING:
    from websockets.sync.connection import Connection

_ROUNDS = 5
_SPOKEN_S = 6.0
_BLOCK_S = 0.05
_CLOSE_ENOUGH_S = 0.5  # the scripted words stand 0.4 s apart
_LINEAR16 = "&encoding=linear16&sample_rate=16000"


class Sent(NamedTuple):
    """One recording on a line."""

    wait_ms: float  # from the last block to the last result
    size_bytes: int
    heard_s: float  # up to the end of the last word


def main() -> None:
    """Print the medians of both forms, spoken in turn."""
    with servers() as run, tempfile.TemporaryDirectory() as folder:
        blocks = list(_blocks(Path(sys.argv[1])))
        address = f"{run.deepgram.replace('http', 'ws', 1)}/v1/listen?model=nova-3&interim_results=true"
        found: dict[str, list[Sent]] = {"linear16": [], "opus": []}
        for at in range(_ROUNDS):
            found["linear16"].append(_spoken(address + _LINEAR16, blocks, _plain))
            with _encoded(Path(folder) / f"{at}.ogg") as encode:
                found["opus"].append(_spoken(address, blocks, encode))
    told = {}
    for form, all_ in found.items():
        assert all(sent.heard_s >= _SPOKEN_S - _CLOSE_ENOUGH_S for sent in all_), (form, all_)
        told[f"{form}_wait_ms"] = statistics.median(sent.wait_ms for sent in all_)
        told[f"{form}_worst_ms"] = max(sent.wait_ms for sent in all_)
        told[f"{form}_kb_a_minute"] = all_[0].size_bytes / 1000 / _SPOKEN_S * 60
    print(json.dumps(told))


def _spoken(address: str, blocks: list[bytes], encode: Callable[[bytes | None], bytes]) -> Sent:
    """Send blocks as they are spoken; `encode` gives what leaves for each, and with None for the end."""
    from websockets.sync.client import connect

    with connect(address, additional_headers={"Authorization": "Token x"}, proxy=None) as line:
        began, size_bytes = time.monotonic(), 0
        for at, block in enumerate(blocks, 1):
            time.sleep(max(0.0, began + at * _BLOCK_S - time.monotonic()))
            size_bytes += _send(line, encode(block))
        stopped = time.monotonic()
        size_bytes += _send(line, encode(None))
        line.send('{"type": "Finalize"}')
        heard_s = _heard_s(line)
        return Sent((time.monotonic() - stopped) * 1000, size_bytes, heard_s)


def _send(line: "Connection", sound: bytes) -> int:
    if sound:
        line.send(sound)
    return len(sound)


def _heard_s(line: "Connection") -> float:
    """Wait for the result that ends it all; return where its last word ends."""
    while True:
        told = json.loads(line.recv())
        if told.get("from_finalize"):
            return max((word["end"] for word in told["channel"]["alternatives"][0]["words"]), default=0.0)


def _plain(block: bytes | None) -> bytes:
    return block or b""


@contextmanager
def _encoded(path: Path) -> Iterator[Callable[[bytes | None], bytes]]:
    """Give what makes Ogg Opus of blocks, as the kept file is made: a page leaves when it is full."""
    encoder = KeptEncoder(path, "opus")
    with path.open("rb") as written:

        def encode(block: bytes | None) -> bytes:
            if block is None:
                encoder.finish()
            else:
                encoder.feed(block)
            return written.read()

        yield encode


def _blocks(path: Path) -> Iterator[bytes]:
    with wave.open(str(path), "rb") as sound:
        for _ in range(round(_SPOKEN_S / _BLOCK_S)):
            block = sound.readframes(round(SAMPLE_RATE * _BLOCK_S))
            assert len(block) == round(SAMPLE_RATE * _BLOCK_S) * FRAME_BYTES
            yield block


if __name__ == "__main__":
    main()
