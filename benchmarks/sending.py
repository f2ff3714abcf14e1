"""How much sound leaves, as a file and live, and what Ogg Opus on a live line would be.

`python -m benchmarks.sending FILE.wav` prints JSON.
"""

import json
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from pathlib import Path

from braindump_cli.audio.kept import KeptEncoder, encode
from braindump_cli.domain.sound import FRAME_BYTES, SAMPLE_RATE

_BLOCK = SAMPLE_RATE // 20  # frames


def main() -> None:
    """Encode once as a whole, and once as somebody speaks."""
    with tempfile.TemporaryDirectory() as folder:
        blocks = list(_blocks(Path(sys.argv[1])))
        minutes = sum(map(len, blocks)) / FRAME_BYTES / SAMPLE_RATE / 60
        whole = Path(folder) / "whole.ogg"
        encode(blocks, whole, "opus")
        found = {"file_kb_a_minute": whole.stat().st_size / minutes / 1000}
        print(json.dumps(found | _growing(blocks, Path(folder) / "live.ogg")))


def _growing(blocks: list[bytes], path: Path) -> dict[str, float]:
    """Feed the encoder block by block; see when it gives something away, and how long it takes to end."""
    encoder = KeptEncoder(path, "opus")
    size, since_s, held_s = 0, 0.0, 0.0
    for block in blocks:
        encoder.feed(block)
        since_s += len(block) / FRAME_BYTES / SAMPLE_RATE
        if (now := path.stat().st_size) != size:
            size, held_s, since_s = now, max(held_s, since_s), 0.0
    began = time.process_time()
    encoder.finish()
    return {"opus_held_s": held_s, "opus_tail_ms": (time.process_time() - began) * 1000}


def _blocks(path: Path) -> Iterator[bytes]:
    with wave.open(str(path), "rb") as sound:
        while block := sound.readframes(_BLOCK):
            yield block


if __name__ == "__main__":
    main()
