"""What ports.JobQueue promises."""

from datetime import timedelta

import pytest

from braindump_cli.domain.job import ANALYSE, KEEP, TRANSCRIBE
from tests.fakes import MONDAY_MORNING as NOW
from tests.parts import run_python

HOUR = timedelta(hours=1)

_CLAIM = """
import sys
from pathlib import Path
from tests.fakes import FakeClock
from tests.journals import jobs_of, mind_of, open_in
folder = Path(sys.argv[1])
jobs = jobs_of(mind_of(open_in(folder), FakeClock()), folder)
(job,) = jobs.of_entry("e")
with jobs.claim(job) as claimed:
    print(claimed is not None)
"""


def kinds(found):
    return [job.kind for job in found]


def test_an_entrys_text_comes_before_its_meaning_before_its_sound(jobs):
    jobs.add("e", KEEP, ANALYSE, TRANSCRIBE)

    assert kinds(jobs.ready(NOW)) == [TRANSCRIBE, ANALYSE, KEEP]


def test_of_one_kind_the_oldest_comes_first(jobs):
    for entry in ("b", "a", "c"):
        jobs.add(entry, ANALYSE)

    assert [job.entry_id for job in jobs.ready(NOW)] == ["b", "a", "c"]
    assert [job.entry_id for job in jobs.ready(NOW, entry_id="a")] == ["a"]


def test_a_step_that_waits_already_stays_as_it_is(jobs):
    jobs.add("e", ANALYSE)
    (before,) = jobs.of_entry("e")
    jobs.store_reply(before, "fake", "raw")

    jobs.add("e", ANALYSE)

    (after,) = jobs.of_entry("e")
    assert (after.number, after.reply) == (before.number, "raw")


def test_a_reply_is_kept_and_may_be_taken_back(jobs):
    jobs.add("e", TRANSCRIBE)
    (job,) = jobs.of_entry("e")

    stored = jobs.store_reply(job, "fake", "raw")
    kept = jobs.of_entry("e")
    jobs.store_reply(job, "fake", None)

    assert kept == [stored]
    assert (stored.engine, stored.reply) == ("fake", "raw")
    assert [job.reply for job in jobs.of_entry("e")] == [None]


def test_a_step_put_off_waits_for_its_time_and_counts_as_an_attempt(jobs):
    jobs.add("e", ANALYSE)
    (job,) = jobs.ready(NOW)

    jobs.put_off(job, error="down", not_before=NOW + HOUR)

    (waiting,) = jobs.of_entry("e")
    assert (waiting.attempts, waiting.last_error, waiting.not_before) == (1, "down", NOW + HOUR)
    assert jobs.ready(NOW + HOUR - timedelta(milliseconds=1)) == []
    assert jobs.ready(NOW + HOUR) == [waiting]
    assert jobs.next_at() == NOW + HOUR


def test_waiting_without_a_time_is_no_attempt(jobs):
    jobs.add("e", ANALYSE)
    (job,) = jobs.ready(NOW)

    jobs.put_off(job, error="no engine", not_before=None)

    (waiting,) = jobs.ready(NOW)
    assert (waiting.attempts, waiting.last_error) == (0, "no engine")
    assert jobs.next_at() is None


def test_a_failed_step_stays_to_be_seen_until_it_is_queued_again(jobs):
    jobs.add("e", ANALYSE)
    (job,) = jobs.ready(NOW)

    jobs.fail(job, error="broken")
    failed = (
        jobs.ready(NOW),
        jobs.of_entry("e"),
        jobs.counts(),
        [each.last_error for each in jobs.failures()],
    )
    jobs.add("e", ANALYSE)

    assert failed == ([], [], {"failed": 1}, ["broken"])
    assert kinds(jobs.ready(NOW)) == [ANALYSE]
    assert jobs.failures() == []


def test_what_is_done_is_forgotten(jobs):
    jobs.add("e", ANALYSE, KEEP)
    first, _ = jobs.ready(NOW)

    jobs.done(first)

    assert kinds(jobs.ready(NOW)) == [KEEP]
    assert jobs.counts() == {KEEP: 1}


def test_a_step_is_held_by_one_alone_and_free_again_afterwards(jobs, tmp_path):
    jobs.add("e", ANALYSE)
    (job,) = jobs.ready(NOW)

    with jobs.claim(job) as claimed:
        elsewhere = run_python(_CLAIM, tmp_path / "journal")
    afterwards = run_python(_CLAIM, tmp_path / "journal")

    assert claimed == job
    assert (elsewhere.stdout, elsewhere.stderr) == ("False\n", "")
    assert (afterwards.stdout, afterwards.stderr) == ("True\n", "")


@pytest.mark.parametrize("end", ["done", "fail"])
def test_a_step_that_another_process_ended_meanwhile_is_not_given_again(jobs, end):
    jobs.add("e", ANALYSE)
    (job,) = jobs.ready(NOW)
    if end == "done":
        jobs.done(job)
    else:
        jobs.fail(job, error="broken")

    with jobs.claim(job) as claimed:
        assert claimed is None


def test_a_claimed_step_is_told_as_it_is_now(jobs):
    jobs.add("e", ANALYSE)
    (stale,) = jobs.ready(NOW)
    jobs.store_reply(stale, "fake", "raw")

    with jobs.claim(stale) as claimed:
        assert claimed is not None
        assert claimed.reply == "raw"
