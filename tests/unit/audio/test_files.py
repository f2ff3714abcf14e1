"""Sound that somebody hands over."""

import io
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile

from braindump_cli.audio.files import AudioFile, copy_in, file_time, is_stream
from braindump_cli.errors import BadDataError, NotFoundError, StoreError

SAMPLE_RATE = 16_000
SECONDS = 2


def _speechlike(rate: int) -> np.ndarray:
    """Return two seconds of a few tones that come and go."""
    at = np.arange(rate * SECONDS) / rate
    return 0.3 * np.sin(2 * np.pi * 3 * at) * sum(np.sin(2 * np.pi * tone * at) for tone in (220, 700, 1900))


def _read(path: Path) -> tuple[np.ndarray, AudioFile]:
    file = AudioFile(path)
    file.open()
    blocks = []
    while (block := file.read(0)) is not None:
        blocks.append(block)
    file.close()
    return np.frombuffer(b"".join(blocks), "<i2"), file


def _likeness(sound: np.ndarray) -> float:
    wanted = _speechlike(SAMPLE_RATE)
    length = min(len(sound), len(wanted))
    return float(np.corrcoef(sound[:length], wanted[:length])[0, 1])


@pytest.mark.parametrize(
    ("name", "form", "codec"),
    [
        ("a.wav", "WAV", "PCM_16"),
        ("a.wav", "WAV", "PCM_24"),
        ("a.wav", "WAV", "FLOAT"),
        ("a.wav", "WAV", "PCM_U8"),
        ("a.flac", "FLAC", "PCM_16"),
        ("a.ogg", "OGG", "VORBIS"),
        ("a.opus", "OGG", "OPUS"),
        ("a.mp3", "MP3", "MPEG_LAYER_III"),
        ("a.aiff", "AIFF", "PCM_16"),
    ],
)
def test_all_usual_formats_are_read(tmp_path, name, form, codec):
    soundfile.write(tmp_path / name, _speechlike(48_000), 48_000, format=form, subtype=codec)

    sound, file = _read(tmp_path / name)

    assert len(sound) == pytest.approx(SECONDS * SAMPLE_RATE, abs=1)
    assert _likeness(sound) > 0.99
    assert file.duration_s == pytest.approx(SECONDS, abs=0.01)
    assert file.warnings == []


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 192_000])
@pytest.mark.parametrize("channels", [1, 2, 8])
def test_any_rate_and_channel_count_becomes_16_khz_mono(tmp_path, rate, channels):
    sound = np.repeat(_speechlike(rate)[:, None], channels, axis=1)
    soundfile.write(tmp_path / "a.wav", sound, rate)

    heard, _ = _read(tmp_path / "a.wav")

    assert len(heard) == pytest.approx(SECONDS * SAMPLE_RATE, abs=1)
    assert _likeness(heard) > 0.99


def test_sound_of_our_own_shape_comes_back_bit_for_bit(tmp_path):
    sound = (_speechlike(SAMPLE_RATE) * 30_000).astype(np.int16)
    soundfile.write(tmp_path / "a.wav", sound, SAMPLE_RATE)

    heard, _ = _read(tmp_path / "a.wav")

    assert (heard == sound).all()


def test_one_speaker_of_a_stereo_recording_is_heard(tmp_path):
    left = np.stack([_speechlike(44_100), np.zeros(SECONDS * 44_100)], axis=1)
    soundfile.write(tmp_path / "a.wav", left, 44_100)

    heard, _ = _read(tmp_path / "a.wav")

    assert _likeness(heard) > 0.99


def test_no_block_is_longer_than_half_a_second(tmp_path):
    soundfile.write(tmp_path / "a.wav", _speechlike(44_100), 44_100)
    file = AudioFile(tmp_path / "a.wav")
    file.open()

    while (block := file.read(0)) is not None:
        assert len(block) <= SAMPLE_RATE // 2 * 2


def test_a_closed_file_is_at_its_end(tmp_path):
    soundfile.write(tmp_path / "a.wav", _speechlike(16_000), 16_000)
    file = AudioFile(tmp_path / "a.wav")
    file.open()
    file.read(0)
    file.close()
    file.close()

    assert file.read(0) is None


def test_too_loud_floats_are_clipped_not_wrapped(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.full(SAMPLE_RATE, 7.0), SAMPLE_RATE, subtype="FLOAT")

    heard, _ = _read(tmp_path / "a.wav")

    assert heard[100:-100].min() >= 32_000


def test_what_is_no_number_becomes_silence_and_spoils_nothing_else(tmp_path):
    sound = _speechlike(44_100)
    sound[1000], sound[2000], sound[3000] = np.nan, np.inf, -np.inf
    soundfile.write(tmp_path / "a.wav", sound, 44_100, subtype="FLOAT")

    heard, _ = _read(tmp_path / "a.wav")

    assert _likeness(heard) > 0.98


def test_messages_call_the_file_what_the_user_calls_it(tmp_path):
    (tmp_path / "incoming").write_bytes(b"words, words")

    with pytest.raises(BadDataError, match=r"^stdin is not audio"):
        AudioFile(tmp_path / "incoming", name="stdin")


def test_a_recording_began_its_length_before_the_time_of_its_file(tmp_path):
    path = tmp_path / "a.wav"
    soundfile.write(path, _speechlike(16_000), 16_000)
    os.utime(path, (1_772_442_842, 1_772_442_842))

    assert AudioFile(path).said_at() == datetime(2026, 3, 2, 9, 14, 0, tzinfo=UTC)
    assert file_time(path, duration_s=2) == datetime(2026, 3, 2, 9, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "said_at"),
    [
        ("2026-07-02T09:14:00", datetime(2026, 7, 2, 8, 14, tzinfo=UTC)),  # London in summer
        ("2026-07-02 09:14:00+02:00", datetime(2026, 7, 2, 7, 14, tzinfo=UTC)),
        ("2026-07-02", None),
        ("last summer, in the garden", None),
    ],
)
def test_a_date_and_time_inside_the_file_goes_before_its_time_on_the_disk(tmp_path, date, said_at):
    path = tmp_path / "a.flac"
    with soundfile.SoundFile(path, "w", 16_000, 1) as file:
        file.date = date
        file.buffer_write(bytes(3200), dtype="int16")
    os.utime(path, (1_772_442_842, 1_772_442_842))

    assert AudioFile(path).said_at() == (said_at or datetime(2026, 3, 2, 9, 14, 1, 900_000, tzinfo=UTC))


def test_the_time_of_a_missing_file_is_not_found(tmp_path):
    with pytest.raises(NotFoundError):
        file_time(tmp_path / "a.wav", duration_s=1)


def test_a_stream_is_copied_to_a_private_file(tmp_path):
    target = tmp_path / "spool" / "entry.incoming"

    size = copy_in(io.BytesIO(b"sound" * 50_000), target)

    assert size == 250_000
    assert target.read_bytes() == b"sound" * 50_000
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_a_stream_may_be_stopped_and_what_came_is_there(tmp_path):
    seen = []

    def stopped() -> bool:
        seen.append(1)
        return len(seen) > 2

    size = copy_in(io.BytesIO(bytes(1 << 20)), tmp_path / "incoming", stopped=stopped)

    assert 0 < size < 1 << 20


def test_an_empty_stream_leaves_no_file(tmp_path):
    with pytest.raises(BadDataError, match="Nothing came"):
        copy_in(io.BytesIO(), tmp_path / "incoming")

    assert not (tmp_path / "incoming").exists()


def test_a_stream_that_cannot_be_kept_leaves_no_file(tmp_path):
    class Broken(io.BytesIO):
        def read1(self, size: int | None = -1) -> bytes:
            raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left"):
        copy_in(Broken(), tmp_path / "incoming")

    assert not (tmp_path / "incoming").exists()


def test_a_pipe_is_a_stream_and_a_file_is_none(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "file").write_bytes(b"x")

    assert is_stream(tmp_path / "pipe")
    assert not is_stream(tmp_path / "file")
    assert not is_stream(tmp_path)
    assert not is_stream(tmp_path / "nothing")
