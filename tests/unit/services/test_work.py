from datetime import timedelta

import pytest

from braindump_cli.errors import BadDataError, NotFoundError, ProviderError, RateLimitedError, StoreError
from braindump_cli.services.work import NotYetError, work


class Steps:
    """Steps that note what they do, and fail as they are told."""

    warnings: tuple[tuple[str, str], ...] = ()

    def __init__(self, jobs, **failures):
        self.jobs = jobs
        self.failures = failures
        self.seen = []

    def __call__(self, job):
        self.seen.append((job.entry_id, job.kind))
        if failure := self.failures.get(job.entry_id):
            raise failure
        self.jobs.done(job)
        return self.warnings


def round_of(jobs, clock, step, *, kinds=("transcribe", "analyse", "keep"), entry_id=None):
    return work(jobs, dict.fromkeys(kinds, step), clock=clock, entry_id=entry_id)


def test_all_that_waits_is_done_in_order(jobs, clock):
    jobs.add("a", "keep", "analyse")
    jobs.add("b", "transcribe")
    step = Steps(jobs)

    worked = round_of(jobs, clock, step)

    assert step.seen == [("b", "transcribe"), ("a", "analyse"), ("a", "keep")]
    assert (worked.done, worked.failed, worked.waiting, worked.next_at, worked.warnings) == (
        3,
        0,
        0,
        None,
        (),
    )


def test_only_one_entry_or_only_some_kinds_are_done_where_that_is_asked(jobs, clock):
    jobs.add("a", "analyse", "keep")
    jobs.add("b", "analyse")
    step = Steps(jobs)

    worked = round_of(jobs, clock, step, kinds=("analyse",), entry_id="a")

    assert step.seen == [("a", "analyse")]
    assert (worked.done, worked.waiting) == (1, 2)


def test_what_a_step_queues_is_done_in_the_same_round(jobs, clock):
    jobs.add("a", "transcribe")
    done = []

    def step(job):
        done.append(job.kind)
        jobs.done(job)
        if job.kind == "transcribe":
            jobs.add("a", "analyse")
        return ()

    round_of(jobs, clock, step)

    assert done == ["transcribe", "analyse"]


def test_a_provider_that_is_down_is_asked_again_later_and_stops_nobody(jobs, clock):
    jobs.add("a", "analyse")
    jobs.add("b", "analyse")
    step = Steps(jobs, a=ProviderError("down"))

    worked = round_of(jobs, clock, step)

    assert (worked.done, worked.failed, worked.waiting) == (1, 0, 1)
    assert worked.warnings == (("provider", "down"),)
    assert worked.next_at == "2026-03-02T09:14:00.000Z"
    assert [job.entry_id for job in jobs.ready(clock.now())] == ["a"]


def test_after_the_second_attempt_each_waits_twice_as_long(jobs, clock):
    jobs.add("a", "analyse")
    step = Steps(jobs, a=ProviderError("down"))
    waits = []
    for _ in range(4):
        round_of(jobs, clock, step)
        waits.append(jobs.next_at() - clock.now())
        clock.advance(waits[-1])

    assert waits == [timedelta(minutes=minutes) for minutes in (0, 1, 2, 4)]


def test_a_provider_that_names_a_time_is_left_alone_until_then(jobs, clock):
    jobs.add("a", "analyse")

    round_of(jobs, clock, Steps(jobs, a=RateLimitedError("busy", retry_after_s=3600)))

    assert jobs.next_at() - clock.now() == timedelta(hours=1)


def test_what_was_less_than_wanted_is_told(jobs, clock):
    jobs.add("a", "keep")
    step = Steps(jobs)
    step.warnings = (("less", "less than wanted"),)

    assert round_of(jobs, clock, step).warnings == step.warnings


def test_a_step_that_nothing_here_can_do_waits_without_counting(jobs, clock):
    jobs.add("a", "analyse")
    step = Steps(jobs, a=NotYetError("no engine for de"))

    worked = round_of(jobs, clock, step)

    (job,) = jobs.ready(clock.now())
    assert (job.attempts, job.last_error) == (0, "no engine for de")
    assert worked.warnings == (("waits", "no engine for de"),)
    assert step.seen == [("a", "analyse")]


@pytest.mark.parametrize(
    ("failure", "code"), [(BadDataError("broken"), "bad_data"), (NotFoundError("gone"), "not_found")]
)
def test_what_can_never_succeed_fails_for_good(jobs, clock, failure, code):
    jobs.add("a", "analyse")

    worked = round_of(jobs, clock, Steps(jobs, a=failure))

    assert (worked.done, worked.failed, worked.waiting) == (0, 1, 0)
    assert worked.warnings == ((code, failure.message),)
    assert [job.last_error for job in jobs.failures()] == [failure.message]


def test_a_broken_disk_ends_the_round_and_the_step_still_waits(jobs, clock):
    jobs.add("a", "analyse")

    with pytest.raises(StoreError):
        round_of(jobs, clock, Steps(jobs, a=StoreError("disk")))

    assert len(jobs.ready(clock.now())) == 1


def test_a_step_that_another_process_holds_is_left_to_it(jobs, clock):
    jobs.add("a", "analyse")
    step = Steps(jobs)
    (job,) = jobs.ready(clock.now())

    with jobs.claim(job):
        worked = round_of(jobs, clock, step)

    assert step.seen == []
    assert (worked.done, worked.waiting) == (0, 1)


def test_each_step_is_told_before_it_is_done(jobs, clock):
    jobs.add("a", "analyse")
    told = []
    step = Steps(jobs)

    work(jobs, {"analyse": step}, clock=clock, told=lambda job: told.append((job.kind, list(step.seen))))

    assert told == [("analyse", [])]
