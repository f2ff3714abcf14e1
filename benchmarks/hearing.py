"""Feed a recording to the offline engine as a microphone would, and take the time of its last words.

`python -m benchmarks.hearing FILE.wav` prints CPU times as JSON.
"""

import json
import sys
import time
import wave

from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.ports import Speech
from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber

_BLOCK = SAMPLE_RATE // 10  # frames


def main() -> None:
    """Print how long the text took once the last block was there."""
    engine = PocketsphinxTranscriber()
    hearing = engine.listen(Speech("en", 0.0, lambda: iter(()), bytes))
    with wave.open(sys.argv[1], "rb") as sound:
        while block := sound.readframes(_BLOCK):
            hearing.feed(block)
    ended = time.process_time()
    text = engine.interpret(hearing.finish()).text
    tail_s = time.process_time() - ended
    print(json.dumps({"tail_ms": tail_s * 1000, "words": len(text.split())}))


if __name__ == "__main__":
    main()
