"""Whatever a spool holds and wherever it was cut off, mending makes it whole and loses not one frame."""

import tempfile
import wave
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from braindump_cli.audio.wav import HEADER_BYTES, SpoolWriter, count_frames, header, mend, read_blocks

sounds = st.binary(max_size=5000)
wholes = sounds.map(lambda sound: sound[: len(sound) // 2 * 2])


@contextmanager
def _spool(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entry.wav"
        path.write_bytes(content)
        yield path


def _heard(path: Path) -> bytes:
    with wave.open(str(path)) as file:
        assert file.getparams()[:3] == (1, 2, 16_000)
        return bytes(file.readframes(file.getnframes()))


@given(st.binary(max_size=200))
def test_any_bytes_become_a_file_that_strict_readers_take(content):
    with _spool(content) as path:
        frames = mend(path)

        assert frames == max(len(content) - HEADER_BYTES, 0) // 2
        assert len(_heard(path)) == frames * 2


@given(wholes, st.data())
def test_a_recording_cut_anywhere_gives_back_all_frames_before_the_cut(sound, data):
    cut = data.draw(st.integers(0, len(sound) + HEADER_BYTES))
    with _spool((header(0) + sound)[:cut]) as path:
        mend(path)

        assert _heard(path) == sound[: max(cut - HEADER_BYTES, 0) // 2 * 2]


@given(sounds, st.binary(min_size=HEADER_BYTES, max_size=HEADER_BYTES))
def test_the_header_is_never_believed(sound, lies):
    with _spool(lies + sound) as path:
        before = b"".join(read_blocks(path))
        mend(path)

        assert before == _heard(path) == sound[: len(sound) // 2 * 2]


@given(st.binary(max_size=3000))
def test_mending_twice_changes_nothing_more(content):
    with _spool(content) as path:
        frames = mend(path)
        once = path.read_bytes()

        assert mend(path) == count_frames(path) == frames
        assert path.read_bytes() == once


@given(st.lists(wholes, max_size=8), st.integers(1, 700))
def test_what_was_written_is_read_back_in_blocks_of_any_size(blocks, frames):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "entry.wav"
        with SpoolWriter(path) as spool:
            for block in blocks:
                spool.write(block)
            spool.finish()
        pieces = list(read_blocks(path, frames=frames))

        assert b"".join(pieces) == b"".join(blocks) == _heard(path)
        assert all(len(piece) <= frames * 2 for piece in pieces)


@given(st.lists(wholes.filter(bool), min_size=1, max_size=8), st.data())
def test_any_part_may_be_read_back_while_it_grows(blocks, data):
    with tempfile.TemporaryDirectory() as folder, SpoolWriter(Path(folder) / "entry.wav") as spool:
        sound = b""
        for block in blocks:
            spool.write(block)
            sound += block
            start = data.draw(st.integers(0, len(sound)))
            size = data.draw(st.integers(0, 9000))

            assert spool.read(start, size) == sound[start : start + size]
