"""Bad audio: a clear error or a right result, and nothing lost."""

import itertools
import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile

from braindump_cli.audio.files import AudioFile
from braindump_cli.audio.spool import Spool
from braindump_cli.audio.wav import mend, read_blocks
from braindump_cli.errors import BadDataError, NotFoundError, StoreError
from braindump_cli.ports import Speech
from tests.parts import need_program, need_root, python_command, python_environment, run_python

SAMPLE_RATE = 16_000
MINUTES = 20


def _tone(seconds: float = 3.0) -> np.ndarray:
    return 0.4 * np.sin(np.arange(int(seconds * SAMPLE_RATE)) / 7)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    soundfile.write(tmp_path / "talk.wav", _tone(), SAMPLE_RATE)
    return tmp_path / "talk.wav"


def _frames(path: Path) -> tuple[int, list[str]]:
    file = AudioFile(path)
    file.open()
    size = sum(len(block) for block in iter(lambda: file.read(0), None))
    return size // 2, file.warnings


def _told(path: Path) -> tuple[int, list[str]] | BadDataError:
    """Return frames and warnings, or the one failure that is allowed."""
    try:
        return _frames(path)
    except BadDataError as failure:
        return failure


def _patched(path: Path, offset: int, content: bytes) -> Path:
    whole = bytearray(path.read_bytes())
    whole[offset : offset + len(content)] = content
    path.write_bytes(whole)
    return path


def test_an_empty_file(tmp_path):
    (tmp_path / "talk.wav").touch()

    with pytest.raises(BadDataError, match=r"talk\.wav is empty"):
        AudioFile(tmp_path / "talk.wav")


def test_no_file(tmp_path):
    with pytest.raises(NotFoundError, match=r"There is no file .*talk\.wav"):
        AudioFile(tmp_path / "talk.wav")


def test_a_folder(tmp_path):
    with pytest.raises(BadDataError, match="is a folder"):
        AudioFile(tmp_path)


def test_text_renamed_wav(tmp_path):
    (tmp_path / "talk.wav").write_text("Dear diary, today I bought a microphone.\n" * 100)

    with pytest.raises(BadDataError, match=r"talk\.wav is not audio") as failure:
        AudioFile(tmp_path / "talk.wav")
    assert "ffmpeg" in str(failure.value.hint)


@pytest.mark.parametrize(
    ("offset", "content"),
    [
        (24, bytes(4)),  # a rate of 0
        (24, b"\xff\xff\xff\xff"),
        (24, b"\x01\x00\x00\x00"),
        (22, bytes(2)),  # no channels
        (22, b"\x60\xea"),  # sixty thousand channels
        (34, bytes(2)),  # samples of 0 bits
        (40, bytes(4)),  # no sound
    ],
)
def test_an_absurd_header(wav, offset, content):
    with pytest.raises(BadDataError, match=r"talk\.wav") as failure:
        _frames(_patched(wav, offset, content))
    assert failure.value.hint


def test_a_header_that_claims_four_gigabytes_gives_what_is_there(wav):
    frames, warnings = _frames(_patched(wav, 40, b"\xff\xff\xff\xff"))

    assert frames == 3 * SAMPLE_RATE
    assert warnings == [f"{wav} is cut off or damaged; the first 3.0 s could be read."]


@pytest.mark.parametrize("name", ["cut.wav", "cut.flac", "cut.ogg", "cut.opus", "cut.mp3", "cut.aiff"])
def test_a_file_cut_in_half_gives_its_first_half_and_says_so(tmp_path, name):
    path = tmp_path / name
    if path.suffix == ".opus":
        soundfile.write(path, _tone(20), SAMPLE_RATE, format="OGG", subtype="OPUS")
    else:
        soundfile.write(path, _tone(20), SAMPLE_RATE)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    frames, warnings = _frames(path)

    assert 4 * SAMPLE_RATE < frames < 16 * SAMPLE_RATE  # bytes are not spread evenly
    assert "cut off or damaged" in warnings[0]


@pytest.mark.parametrize("name", ["cut.wav", "cut.flac", "cut.ogg", "cut.mp3"])
@pytest.mark.parametrize("length", [1, 20, 43, 44, 60])
def test_a_file_of_a_few_bytes_is_refused_or_read_but_never_a_riddle(tmp_path, name, length):
    path = tmp_path / name
    soundfile.write(path, _tone(), SAMPLE_RATE)
    path.write_bytes(path.read_bytes()[:length])

    told = _told(path)

    assert str(path) in told.message if isinstance(told, BadDataError) else told[0] <= length and told[1]


def test_flipped_bits_never_raise_anything_else(tmp_path):
    dice = np.random.default_rng(5)
    for name, number in itertools.product(("a.wav", "a.flac", "a.ogg", "a.mp3"), range(12)):
        path = tmp_path / name
        soundfile.write(path, _tone(1), SAMPLE_RATE)
        whole = np.frombuffer(path.read_bytes(), np.uint8).copy()
        at = dice.integers(0, min(len(whole), 400 if number % 2 else len(whole)), 8)
        whole[at] ^= dice.integers(1, 255, 8, dtype=np.uint8)
        path.write_bytes(whole.tobytes())
        told = _told(path)

        assert isinstance(told, tuple) or name in told.message


def test_eight_channels_at_192_khz(tmp_path):
    at = np.arange(192_000 * 2) / 192_000
    soundfile.write(tmp_path / "big.wav", np.repeat(np.sin(440 * at)[:, None], 8, axis=1), 192_000)

    assert _frames(tmp_path / "big.wav") == (2 * SAMPLE_RATE, [])


def test_twenty_minutes_of_silence_are_twenty_minutes_without_a_word(tmp_path):
    from braindump_cli.transcription.pocketsphinx import PocketsphinxTranscriber

    path = tmp_path / "silence.flac"
    soundfile.write(path, np.zeros(MINUTES * 60 * SAMPLE_RATE, np.int16), SAMPLE_RATE)
    file = AudioFile(path)
    file.open()
    transcriber = PocketsphinxTranscriber()

    reply = transcriber.hear(Speech("en", 0.0, lambda: iter(lambda: file.read(0), None), bytes))

    assert file.duration_s == MINUTES * 60
    assert transcriber.interpret(reply).text == ""


_WRITES_FOR_EVER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from braindump_cli.audio.spool import Spool
from braindump_cli.domain.new_entry import NewEntry
new = NewEntry(id=sys.argv[2], kind="voice", created_at=datetime.now(UTC), zone="UTC", language="en", title="t")
with Spool(Path(sys.argv[1])).begin(new) as wav:
    number = 0
    while True:
        wav.write(number.to_bytes(2, "little") * 800)
        print(number, flush=True)
        number = (number + 1) % 60_000
"""


@pytest.mark.parametrize("blocks", [1, 7, 40, 200])
def test_a_process_killed_while_it_writes_loses_not_one_block_it_spoke_of(tmp_path, blocks):
    spool = Spool(tmp_path / "spool")
    with subprocess.Popen(
        python_command(_WRITES_FOR_EVER, spool.folder, "some-id"),
        stdout=subprocess.PIPE,
        env=python_environment(),
    ) as writer:
        try:
            assert writer.stdout
            spoken = [int(writer.stdout.readline()) for _ in range(blocks)]
            waiting = spool.orphans()
        finally:
            writer.kill()
        spoken += [
            int(line) for line in writer.stdout.read().splitlines(keepends=True) if line.endswith(b"\n")
        ]

    assert waiting == []
    [orphan] = spool.orphans()
    assert orphan.note is not None
    assert orphan.note.title == "t"
    frames = mend(orphan.path)
    sound = np.frombuffer(b"".join(read_blocks(orphan.path)), "<i2")
    assert frames == len(sound) >= len(spoken) * 800
    assert (sound[: len(spoken) * 800].reshape(-1, 800)[:, 0] == spoken).all()


_FILLS_THE_DISK = """
import resource, signal, sys
from pathlib import Path
from braindump_cli.audio.wav import SpoolWriter
from braindump_cli.errors import StoreError
if len(sys.argv) > 2:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]),) * 2)
with SpoolWriter(Path(sys.argv[1])) as spool:
    try:
        while True:
            spool.write(b"ab" * 800)
    except StoreError as failure:
        print(failure.message)
    spool.finish()
    print(spool.frames)
"""


def test_a_quota_ends_the_writing_and_keeps_all_that_fitted(tmp_path):
    path = tmp_path / "talk.wav"

    said = run_python(_FILLS_THE_DISK, path, 100_001).stdout.splitlines()

    assert "disk is full" in said[0]
    assert int(said[1]) == mend(path) == (100_001 - 44) // 2
    assert b"".join(read_blocks(path)) == b"ab" * int(said[1])


def test_a_full_disk_ends_the_writing_and_keeps_all_that_fitted(tmp_path):
    need_root()
    need_program("mount", "umount")
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "none", tmp_path], check=True)
    try:
        path = tmp_path / "talk.wav"
        said = run_python(_FILLS_THE_DISK, path).stdout.splitlines()

        assert "disk is full" in said[0]
        assert int(said[1]) == mend(path)
        assert int(said[1]) > 100_000
        with pytest.raises(StoreError):
            Spool(tmp_path).begin(_an_entry())
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def _an_entry():
    from datetime import UTC, datetime

    from braindump_cli.domain.new_entry import NewEntry

    return NewEntry(
        id="x", kind="voice", created_at=datetime.now(UTC), zone="UTC", language="en", title="t" * 9000
    )


_READS_IT = """
import resource, sys
from pathlib import Path
from braindump_cli.audio.files import AudioFile
file = AudioFile(Path(sys.argv[1]))
file.open()
while file.read(0) is not None:
    pass
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def test_reading_ten_times_as_much_takes_no_more_memory(tmp_path):
    used = []
    for seconds in (2, 20):
        path = tmp_path / f"{seconds}.wav"
        soundfile.write(path, np.zeros((192_000 * seconds, 4), np.int16), 192_000)
        used.append(int(run_python(_READS_IT, path).stdout))

    assert used[1] - used[0] <= 5
