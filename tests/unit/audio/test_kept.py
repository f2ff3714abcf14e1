"""The file a recording is kept as."""

import random
import stat
from array import array
from pathlib import Path

import pytest

from braindump_cli.audio import kept
from braindump_cli.errors import BadDataError, NotFoundError, StoreError

SAMPLE_RATE = 16_000


def _sound(frames: int) -> bytes:
    dice = random.Random(frames)
    return array("h", [round(dice.gauss(0, 2000)) for _ in range(frames)]).tobytes()


@pytest.mark.parametrize("form", ["opus", "flac"])
@pytest.mark.parametrize("frames", [1, 319, 320, 799, 16_000, 50_001])
def test_as_many_frames_come_back_as_went_in(tmp_path, form, frames):
    path = tmp_path / f"kept.{form}"
    sound = _sound(frames)

    written = kept.encode((sound[at : at + 1600] for at in range(0, len(sound), 1600)), path, form)

    assert written == kept.count_frames(path) == frames
    kept.verify(path, frames)


def test_flac_loses_nothing(tmp_path):
    sound = _sound(20_000)
    kept.encode([sound], tmp_path / "kept.flac", "flac")

    assert b"".join(kept.decode(tmp_path / "kept.flac")) == sound


def test_opus_stays_under_200_kb_a_minute_even_for_noise(tmp_path):
    path = tmp_path / "kept.opus"
    kept.encode([_sound(SAMPLE_RATE)] * 15, path, "opus")

    assert path.stat().st_size * 4 < 200_000


def test_the_file_is_its_owners_alone(tmp_path):
    path = tmp_path / "kept.opus"
    kept.encode([_sound(1600)], path, "opus")

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_one_made_again_replaces_the_first(tmp_path):
    path = tmp_path / "kept.flac"
    kept.encode([_sound(50_000)], path, "flac")
    kept.encode([_sound(100)], path, "flac")

    assert kept.count_frames(path) == 100


def test_a_file_that_gives_back_too_little_is_noticed(tmp_path):
    path = tmp_path / "kept.opus"
    kept.encode([_sound(48_000)], path, "opus")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(BadDataError, match="of 48000"):
        kept.verify(path, 48_000)


@pytest.mark.parametrize("form", ["opus", "flac"])
@pytest.mark.parametrize("content", [b"", b"OggS", b"fLaC" + bytes(100)])
def test_a_damaged_file_is_named(tmp_path, form, content):
    path = tmp_path / f"kept.{form}"
    path.write_bytes(content)

    with pytest.raises(BadDataError, match=f"kept.{form}"):
        kept.verify(path, 1)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"kept\.opus"):
        kept.count_frames(tmp_path / "kept.opus")


def test_sound_of_another_shape_is_not_ours(tmp_path):
    import numpy as np
    import soundfile

    soundfile.write(tmp_path / "other.flac", np.zeros(100), 44_100)

    with pytest.raises(BadDataError, match="44100 Hz"):
        kept.count_frames(tmp_path / "other.flac")


def test_a_folder_in_the_way_is_told(tmp_path):
    (tmp_path / "kept.opus").mkdir()

    with pytest.raises(StoreError):
        kept.KeptEncoder(tmp_path / "kept.opus", "opus")


def test_a_planted_link_is_not_followed(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    link: Path = tmp_path / "kept.opus"
    link.symlink_to(victim)

    with pytest.raises(StoreError):
        kept.encode([_sound(10)], link, "opus")
    assert victim.read_text() == "mine"
