"""What is noticed while sound comes in."""

import array
import math
import random

import pytest

from braindump_cli.domain.sound import SAMPLE_RATE
from braindump_cli.services.capture_watch import AutoStop, Gap, GapWatch, level

BLOCK = SAMPLE_RATE // 20
BLOCK_S = 0.05


def _tone(peak: int, frames: int = BLOCK) -> bytes:
    return array.array("h", [round(peak * math.sin(at / 5)) for at in range(frames)]).tobytes()


def _noise(rms: float, seed: int = 1) -> bytes:
    dice = random.Random(seed)
    return array.array("h", [round(dice.gauss(0, rms)) for _ in range(BLOCK)]).tobytes()


class Stream:
    """A microphone's blocks and when they arrive."""

    def __init__(self, watch: GapWatch) -> None:
        self.watch = watch
        self.now = 100.0
        self.kept = 0

    def blocks(self, seconds: float, *, pace: float = 1.0, late_s: float = 0.0) -> None:
        for _ in range(round(seconds / BLOCK_S)):
            self.now += BLOCK_S * pace
            self.watch.heard(BLOCK, now=self.now + late_s, kept=self.kept)
            self.kept += BLOCK


@pytest.fixture
def watch() -> GapWatch:
    return GapWatch()


@pytest.fixture
def stream(watch: GapWatch) -> Stream:
    return Stream(watch)


def test_sound_that_comes_on_time_has_no_gap(watch, stream):
    stream.blocks(60)
    watch.finish(now=stream.now + 0.1, kept=stream.kept)

    assert watch.gaps == []


def test_sound_that_is_lost_is_a_gap_where_it_was(watch, stream):
    stream.blocks(10)
    stream.now += 1.5
    stream.blocks(10)
    watch.finish(now=stream.now, kept=stream.kept)

    assert watch.gaps == [Gap(10.0, 1.5)]


@pytest.mark.parametrize("lost_s", [0.3, 0.5, 4.0])
def test_every_gap_above_a_quarter_of_a_second_is_found(watch, stream, lost_s):
    stream.blocks(3)
    stream.now += lost_s
    stream.blocks(3)

    [gap] = watch.gaps
    assert gap.at_s == 3.0
    assert gap.length_s == pytest.approx(lost_s, abs=0.01)


def test_two_gaps_are_two(watch, stream):
    for _ in range(2):
        stream.blocks(5)
        stream.now += 0.4
    stream.blocks(5)

    assert [gap.at_s for gap in watch.gaps] == [5.0, 10.0]
    assert sum(gap.length_s for gap in watch.gaps) == pytest.approx(0.8, abs=0.02)


def test_blocks_that_are_late_and_then_all_there_are_no_gap(watch, stream):
    stream.blocks(5)
    stream.blocks(1.5, late_s=1.5)
    stream.blocks(10)
    watch.finish(now=stream.now, kept=stream.kept)

    assert watch.gaps == []


def test_bursts_are_no_gaps(watch, stream):
    for _ in range(40):
        stream.now += 0.6
        for _ in range(12):
            watch.heard(BLOCK, now=stream.now, kept=stream.kept)
            stream.kept += BLOCK

    assert watch.gaps == []


def test_a_sound_card_that_runs_slow_is_no_gap_in_two_hours(watch, stream):
    stream.blocks(7200, pace=1.0002)

    assert watch.gaps == []


def test_sound_that_trickles_away_is_noticed(watch, stream):
    stream.blocks(60, pace=1.04)

    assert sum(gap.length_s for gap in watch.gaps) == pytest.approx(60 * 0.04, abs=0.4)


def test_a_microphone_that_falls_silent_at_the_end_is_noticed(watch, stream):
    stream.blocks(5)
    watch.finish(now=stream.now + 3, kept=stream.kept)

    assert watch.gaps == [Gap(5.0, 3.0)]


def test_a_gap_just_before_the_end_is_noticed(watch, stream):
    stream.blocks(5)
    stream.now += 1
    stream.blocks(0.5)
    watch.finish(now=stream.now, kept=stream.kept)

    assert watch.gaps == [Gap(5.0, 1.0)]


def test_without_sound_there_is_nothing_to_miss(watch):
    watch.finish(now=5.0, kept=0)

    assert watch.gaps == []


def test_the_level_of_silence_is_nothing_and_of_full_scale_one():
    assert level(bytes(1600)) == (0.0, 0.0)
    assert level(b"") == (0.0, 0.0)
    assert level(b"\x00\x80" * 800) == (1.0, 1.0)


def test_the_level_of_a_tone_is_its_peak_and_its_power():
    peak, rms = level(_tone(16_384))

    assert peak == pytest.approx(0.5, abs=0.01)
    assert rms == pytest.approx(0.5 / math.sqrt(2), abs=0.01)


class Always:
    """A voice detector that takes everything for speech, as the real one does with steady noise."""

    def is_speech(self, block: bytes) -> bool:
        return True


def _blocks_until_over(stop: AutoStop, blocks: list[bytes]) -> int | None:
    return next((at for at, block in enumerate(blocks) if stop.is_over(block)), None)


def test_silence_before_speech_never_stops():
    stop = AutoStop(2.0, Always())

    assert _blocks_until_over(stop, [_noise(60, seed) for seed in range(1200)]) is None


def test_silence_after_speech_stops_after_its_time():
    stop = AutoStop(2.0, Always())
    quiet, loud = [_noise(60, seed) for seed in range(20)], [_noise(3000, seed) for seed in range(40)]

    over = _blocks_until_over(stop, quiet + loud + quiet * 10)

    assert over == 20 + 40 + 2.0 / BLOCK_S - 1


def test_a_cough_arms_nothing():
    stop = AutoStop(1.0, Always())
    quiet = [_noise(60, seed) for seed in range(20)]

    assert _blocks_until_over(stop, quiet + [_noise(3000)] * 4 + quiet * 10) is None


def test_a_pause_for_breath_does_not_stop():
    stop = AutoStop(2.0, Always())
    quiet, loud = [_noise(60, seed) for seed in range(20)], [_noise(3000, seed) for seed in range(40)]

    assert _blocks_until_over(stop, quiet + (loud + quiet) * 20) is None


def test_somebody_who_speaks_from_the_first_block_on_is_noticed_after_the_first_pause():
    stop = AutoStop(2.0, Always())
    quiet, loud = [_noise(60, seed) for seed in range(20)], [_noise(3000, seed) for seed in range(40)]

    assert _blocks_until_over(stop, loud + quiet + loud + quiet * 10) == 40 + 20 + 40 + 40 - 1
