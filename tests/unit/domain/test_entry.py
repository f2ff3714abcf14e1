from datetime import UTC, datetime, timedelta

import pytest

from braindump_cli.domain.entry import TEXT, Entry
from braindump_cli.domain.job import wait_after
from braindump_cli.domain.transcript import Segment, Transcript

AT = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        Entry(id="a", number=1, kind=TEXT, created_at=AT.replace(tzinfo=None), zone="UTC")


def test_words_are_what_blanks_part():
    entry = Entry(id="a", number=1, kind=TEXT, created_at=AT, zone="UTC", text=" Don't  panic,\nAnn—Marie.\t")

    assert entry.word_count == 3


def test_a_transcript_reads_as_its_sentences():
    heard = Transcript(
        provider="p",
        model="m",
        language="en",
        segments=(Segment(text="One.", start_s=0, end_s=1), Segment(text="Two.", start_s=1, end_s=2)),
    )

    assert heard.text == "One. Two."


def test_waiting_doubles_up_to_six_hours():
    waits = [wait_after(attempts) for attempts in (1, 2, 3, 10, 11, 1000)]

    assert waits[:3] == [timedelta(0), timedelta(minutes=1), timedelta(minutes=2)]
    assert waits[3:] == [timedelta(minutes=256), timedelta(hours=6), timedelta(hours=6)]


def test_a_wait_that_was_asked_for_is_granted_for_up_to_a_day():
    waits = [wait_after(1, asked_s=asked) for asked in (-5, 30, 1e9)]

    assert waits == [timedelta(0), timedelta(seconds=30), timedelta(days=1)]
